using RpcCollector.Flows.Losses;

namespace RpcCollector.Flows.Tests;

public sealed class SequenceAccountTests
{
    private readonly SequenceAccount _account = new();
    private long _now = 1_600_000_000_000;

    private (long Lost, long Late, long Duplicated, long Resets) Result
    {
        get
        {
            _account.CloseGaps(_now + 10_000);
            return (_account.Lost, _account.Late, _account.Duplicated, _account.Resets);
        }
    }

    [Fact]
    public void Sequence_without_gaps_loses_nothing_even_when_it_wraps()
    {
        for (var sequence = uint.MaxValue - 99; sequence != 100; sequence += 10) Observe(sequence, 10);

        Assert.Equal((0, 0, 0, 0), Result);
    }

    [Fact]
    public void Gap_that_nothing_fills_is_lost()
    {
        Observe(0, 10);
        Observe(10, 10);
        Observe(40, 10);

        Assert.Equal((20, 0, 0, 0), Result);
    }

    [Fact]
    public void Numbers_that_count_their_own_Message_in_are_understood_and_losses_are_still_told()
    {
        // softflowd 1.1.0: an Options Data Record that is not counted, and totals after each Message.
        _account.Observe(2, 3, _now, dataRecords: 2);
        foreach (var (total, records) in new[] { (20u, 18), (27u, 7), (30u, 3), (38u, 8) }) _account.Observe(total, records, ++_now, records);
        Assert.Equal((0, 0, 0, 0), Result);

        _account.Observe(50, 5, ++_now, dataRecords: 5);
        _account.Observe(52, 2, ++_now, dataRecords: 2);

        Assert.Equal((7, 0, 0, 0), Result);
    }

    [Fact]
    public void A_loss_that_looks_like_such_a_number_once_changes_nothing_where_the_numbers_were_understood()
    {
        uint sequence = 0;
        foreach (var records in new[] { 4, 2, 7, 3 })
        {
            _account.Observe(sequence, records, ++_now, records);
            sequence += (uint)records;
        }

        // Two records are lost, and the Message has five: three before it and those two make five too.
        _account.Observe(sequence + 2, 5, ++_now, dataRecords: 5);
        _account.Observe(sequence + 7, 1, ++_now, dataRecords: 1);

        Assert.Equal((2, 0, 0, 0), Result);
    }

    [Fact]
    public void Loss_is_told_only_after_the_reorder_window()
    {
        Observe(0, 10);
        Observe(30, 10);

        Assert.Equal(0, _account.Lost);
        _now += SequenceAccount.ReorderWindowMilliseconds;
        Observe(40, 10);
        Assert.Equal(20, _account.Lost);
    }

    [Fact]
    public void Message_that_was_overtaken_is_late_and_not_lost()
    {
        foreach (var sequence in (uint[])[0, 10, 30, 20, 40]) Observe(sequence, 10);

        Assert.Equal((0, 10, 0, 0), Result);
    }

    [Fact]
    public void Late_message_may_fill_the_middle_of_a_gap()
    {
        foreach (var sequence in (uint[])[0, 50, 20]) Observe(sequence, 10);

        Assert.Equal((30, 10, 0, 0), Result);
    }

    [Fact]
    public void Message_that_comes_twice_is_a_duplicate()
    {
        foreach (var sequence in (uint[])[0, 10, 20, 10, 30]) Observe(sequence, 10);

        Assert.Equal((0, 0, 10, 0), Result);
    }

    [Fact]
    public void Every_message_coming_twice_is_no_reset()
    {
        for (uint sequence = 0; sequence < 1000; sequence += 10)
        {
            Observe(sequence, 10);
            Observe(sequence, 10);
        }

        Assert.Equal((0, 0, 1000, 0), Result);
    }

    [Fact]
    public void Far_jump_is_a_reset_and_no_loss()
    {
        Observe(0, 10);
        Observe(2_000_000_000, 10);
        Observe(2_000_000_010, 10);

        Assert.Equal((0, 0, 0, 1), Result);
    }

    [Fact]
    public void Sequence_that_goes_on_from_an_earlier_number_is_a_reset()
    {
        Observe(5000, 10);
        Observe(5010, 10);
        for (uint sequence = 0; sequence < 100; sequence += 10) Observe(sequence, 10);

        Assert.Equal((0, 1), (_account.Lost, _account.Resets));
    }

    [Fact]
    public void Message_whose_records_cannot_be_counted_is_no_loss()
    {
        Observe(0, 10);
        Observe(10, -1);
        Observe(37, 10);
        Observe(47, 10);

        Assert.Equal((0, 0, 0, 0), Result);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void What_was_withheld_is_what_is_lost_whatever_overtakes_what(int seed)
    {
        var random = new Random(seed);
        var messages = Enumerable.Range(0, 5000).Select(i => (uint)i * 20).ToList();
        var withheld = messages.Skip(1).SkipLast(1).Where(_ => random.Next(100) == 0).ToHashSet();
        var sent = messages.Where(sequence => !withheld.Contains(sequence)).ToList();
        for (var i = 1; i + 2 < sent.Count; i++)
        {
            if (random.Next(50) == 0) (sent[i], sent[i + 1]) = (sent[i + 1], sent[i]);
        }

        foreach (var sequence in sent) Observe(sequence, 20);

        Assert.Equal(withheld.Count * 20, Result.Lost);
        Assert.Equal(0, Result.Duplicated);
    }

    private void Observe(uint sequence, int units)
    {
        _account.Observe(sequence, units, _now);
        _now++;
    }
}
