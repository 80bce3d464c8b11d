using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>
/// A mapper flow joined with its endpoint flow: a fact, unique by the endpoint connection (by the mapper connection when the basis is
/// <see cref="JoinBasis.MapperOnly"/>).
/// </summary>
public readonly record struct RpcActivity
{
    /// <summary>
    /// Made of the connection and when any clock first saw it begin: the same for every order of arrival, and in every process. Stays the
    /// same when the activity is revised; an earlier sighting makes another (see <see cref="ActivityChangeKind"/>).
    /// </summary>
    public long Id { get; init; }

    public JoinBasis Basis { get; init; }

    public HostAddress Client { get; init; }

    public HostAddress Server { get; init; }

    /// <summary>The flow to TCP 135; null when the basis is <see cref="JoinBasis.KnownEndpoint"/>.</summary>
    public FlowSpan? Mapper { get; init; }

    /// <summary>The flow to the endpoint; null when the basis is <see cref="JoinBasis.MapperOnly"/>.</summary>
    public FlowSpan? Endpoint { get; init; }

    /// <summary>What the endpoint is known to carry; none when nothing is known.</summary>
    public RpcInterfaces Interfaces { get; init; }

    /// <summary>All exporters that saw either flow.</summary>
    public ExporterSet Exporters { get; init; }

    /// <summary>The coarser sampling interval of the two flows: 1 is unsampled, 0 unknown.</summary>
    public uint SamplingInterval { get; init; }

    /// <summary>What was seen of the endpoint flow; of the mapper flow when the basis is <see cref="JoinBasis.MapperOnly"/>.</summary>
    public FlowTraffic Traffic { get; init; }

    /// <summary>True for a mapper flow that a firewall refused: nothing came of it.</summary>
    public bool IsRefused => Basis == JoinBasis.MapperOnly && Traffic.IsRefused;

    /// <summary>
    /// What the ends of the endpoint flow are called on the other side of a device that translates addresses; those of the mapper flow when
    /// the basis is <see cref="JoinBasis.MapperOnly"/>. Null when no device says that it translated them.
    /// </summary>
    public TranslatedEnds? Translated { get; init; }

    /// <summary>When the activity began: the earlier of its flows' starts, in Unix milliseconds.</summary>
    public long StartUnixMilliseconds => (Mapper, Endpoint) switch
    {
        ({ } mapper, { } endpoint) => Math.Min(mapper.StartUnixMilliseconds, endpoint.StartUnixMilliseconds),
        ({ } mapper, null) => mapper.StartUnixMilliseconds,
        (null, { } endpoint) => endpoint.StartUnixMilliseconds,
        _ => 0,
    };
}

/// <summary>
/// The ports and times of one of the two flows of an <see cref="RpcActivity"/>; times in Unix milliseconds, corrected by what is known
/// of the exporter's clock.
/// </summary>
public readonly record struct FlowSpan(ushort ClientPort, ushort ServerPort, long StartUnixMilliseconds, long EndUnixMilliseconds);

/// <summary>What one exporter, the one with the lowest address, counted of a flow, and what any of them saw of it.</summary>
/// <remarks>An exporter that reports a flow twice, at ingress and at egress, counts it twice. The join does not use counters.</remarks>
/// <param name="ClientOctets">Octets from client to server; stays at its largest value beyond it.</param>
/// <param name="ServerOctets">Octets from server to client; stays at its largest value beyond it.</param>
/// <param name="ClientTcpFlags">OR of the TCP flags that the client sent, without the ECN nonce; 0 when unseen.</param>
/// <param name="ServerTcpFlags">OR of the TCP flags that the server sent, without the ECN nonce; 0 when unseen.</param>
/// <param name="Half">Which halves any exporter saw; none when those who report it did not let it through.</param>
/// <param name="Direction">
/// How sure it is who the client is. Uncertain: no record says so and the mapper flow decides; if each host asked the other's mapper, the
/// better match decides.
/// </param>
public readonly record struct FlowTraffic(
    uint ClientOctets, uint ServerOctets, byte ClientTcpFlags, byte ServerTcpFlags, FlowHalf Half, DirectionConfidence Direction)
{
    /// <summary>True when a firewall or an access list refused the connection, and nobody shows that it was carried all the same.</summary>
    public bool IsRefused => Half == FlowHalf.None;
}

/// <summary>What happened to an activity.</summary>
public enum ActivityChangeKind : byte
{
    /// <summary>
    /// Seen for the first time, or again after its flows were dropped. If it then has the same start, it has the same id and replaces what
    /// is stored.
    /// </summary>
    Added,

    /// <summary>Known better: a better mapper flow, a later end, another exporter. Replaces the one with the same id.</summary>
    Revised,

    /// <summary>
    /// Known to be wrong: a mapper-only activity whose endpoint flow arrived after all; one of two activities whose connections turned out
    /// to be one; a join that only clock skew allowed, once one clock turned out to have timed both flows. Or known under another id, as a
    /// sighting began earlier than all before: the same is added under that one next.
    /// </summary>
    Withdrawn,
}

/// <summary>One step in the life of an activity, in the order in which a shard took it.</summary>
public readonly record struct ActivityChange(ActivityChangeKind Kind, RpcActivity Activity);
