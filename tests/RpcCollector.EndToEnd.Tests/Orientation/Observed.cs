using System.Text;
using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.EndToEnd.Tests.Orientation;

/// <summary>What stands after records have been decoded and joined, in their order, on some shards.</summary>
internal sealed class Observed : IFlowStartSink, IActivitySink
{
    private readonly ExporterCatalog _catalog = new(new ExporterDirectory());
    private readonly Dictionary<long, RpcActivity> _activities = [];
    private readonly Dictionary<long, AdministrationContact> _contacts = [];
    private readonly ClientShard[] _shards;
    private long _arrival = MessageBuilder.ExportMilliseconds;

    private Observed(int numShards, IKnownEndpoints? known) =>
        _shards =
        [
            .. Enumerable.Range(0, numShards)
                .Select(_ => new ClientShard(new JoinOptions(), this, new HopCounters(), numShards) { KnownEndpoints = known }),
        ];

    public IReadOnlyCollection<RpcActivity> Activities => _activities.Values;

    public IReadOnlyCollection<AdministrationContact> Contacts => _contacts.Values;

    /// <summary>How sure it is of each fact with this client that this is the client.</summary>
    public List<DirectionConfidence> OfClient(string client) =>
    [
        .. Contacts.Where(contact => contact.Client == HostAddress.Parse(client)).Select(contact => contact.Traffic.Direction),
        .. Activities.Where(activity => activity.Client == HostAddress.Parse(client)).Select(activity => activity.Traffic.Direction),
    ];

    public static Observed After(IEnumerable<ToldRecord> records, int numShards = 1, IKnownEndpoints? known = null)
    {
        var observed = new Observed(numShards, known);
        var datagrams = new DatagramDecoder(new FlowOptions(), observed._catalog, new HopCounters(), observed);
        var log = new ZeekLog(ZeekLogKind.Conn, new HopCounters());
        var lines = new ConnDecoder(new FlowOptions(), new HopCounters(), observed);
        var sensor = ZeekSensor.Of(observed._catalog, ZeekSensor.DefaultAddress(0))!;
        foreach (var record in records)
        {
            observed._arrival++;
            if (record.Datagram is { } datagram)
                datagrams.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);
            if (record.ZeekLine is not { } line) continue;
            Assert.Equal(ZeekLogKind.Conn, log.Read(Encoding.UTF8.GetBytes(line)));
            if (lines.TryRead(log.Line, sensor, out var flow)) lines.Offer(flow);
        }

        foreach (var shard in observed._shards) shard.Complete();
        return observed;
    }

    void IFlowStartSink.Offer(in FlowStart start)
    {
        var arriving = start with { ArrivalUnixMilliseconds = _arrival };
        var (own, servers) = (ClientShard.Of(start.Client, _shards.Length), ClientShard.Of(start.Server, _shards.Length));
        _shards[own].Offer(arriving);
        if (start.IsMapperFlow && servers != own) _shards[servers].OfferMapperFlowToServer(arriving);
    }

    void IActivitySink.Publish(in ActivityChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) _activities.Remove(change.Activity.Id);
        else _activities[change.Activity.Id] = change.Activity;
    }

    void IActivitySink.Publish(in ContactChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) _contacts.Remove(change.Contact.Id);
        else _contacts[change.Contact.Id] = change.Contact;
    }
}
