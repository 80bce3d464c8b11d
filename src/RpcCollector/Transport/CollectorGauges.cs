using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>What the threads between socket and shard know of themselves.</summary>
/// <remarks>Set once when they are wired, read at every scrape, from any thread.</remarks>
internal sealed class CollectorGauges
{
    /// <summary>One for every thread that counts; their sums are shown.</summary>
    public IReadOnlyList<HopCounters> Counters { get; set; } = [];

    public IReadOnlyList<ListenerGauges> Listeners { get; set; } = [];

    /// <summary>Those on TCP.</summary>
    public IReadOnlyList<StreamGauges> Streams { get; set; } = [];

    /// <summary>What sends datagrams on to other collectors; null when nothing does.</summary>
    public Forwarder? Forwarder { get; set; }

    /// <summary>Of exporters over TCP.</summary>
    public ConnectionCounters Connections { get; set; } = new();

    /// <summary>Octets of datagrams, and of Messages over TCP, received.</summary>
    public Func<long> ReceivedBytes { get; set; } = None;

    /// <summary>Options Data Records decoded.</summary>
    public Func<long> OptionsRecords { get; set; } = None;

    /// <summary>Data Sets that wait for their Template: received = used + rejected + waiting.</summary>
    public Func<long> WaitingSets { get; set; } = None;

    /// <summary>Octets they take.</summary>
    public Func<long> WaitingBytes { get; set; } = None;

    /// <summary>How far the clocks of exporters that see the same connections lie apart, as the shards learned it.</summary>
    public Func<IReadOnlyList<ClockSkew>> ClockSkews { get; set; } = static () => [];

    public Func<long> OpenMapperFlows { get; set; } = None;

    public Func<long> WaitingEndpointFlows { get; set; } = None;

    /// <summary>Connections to other ports of the family that are held.</summary>
    public Func<long> HeldContacts { get; set; } = None;

    public Func<long> EvictedContacts { get; set; } = None;

    public Func<long> EvictedMapperFlows { get; set; } = None;

    public Func<long> EvictedEndpointFlows { get; set; } = None;

    public Func<long> LateFlowStarts { get; set; } = None;

    /// <summary>Flow starts between decoding threads and shards.</summary>
    public Func<long> QueuedFlowStarts { get; set; } = None;

    /// <summary>Shows what the shards of this process hold.</summary>
    public void Show(IReadOnlyList<ClientShard> shards)
    {
        ClockSkews = () => [.. shards.SelectMany(shard => shard.ClockSkews())];
        OpenMapperFlows = () => shards.Sum(shard => shard.OpenMapperFlows);
        EvictedMapperFlows = () => shards.Sum(shard => shard.EvictedMapperFlows);
        EvictedEndpointFlows = () => shards.Sum(shard => shard.EvictedEndpointFlows);
        LateFlowStarts = () => shards.Sum(shard => shard.LateFlowStarts);
        HeldContacts = () => shards.Sum(shard => shard.HeldContacts);
        EvictedContacts = () => shards.Sum(shard => shard.EvictedContacts);
        WaitingEndpointFlows = () => shards.Sum(shard => shard.WaitingEndpointFlows);
    }

    private static long None() => 0;
}
