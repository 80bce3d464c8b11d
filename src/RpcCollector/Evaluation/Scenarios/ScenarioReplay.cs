using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Evaluation.Scenarios;

/// <summary>Takes one export of a scenario the way of a replay: datagram, message, record, flow start, join, judge; in capture time, on one thread.</summary>
internal sealed class ScenarioReplay : IActivitySink, IFlowStartSink
{
    private readonly Dictionary<long, RpcActivity> _activities = [];
    private readonly Dictionary<(HostAddress Client, HostAddress Server, ushort ClientPort, ushort ServerPort), AdministrationContact> _contacts = [];
    private readonly FindingCollection _findings = new();
    private readonly ClientShard _shard;
    private readonly DatagramDecoder _decoder;
    private readonly Judge _judge;
    private long _clock;

    private ScenarioReplay(CollectorOptions options)
    {
        var catalog = new ExporterCatalog(new ExporterDirectory(options.Flows.MaxExporters));
        catalog.Admit(options.Flows);
        _judge = new Judge(options.Judgement, _findings);
        _shard = new ClientShard(options.Detection.Join, this, new HopCounters());
        _decoder = new DatagramDecoder(options.Flows, catalog, new HopCounters(), this);
    }

    public static ScenarioRun Run(CollectorOptions options, Scenario scenario, string export)
    {
        using var captures = new CaptureMerge(CaptureInput.Find([export]), new CaptureTally());
        var replay = new ScenarioReplay(options);
        replay.Read(captures);
        return new ScenarioRun(
            scenario, Path.GetFileNameWithoutExtension(export),
            [.. replay._activities.Values.Where(activity => activity.Client == scenario.Client && activity.Server == scenario.Server).OrderBy(activity => activity.StartUnixMilliseconds).ThenBy(activity => activity.Id)],
            [.. replay._contacts.Values.Where(contact => contact.Client == scenario.Client && contact.Server == scenario.Server).OrderBy(contact => contact.Flow.StartUnixMilliseconds).ThenBy(contact => contact.Id)],
            FindingRanking.Of(replay._findings.InOrder()));
    }

    public void Publish(in ActivityChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) _activities.Remove(change.Activity.Id);
        else _activities[change.Activity.Id] = change.Activity;
        _judge.Take(change, _clock);
    }

    public void Offer(in FlowStart start)
    {
        _shard.Offer(start);
        if (start.IsMirror || start.ServerPort is not (139 or 445 or 593 or 5985 or 5986 or 88 or 389)) return;
        var key = (start.Client, start.Server, start.ClientPort, start.ServerPort);
        var isKnown = _contacts.TryGetValue(key, out var contact);
        var exporters = contact.Exporters;
        exporters.Add(start.ExporterId);
        contact = new AdministrationContact
        {
            Id = isKnown ? contact.Id : _contacts.Count + 1,
            Client = start.Client,
            Server = start.Server,
            Flow = new FlowSpan(
                start.ClientPort, start.ServerPort,
                isKnown ? Math.Min(contact.Flow.StartUnixMilliseconds, start.StartUnixMilliseconds) : start.StartUnixMilliseconds,
                Math.Max(contact.Flow.EndUnixMilliseconds, start.EndUnixMilliseconds)),
            Exporters = exporters,
            SamplingInterval = start.SamplingInterval,
            Traffic = new FlowTraffic(
                Math.Max(contact.Traffic.ClientOctets, (uint)start.ClientOctets), Math.Max(contact.Traffic.ServerOctets, (uint)start.ServerOctets),
                (byte)(contact.Traffic.ClientTcpFlags | start.ClientTcpFlags), (byte)(contact.Traffic.ServerTcpFlags | start.ServerTcpFlags),
                contact.Traffic.Half | start.Half, start.Direction > contact.Traffic.Direction ? start.Direction : contact.Traffic.Direction),
        };
        _contacts[key] = contact;
        _judge.Take(new ContactChange(isKnown ? ActivityChangeKind.Revised : ActivityChangeKind.Added, contact), _clock);
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
