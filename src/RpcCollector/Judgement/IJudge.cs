using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Judgement;

/// <summary>What the judge's thread asks of the judge; called on that thread alone.</summary>
internal interface IJudge
{
    /// <summary>What was learned of (server, port); replaced, never changed.</summary>
    IKnownEndpoints KnownEndpoints { get; }

    JudgeFigures Figures { get; }

    void Take(in ActivityChange change, long arrivalUnixMilliseconds);

    void Take(in ContactChange change, long arrivalUnixMilliseconds);

    void Take(in RpcOperation operation, long arrivalUnixMilliseconds);

    /// <summary>Judges what has changed and closes epochs that are over, by the clock of arrivals.</summary>
    void AdvanceTo(long arrivalUnixMilliseconds);

    /// <summary>Judges what is left.</summary>
    void Complete();

    /// <summary>What a person says of a finding; one that has expired takes back what was said.</summary>
    void Apply(Verdict verdict);

    /// <summary>Everything, so that another one goes on from there as if nothing had happened.</summary>
    void Save(Stream stream);

    void Load(Stream stream);

    HostView? Host(HostAddress address);

    /// <summary>In order of address.</summary>
    IReadOnlyList<HostView> Hosts(HostQuery query);

    /// <summary>In order of client, server, service.</summary>
    IReadOnlyList<EdgeView> Edges(EdgeQuery query);
}

/// <summary>The judge in figures.</summary>
/// <param name="EpochStartUnixMilliseconds">Of the oldest epoch that is open; null before the first fact.</param>
internal sealed record JudgeFigures(long Edges, long Hosts, long LateFacts, long EvictedEdges, bool IsLearning, long? EpochStartUnixMilliseconds);

/// <summary>What is known of a host.</summary>
/// <param name="Why">One sentence.</param>
/// <param name="IsConfigured">True when the configuration says so, not what was seen.</param>
internal sealed record HostView(HostAddress Address, string Role, string Why, bool IsConfigured, long FirstSeenUnixMilliseconds, long LastSeenUnixMilliseconds);

/// <summary>That a client drove a server through a service.</summary>
/// <param name="IsReported">True while a finding keeps it from being learned.</param>
internal sealed record EdgeView(HostAddress Client, HostAddress Server, string Service, double Count, long FirstSeenUnixMilliseconds, long LastSeenUnixMilliseconds, bool IsReported);

/// <summary>Which edges to read; what is null does not restrict.</summary>
/// <param name="After">The last pair that is known already.</param>
/// <param name="Pairs">All edges of so many pairs.</param>
internal sealed record EdgeQuery(AddressRange? Client, AddressRange? Server, (HostAddress Client, HostAddress Server)? After, int Pairs);

/// <summary>Which hosts to read; what is null does not restrict.</summary>
internal sealed record HostQuery(HostAddress? After, AddressRange? Within, HostRole? Role, int Limit);
