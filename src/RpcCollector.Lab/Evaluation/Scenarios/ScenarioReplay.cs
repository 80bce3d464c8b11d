using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>
/// Runs one export of a scenario through all hops of a replay: datagram, message, record, flow start, join, judge; in capture time, on one
/// thread.
/// </summary>
internal sealed class ScenarioReplay : IActivitySink
{
    private const int Minute = 60_000;

    // Beyond what the join holds, nothing happens.
    private const int LongestHold = 45 * Minute;

    private readonly Dictionary<long, RpcActivity> _activities = [];
    private readonly Dictionary<long, AdministrationContact> _contacts = [];
    private readonly FindingCollection _findings = new();
    private readonly ClientShard _shard;
    private readonly DatagramDecoder _decoder;
    private readonly Judge _judge;
    private long _clock;

    private ScenarioReplay(CollectorOptions options)
    {
        var catalog = new ExporterCatalog(new ExporterDirectory(options.Flows.MaxExporters));
        catalog.Admit(options.Flows);
        _judge = new Judge(options.Judgement, _findings, catalog.Directory, isCaptureTime: true);
        _shard = new ClientShard(options.Detection.Join, this, new HopCounters(), exporters: catalog.Directory);
        _decoder = new DatagramDecoder(options.Flows, catalog, new HopCounters(), new DirectRoute(_shard));
    }

    /// <param name="forged">Datagrams that arrive beside those of the export, in their order.</param>
    public static ScenarioRun Run(
        CollectorOptions options, Scenario scenario, string export, IReadOnlyList<PoisonDatagram>? forged = null)
    {
        using var captures = new CaptureMerge(CaptureInput.Find([export]), new CaptureTally());
        var replay = new ScenarioReplay(options);
        replay.Read(captures, new Queue<PoisonDatagram>(forged ?? []));
        return new ScenarioRun(
            scenario, Path.GetFileNameWithoutExtension(export),
            [.. replay._activities.Values.Where(activity => activity.Client == scenario.Client && activity.Server == scenario.Server)
                .OrderBy(activity => activity.StartUnixMilliseconds).ThenBy(activity => activity.Id)],
            [.. replay._contacts.Values.Where(contact => contact.Client == scenario.Client && contact.Server == scenario.Server)
                .OrderBy(contact => contact.Flow.StartUnixMilliseconds).ThenBy(contact => contact.Id)],
            FindingRanking.Of(replay._findings.InOrder()));
    }

    public void Publish(in ActivityChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) _activities.Remove(change.Activity.Id);
        else _activities[change.Activity.Id] = change.Activity;
        _judge.Take(change, _clock);
    }

    public void Publish(in ContactChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) _contacts.Remove(change.Contact.Id);
        else _contacts[change.Contact.Id] = change.Contact;
        _judge.Take(change, _clock);
    }

    private void Read(CaptureMerge captures, Queue<PoisonDatagram> forged)
    {
        while (captures.TryRead(out var datagram))
        {
            ReadForged(forged, until: datagram.ArrivalUnixMilliseconds);
            AdvanceTo(datagram.ArrivalUnixMilliseconds);
            _decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);
        }

        ReadForged(forged, until: long.MaxValue);
        _decoder.Complete();
        _shard.Complete();
        _judge.Complete();
    }

    private void ReadForged(Queue<PoisonDatagram> forged, long until)
    {
        while (forged.TryPeek(out var next) && next.ArrivalUnixMilliseconds <= until)
        {
            forged.Dequeue();

            // A recording's clock leaps from one datagram to the next; a collector's would not while hours pass.
            for (var held = Math.Min(next.ArrivalUnixMilliseconds, _clock + LongestHold); _clock > 0 && _clock + Minute < held;)
                AdvanceTo(_clock + Minute);
            AdvanceTo(next.ArrivalUnixMilliseconds);
            _decoder.Decode(next.Payload, next.Session, next.ArrivalUnixMilliseconds);
        }
    }

    private void AdvanceTo(long arrival)
    {
        if (arrival <= _clock) return;
        _clock = arrival;
        _shard.AdvanceTo(_clock);
        _judge.AdvanceTo(_clock);
    }
}
