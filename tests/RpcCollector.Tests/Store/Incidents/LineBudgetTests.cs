using RpcCollector.Store.Incidents;

namespace RpcCollector.Tests.Store.Incidents;

public sealed class LineBudgetTests
{
    private readonly ManualTime _time = new();
    private readonly List<long> _told = [];

    [Fact]
    public void Lines_beyond_the_bound_are_counted_and_told_when_the_minute_is_over()
    {
        using var budget = new LineBudget(3, _time, _told.Add);

        Assert.Equal([true, true, true, false, false], Enumerable.Range(0, 5).Select(_ => budget.TryTake()));
        Assert.Empty(_told);
        _time.Now += TimeSpan.FromMinutes(1);

        Assert.True(budget.TryTake());
        Assert.Equal([2], _told);
    }

    [Fact]
    public void Nothing_is_told_where_every_line_was_written()
    {
        using (var budget = new LineBudget(3, _time, _told.Add))
        {
            for (var minute = 0; minute < 5; minute++)
            {
                for (var line = 0; line < 3; line++) Assert.True(budget.TryTake());
                _time.Now += TimeSpan.FromMinutes(1);
            }
        }

        Assert.Empty(_told);
    }

    [Fact]
    public void What_was_not_written_is_told_at_the_end()
    {
        using (var budget = new LineBudget(1, _time, _told.Add))
            for (var line = 0; line < 8; line++) budget.TryTake();

        Assert.Equal([7], _told);
    }
}
