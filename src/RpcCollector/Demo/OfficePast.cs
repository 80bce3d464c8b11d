using System.Text;
using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Zeek;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Inputs;
using RpcCollector.Transport;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Demo;

/// <summary>
/// What happened in the office before the demo began: it goes through decoder, join and judge at the times at which it happened, before
/// anything runs, and the appliance begins with what they know.
/// </summary>
/// <param name="moved">By how many milliseconds everything happened later than it was recorded.</param>
internal sealed class OfficePast(
    CollectorOptions options, ExporterCatalog catalog, NameBook names, ActivityFeed activities, FindingFeed findings, JudgeArchive archive,
    KeptInputs inputs, long moved)
{
    private const int ClockStepMilliseconds = 1_000;

    // Older activity would only keep the writer busy: what was learned from it is in the judge.
    private const long ShownMilliseconds = 3 * 24 * 3_600_000L;

    /// <param name="until">Unix milliseconds: what ends later is left.</param>
    /// <returns>How many connections there were.</returns>
    public int Live(OfficeRecording recording, long until)
    {
        var found = new Found();
        var judge = new Judge(options.Judgement, found, catalog.Directory, isCaptureTime: true);
        var past = new Sink(judge, new PastJournal(new JudgeJournalWriter(catalog.Directory, offset: 0), inputs));
        var counters = new HopCounters();
        var shard = new ClientShard(options.Detection.Join, past, counters, exporters: catalog.Directory);
        var decoder = new ZeekDecoder(options.Flows, counters, new DirectRoute(shard), past, names);
        var sensor = ZeekSensor.Of(catalog, ZeekSensor.DefaultAddress(0))
            ?? throw new StartupException("the demo needs one exporter more than Flows:MaxExporters allows");
        var (connections, leases) = (new SensorLog("conn.log", counters), new SensorLog("dhcp.log", counters));

        // Leases were given in the early morning; a name holds for the flows that follow it.
        var lease = 0;
        var clock = long.MinValue;
        var count = 0;
        foreach (var connection in recording.Connections)
        {
            var arrival = connection.End + moved;
            if (arrival > until) break;
            if (arrival - ClockStepMilliseconds >= clock)
            {
                past.AdvanceTo(arrival);
                shard.KnownEndpoints = judge.KnownEndpoints;
                shard.AdvanceTo(arrival);
                clock = arrival;
            }

            for (; lease < recording.Leases.Count && OfficeLease.TimeOf(recording.Leases[lease]) <= connection.End; lease++)
                Deliver(Encoding.ASCII.GetBytes(OfficeLease.Move(recording.Leases[lease], moved)), leases);
            Deliver(connection.ZeekLine(count++, moved), connections);
        }

        // Nothing is left waiting for the flows that belong to it: they are played later.
        shard.Complete();
        past.AdvanceTo(until);
        var taken = past.End();
        archive.SaveSnapshot(taken, stream => judge.Save(stream, taken));
        foreach (var activity in past.Since(until - ShownMilliseconds))
            activities.Publish(new ActivityChange(ActivityChangeKind.Added, activity));

        // What was reported while the network was learned was answered by somebody long ago.
        foreach (var finding in found.Since(recording.DayUnixMilliseconds + moved))
            findings.Publish(new FindingChange(ActivityChangeKind.Added, finding));
        return count;

        void Deliver(byte[] line, SensorLog log)
        {
            if (decoder.TryDecode(line, log, sensor, out var entry)) decoder.Deliver(ref entry);
        }
    }

    /// <summary>Keeps what stands.</summary>
    private sealed class Found : IFindingSink
    {
        private readonly Dictionary<long, Finding> _findings = [];

        public IEnumerable<Finding> Since(long unixMilliseconds) =>
            _findings.Values.Where(finding => finding.LastSeenUnixMilliseconds >= unixMilliseconds)
                .OrderBy(finding => finding.FirstSeenUnixMilliseconds).ThenBy(finding => finding.Id);

        public void Publish(in FindingChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) _findings.Remove(change.Finding.Id);
            else _findings[change.Finding.Id] = change.Finding;
        }
    }

    /// <summary>Hands the judge what is joined, and keeps it.</summary>
    private sealed class Sink(Judge judge, PastJournal journal) : IActivitySink, IOperationSink
    {
        private readonly Dictionary<long, RpcActivity> _activities = [];
        private long _arrival;

        public void AdvanceTo(long arrival)
        {
            journal.BeginTurn(arrival);
            judge.AdvanceTo(arrival);
            _arrival = arrival;
        }

        public long End() => journal.End();

        public IEnumerable<RpcActivity> Since(long unixMilliseconds) =>
            _activities.Values.Where(activity => activity.StartUnixMilliseconds >= unixMilliseconds)
                .OrderBy(activity => activity.StartUnixMilliseconds).ThenBy(activity => activity.Id);

        public void Publish(in ActivityChange change)
        {
            journal.Writer.Add(change);
            judge.Take(change, _arrival);
            if (change.Kind == ActivityChangeKind.Withdrawn) _activities.Remove(change.Activity.Id);
            else _activities[change.Activity.Id] = change.Activity;
        }

        public void Publish(in ContactChange change)
        {
            journal.Writer.Add(change);
            judge.Take(change, _arrival);
        }

        public void Offer(in RpcOperation operation, long arrivalUnixMilliseconds)
        {
            journal.Writer.Add(operation);
            judge.Take(operation, _arrival);
        }

        public void Offer(in AddressLease lease, long arrivalUnixMilliseconds)
        {
            journal.Writer.Add(lease);
            judge.Take(lease, _arrival);
        }
    }
}
