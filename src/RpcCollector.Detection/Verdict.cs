using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>What a person says of a finding; unique by kind, client and server with their periods, the latest counts.</summary>
/// <param name="Server">Null for a finding about the client alone.</param>
/// <param name="ExpiresUnixMilliseconds">When it stops counting, by the clock of arrivals; null for never.</param>
public sealed record Verdict(
    FindingKind Kind, HostAddress Client, HostAddress? Server, VerdictMeaning Meaning, string Who, string Why, long AtUnixMilliseconds,
    long? ExpiresUnixMilliseconds)
{
    /// <summary>The finding that it is about.</summary>
    public long FindingId => Detection.FindingId.Of(Kind, Client, Server, ClientPeriod, ServerPeriod);

    /// <summary>As <see cref="Finding.ClientPeriod"/>: what is said of one machine says nothing of the next at its address.</summary>
    public long ClientPeriod { get; init; }

    /// <summary>As <see cref="Finding.ServerPeriod"/>.</summary>
    public long ServerPeriod { get; init; }
}

/// <summary>What a person may say of a finding.</summary>
public enum VerdictMeaning : byte
{
    /// <summary>The edge is learned as normal.</summary>
    Benign = 1,

    /// <summary>The edge is never learned as normal while the verdict holds.</summary>
    Malicious = 2,
}
