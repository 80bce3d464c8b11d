using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.EndToEnd.Tests.Translation;

/// <summary>Shards that take what datagrams tell, may be followed by others, and what stands in the end.</summary>
internal sealed class TranslatedRun : IFlowStartSink, IActivitySink
{
    private readonly ExporterDirectory _exporters = new();
    private readonly DatagramDecoder _decoder;
    private readonly Dictionary<long, RpcActivity> _activities = [];
    private readonly Dictionary<long, AdministrationContact> _contacts = [];
    private ClientShard[] _shards;
    private long _arrival = MessageBuilder.ExportMilliseconds;

    public TranslatedRun(int numShards)
    {
        _decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(_exporters), new HopCounters(), this);
        _shards = Open(numShards);
    }

    public HopCounters Counters { get; } = new();

    public IReadOnlyCollection<RpcActivity> Activities => _activities.Values;

    public IReadOnlyCollection<AdministrationContact> Contacts => _contacts.Values;

    /// <summary>Each activity and contact in one line.</summary>
    public string[] Stories =>
    [
        .. Activities.Select(a => $"{a.Basis} {a.Client}:{(a.Endpoint ?? a.Mapper)!.Value.ClientPort} > " +
                $"{a.Server}:{(a.Endpoint ?? a.Mapper)!.Value.ServerPort} after {a.Mapper?.ClientPort}")
            .Concat(Contacts.Select(c => $"contact {c.Client}:{c.Flow.ClientPort} > {c.Server}:{c.Flow.ServerPort}"))
            .Order(StringComparer.Ordinal),
    ];

    public static TranslatedRun After(IEnumerable<CapturedDatagram> datagrams, int numShards = 1)
    {
        var run = new TranslatedRun(numShards);
        foreach (var datagram in datagrams) run.Take(datagram);
        run.Complete();
        return run;
    }

    public void Take(CapturedDatagram datagram)
    {
        _arrival++;
        _decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);
    }

    public void Restart(int numShards)
    {
        using var saved = new MemoryStream();
        ShardFlowsWriter.Write(saved, _shards, _exporters, _arrival, () => false);
        _shards = Open(numShards);
        Assert.Null(ShardFlowsReader.Restore(saved.ToArray(), _shards, _exporters, _arrival).Damage);
    }

    public void Complete()
    {
        foreach (var shard in _shards) shard.Complete();
    }

    void IFlowStartSink.Offer(in FlowStart start)
    {
        Span<int> owners = stackalloc int[ClientShard.MostOwners];
        var count = ClientShard.OwnersOf(start, _shards.Length, owners);
        foreach (var owner in owners[..count]) _shards[owner].Offer([start with { ArrivalUnixMilliseconds = _arrival }], owner);
    }

    void IActivitySink.Publish(in ActivityChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) Assert.True(_activities.Remove(change.Activity.Id));
        else _activities[change.Activity.Id] = change.Activity;
    }

    void IActivitySink.Publish(in ContactChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) Assert.True(_contacts.Remove(change.Contact.Id));
        else _contacts[change.Contact.Id] = change.Contact;
    }

    private ClientShard[] Open(int numShards) =>
        [.. Enumerable.Range(0, numShards).Select(_ => new ClientShard(new JoinOptions(), this, Counters, numShards, _exporters))];
}
