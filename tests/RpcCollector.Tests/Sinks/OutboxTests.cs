using RpcCollector.Detection;
using RpcCollector.Store;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Sinks;

public sealed class OutboxTests : IDisposable
{
    private const long Hour = 3_600_000;

    private readonly SinkBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Fact]
    public void What_happens_is_journalled_findings_before_the_incidents_that_they_make()
    {
        var finding = Found("10.0.0.1");
        _bench.Write(Added(finding));
        _bench.Deeds.SetState(finding.Id, IncidentState.Acknowledged, why: null, new Said("Ada", null));
        _bench.Deeds.Give(finding.Id, _bench.Verdict(VerdictMeaning.Benign));

        Assert.Equal(
            [
                (1, OutboxSubject.Finding, OutboxEvent.Added), (2, OutboxSubject.Incident, OutboxEvent.Added),
                (3, OutboxSubject.Incident, OutboxEvent.State), (4, OutboxSubject.Finding, OutboxEvent.State),
                (5, OutboxSubject.Incident, OutboxEvent.State),
            ],
            Lines().Select(line => (line.Sequence, line.Subject, line.Event)));
    }

    [Fact]
    public void Merged_withdrawn_and_worse_incidents_are_told_as_what_they_are()
    {
        var (first, second) = (Found("10.0.0.1"), Found("10.0.0.2", "192.0.2.21"));
        _bench.Write(Added(first), Added(second));
        _bench.Write(Revised(second with { Severity = FindingSeverity.Critical }));
        _bench.Write(Withdrawn(first));

        Assert.Equal(
            [OutboxEvent.Added, OutboxEvent.Added, OutboxEvent.Worsened, OutboxEvent.Withdrawn],
            Lines(OutboxSubject.Incident).Select(line => line.Event));
    }

    [Fact]
    public void Nothing_is_journalled_of_a_transaction_that_fails()
    {
        _bench.Write(Added(Found("10.0.0.1")));
        Database.Execute(Writer(), "CREATE TRIGGER fails BEFORE INSERT ON incidents BEGIN SELECT RAISE(ABORT, 'no'); END");

        Assert.ThrowsAny<Exception>(() => _bench.Write(Added(Found("10.0.0.7"))));

        Assert.Equal(2, Lines().Count);
    }

    [Fact]
    public void Revisions_that_make_nothing_worse_are_told_once_in_half_a_minute_with_the_last_of_them()
    {
        var finding = Found("10.0.0.1");
        _bench.Write(Added(finding));
        for (var count = 2; count < 20; count++) _bench.Write(Revised(Found("10.0.0.1", count: count)));
        Assert.Single(Lines(OutboxSubject.Incident));

        _bench.Pass(TimeSpan.FromSeconds(31));
        _bench.Incidents.Trim(_bench.Now, _bench.Now);

        Assert.Equal([OutboxEvent.Added, OutboxEvent.Revised], Lines(OutboxSubject.Incident).Select(line => line.Event));
        _bench.Reopen();
        _bench.Pass(TimeSpan.FromMinutes(5));
        _bench.Incidents.Trim(_bench.Now, _bench.Now);
        Assert.Equal(2, Lines(OutboxSubject.Incident).Count);
    }

    [Fact]
    public void Numbers_only_grow_also_when_rows_were_lost()
    {
        _bench.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.2")));
        var last = Lines()[^1].Sequence;
        _bench.Outbox.Begin("siem", atBeginning: false);
        Database.Execute(Writer(), "DELETE FROM outbox");
        _bench.Reopen();

        _bench.Write(Added(Found("10.0.0.3")));

        Assert.Equal(last + 1, Lines()[0].Sequence);
    }

    [Fact]
    public void What_a_day_of_outage_left_waiting_is_all_there()
    {
        for (var hour = 0; hour < 24; hour++)
        {
            _bench.Write(Added(Found($"10.0.1.{hour}", $"192.0.2.{hour}", seen: hour * Hour)));
            _bench.Deeds.Note(Incident($"10.0.1.{hour}", $"192.0.2.{hour}"), "a note", new Said("Ada", null));
            _bench.Pass(TimeSpan.FromHours(1));
            _bench.Incidents.Trim(_bench.Now, _bench.Now);
        }

        Assert.Equal(48, Lines(OutboxSubject.Incident).Count);
    }

    [Fact]
    public void A_longer_outage_costs_what_happened_in_between_and_never_an_incident()
    {
        var ids = new List<long>();
        for (var number = 0; number < 5; number++)
        {
            _bench.Write(Added(Found($"10.0.1.{number}", $"192.0.2.{number}", seen: number * Hour)));
            ids.Add(Incident($"10.0.1.{number}", $"192.0.2.{number}"));
            for (var note = 0; note < 4; note++) _bench.Deeds.Note(ids[^1], "a note", new Said("Ada", null));
        }

        _bench.Pass(TimeSpan.FromDays(6));
        while (_bench.Incidents.Trim(_bench.Now, _bench.Now).DidSomething)
        {
        }

        // That it is new, for those who are told of nothing else, and the last that people did.
        Assert.Equal(ids.Concat(ids).Order(), Lines(OutboxSubject.Incident).Select(line => line.Id).Order());
        Assert.Equal(5, Lines(OutboxSubject.Finding).Count);
    }

    [Fact]
    public void What_the_store_does_not_have_any_more_leaves_the_journal_too()
    {
        _bench.Write(Added(Found("10.0.0.1")));
        _bench.Pass(_bench.Temporary.Options.MaxAge + TimeSpan.FromDays(1));
        for (var round = 0; round < 4; round++)
        {
            _bench.Incidents.Trim(_bench.Now, _bench.Clock.AgedUnixMilliseconds);
            _bench.Pass(TimeSpan.FromDays(32));
        }

        Assert.Empty(Lines());
    }

    [Fact]
    public void A_new_sink_begins_now_or_at_the_beginning_and_a_known_one_where_it_was()
    {
        _bench.Write(Added(Found("10.0.0.1")));
        var last = Lines()[^1].Sequence;

        Assert.Equal((last, 0), (_bench.Outbox.Begin("new", false), _bench.Outbox.Begin("whole", true)));
        _bench.Outbox.Advance("whole", 1);
        _bench.Write(Added(Found("10.0.0.2")));
        _bench.Reopen();

        Assert.Equal((last, 1), (_bench.Outbox.Begin("new", true), _bench.Outbox.Begin("whole", true)));
        Assert.Equal(2, _bench.Outbox.Waiting(last, only: null).Count);
    }

    [Fact]
    public void Where_no_sink_is_told_of_findings_only_incidents_are_journalled()
    {
        _bench.Outbox.HasFindings = false;

        _bench.Write(Added(Found("10.0.0.1")));

        Assert.Equal(OutboxSubject.Incident, Assert.Single(Lines()).Subject);
    }

    private IReadOnlyList<OutboxEntry> Lines(OutboxSubject? only = null) => _bench.Outbox.Read(0, 1_000, only);

    private long Incident(string client, string server) => Found(client, server).Id;

    private Microsoft.Data.Sqlite.SqliteConnection Writer() => _bench.State.Commit(connection => connection);
}
