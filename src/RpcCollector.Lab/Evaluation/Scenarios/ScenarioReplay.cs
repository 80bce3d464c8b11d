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

    public static ScenarioRun Run(CollectorOptions options, Scenario scenario, string export)
    {
        using var captures = new CaptureMerge(CaptureInput.Find([export]), new CaptureTally());
        var replay = new ScenarioReplay(options);
        replay.Read(captures);
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

    private void Read(CaptureMerge captures)
    {
        while (captures.TryRead(out var datagram))
        {
            if (datagram.ArrivalUnixMilliseconds > _clock)
            {
                _clock = datagram.ArrivalUnixMilliseconds;
                _shard.AdvanceTo(_clock);
                _judge.AdvanceTo(_clock);
            }

            _decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);
        }

        _decoder.Complete();
        _shard.Complete();
        _judge.Complete();
    }
}
