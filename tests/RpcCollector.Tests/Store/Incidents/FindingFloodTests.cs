using RpcCollector.Detection;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Vitals;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Store.Incidents;

/// <summary>Far more findings at once than are written in one transaction.</summary>
public sealed class FindingFloodTests : IDisposable
{
    private const int Flood = 9_000;

    private readonly StoredIncidents _stored = new();
    private readonly FindingFeed _feed = new(50_000);
    private readonly Heartbeat _heartbeat = new(Part.FindingWriter, "finding writer", Heartbeat.OfWriter);
    private readonly List<int> _written = [];
    private readonly List<string?> _doing = [];
    private readonly List<long> _told = [];

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _feed.Dispose();
        _stored.Dispose();
    }

    [Fact]
    public async Task Flood_is_written_in_transactions_between_which_the_heart_beats()
    {
        Publish(Flood);
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Writer().RunAsync(stopping.Token);
        while (_stored.Findings.Findings < Flood) await Task.Delay(5, Stop);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.True(_written.Count > 2, "in several transactions");
        Assert.Equal(Flood, _written.Sum());
        Assert.All(_written.Zip(_doing), transaction => Assert.Equal($"writing {transaction.First} changes", transaction.Second));
        Assert.Null(_heartbeat.Doing);
        Assert.Equal(Flood, _told.Distinct().Count());
        Assert.Equal(Flood, _told.Count);
    }

    [Fact]
    public void Stop_in_the_middle_of_a_flood_leaves_whole_transactions_and_counts_the_rest_as_dropped()
    {
        Publish(Flood);

        Writer().WriteRest(() => _written.Count == 2);

        Assert.Equal(2, _written.Count);
        Assert.Equal(_written.Sum(), _stored.Findings.Findings);
        Assert.Equal(_written.Sum(), _told.Count);
        Assert.Equal(Flood, _stored.Findings.Findings + _feed.Dropped);
        Assert.Equal(0, _feed.Backlog);
        Assert.All(
            _stored.Findings.ReadMany(_told), finding => Assert.Contains(finding.Id, _stored.Incidents.Findings(finding.Incident!.Value, 10)
                .Select(of => of.Id)));
    }

    [Fact]
    public async Task What_was_committed_of_a_flood_is_told_once_though_a_later_part_of_it_is_refused()
    {
        _stored.State.Commit(connection =>
        {
            Database.Execute(
                connection,
                "CREATE TRIGGER refuse BEFORE INSERT ON findings WHEN new.count = 13 BEGIN SELECT RAISE(ABORT, 'refused'); END");
            return true;
        });
        Publish(Flood - 1);
        _feed.Publish(Added(Found("10.250.0.1", count: 13)));
        using var stopping = CancellationTokenSource.CreateLinkedTokenSource(Stop);
        var running = Writer().RunAsync(stopping.Token);
        while (_feed.Dropped == 0) await Task.Delay(5, Stop);
        await stopping.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.Equal(Flood, _stored.Findings.Findings + _feed.Dropped);
        Assert.Equal(_stored.Findings.Findings, _told.Count);
        Assert.Equal(_told.Count, _told.Distinct().Count());
    }

    [Fact]
    public void Findings_go_on_in_the_order_in_which_they_came_and_each_once_as_it_is_by_then()
    {
        var found = Publish(5);
        _feed.Publish(Revised(found[0] with { Count = 7 }));

        var first = _feed.Take(2);
        _feed.Publish(Revised(found[1] with { Count = 8 }));
        var then = _feed.Take();

        Assert.Equal([found[0].Id, found[1].Id], first.Select(change => change.Finding.Id));
        Assert.Equal(7, first.First().Finding.Count);
        Assert.Equal(ActivityChangeKind.Added, first.First().Kind);
        Assert.Equal([found[2].Id, found[3].Id, found[4].Id, found[1].Id], then.Select(change => change.Finding.Id));
        Assert.Equal(8, then.Last().Finding.Count);
        Assert.Empty(_feed.Take());
    }

    private List<Finding> Publish(int number)
    {
        var found = new List<Finding>();
        for (var i = 0; i < number; i++)
            found.Add(Found($"10.{i / 62_500}.{i / 250 % 250}.{1 + (i % 250)}", $"10.100.{i / 250 % 250}.{1 + (i % 250)}", seen: i));
        foreach (var finding in found) _feed.Publish(Added(finding));
        return found;
    }

    private BatchWriter<FindingChange> Writer() => new(
        "Findings", _feed,
        changes =>
        {
            _doing.Add(_heartbeat.Doing);
            var (findings, _) = _stored.Incidents.Write(changes);
            _written.Add(changes.Count);
            _told.AddRange(findings.Select(step => step.Finding.Id));
        },
        () => false, _stored.Temporary.Time, _heartbeat, _stored.Temporary.Log.For<FindingFloodTests>());
}
