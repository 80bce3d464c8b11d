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
    public void Loss_is_counted_only_after_the_reorder_window()
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
    public void Exactly_the_withheld_messages_are_lost_however_the_others_are_reordered(int seed)
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

    [Theory]
    [InlineData(false, true)]
    [InlineData(false, false)]
    [InlineData(true, true)]
    [InlineData(true, false)]
    public void Exporter_that_numbers_in_its_own_way_loses_only_what_was_withheld(bool statesNumberAfter, bool countsOptions)
    {
        var random = new Random(7);
        var (number, withheld) = (0u, 0);
        for (var i = 0; i < 5000; i++)
        {
            var (data, options) = (random.Next(1, 30), i % 20 == 0 ? random.Next(1, 4) : 0);
            var units = countsOptions ? data + options : data;
            var stated = statesNumberAfter ? number + (uint)units : number;
            number += (uint)units;
            if (i > 50 && i < 4990 && random.Next(100) == 0) withheld += units;
            else _account.Observe(stated, data, options, _now++, reader: 0);
        }

        Assert.Equal((withheld, 0, 0, 0), Result);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, false)]
    [InlineData(false, true)]
    public void Netflow_v9_that_counts_messages_or_records_loses_only_what_was_withheld(bool countsMessages, bool statesNumberAfter)
    {
        var account = new SequenceAccount(countsMessages: true);
        var random = new Random(7);
        var (number, withheld) = (uint.MaxValue - 2000, 0);
        for (var i = 0; i < 5000; i++)
        {
            var (data, options) = (random.Next(1, 30), i % 20 == 0 ? random.Next(1, 4) : 0);
            var units = countsMessages ? 1 : data + options;
            var stated = statesNumberAfter ? number + (uint)units : number;
            number += (uint)units;
            if (i > 50 && i < 4990 && random.Next(100) == 0) withheld += units;
            else account.Observe(stated, data, options, _now++, reader: 0);
        }

        account.CloseGaps(long.MaxValue);
        Assert.Equal(countsMessages, account.CountsMessages);
        Assert.Equal((withheld, 0, 0, 0), (account.Lost, account.Late, account.Duplicated, account.Resets));
    }

    [Fact]
    public void Netflow_v9_that_counts_messages_is_followed_through_messages_whose_records_cannot_be_counted()
    {
        var account = new SequenceAccount(countsMessages: true);
        foreach (var number in (uint[])[1, 2, 3]) account.Observe(number, 20, 0, _now++, reader: 0);
        account.Skip(4, _now++, reader: 0);
        account.Skip(6, _now++, reader: 0);
        account.Observe(7, 20, 0, _now++, reader: 0);
        account.CloseGaps(long.MaxValue);

        Assert.Equal((1, 0), (account.Lost, account.Resets));
    }

    [Fact]
    public void Exporter_that_does_not_count_options_is_understood_even_if_its_first_options_come_late()
    {
        var number = 0u;
        for (var i = 0; i < 5000; i++)
        {
            _account.Observe(number, dataRecords: 10, optionsRecords: i > 3000 && i % 100 == 0 ? 3 : 0, _now++, reader: 0);
            number += 10;
        }

        Assert.InRange(_account.Resets, 0, 1);
        Assert.Equal(0, Result.Lost);
        Assert.InRange(_account.Duplicated, 0, 40);
    }

    [Fact]
    public void Unreadable_message_is_no_loss_when_numbers_include_their_own_message()
    {
        var number = 0u;
        for (var i = 0; i < 100; i++)
        {
            number += (uint)(10 + i);
            if (i % 10 == 5) _account.Skip(number, _now++, reader: 0);
            else _account.Observe(number, dataRecords: 10 + i, optionsRecords: 0, _now++, reader: 0);
        }

        Assert.Equal((0, 0, 0, 0), Result);
    }

    [Fact]
    public void Gaps_are_closed_when_the_clock_goes_back()
    {
        Observe(0, 10);
        Observe(30, 10);

        _account.CloseGaps(_now - 3_600_000);

        Assert.Equal(20, _account.Lost);
    }

    private void Observe(uint sequence, int units)
    {
        _account.Observe(sequence, units, _now, reader: 0);
        _now++;
    }
}
