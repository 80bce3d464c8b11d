namespace RpcCollector.Detection;

/// <summary>
/// How rare what a finding says is, by what was known before its first hour: what is null was not known, or cannot be asked of it.
/// </summary>
/// <remarks>No severity rests on it. "Like that" is by the same service.</remarks>
public sealed record FindingRarity
{
    /// <summary>Of fewer flows nothing is said of a flow's size.</summary>
    public const int LeastFlows = 20;

    /// <summary>
    /// The service that it is about, the rarest when there are several: RPC, SMB, WinRM, RPC over HTTP, Kerberos or LDAP.
    /// </summary>
    public required string Service { get; init; }

    /// <summary>For how many hours the network was known; not more than what is kept.</summary>
    public required int KnownHours { get; init; }

    /// <summary>Clients that the server had answered, by whichever service.</summary>
    public int? ServerClients { get; init; }

    /// <summary>Those of them that it had answered like that.</summary>
    public int? ServerClientsLike { get; init; }

    /// <summary>When these two had to do with each other like that for the first time; null for never.</summary>
    public long? PairFirstSeenUnixMilliseconds { get; init; }

    /// <summary>On how many days; 0 for never.</summary>
    public int? PairDays { get; init; }

    /// <summary>In how many flows.</summary>
    public long? PairFlows { get; init; }

    /// <summary>How many other servers the client had contacted like that.</summary>
    public int? ClientServersLike { get; init; }

    /// <summary>What went one way in the largest flow behind it, of the two ways the one that is more unusual.</summary>
    public long? Octets { get; init; }

    /// <summary>True when those went from the client to the server.</summary>
    public bool? IsUpload { get; init; }

    /// <summary>The service of that flow, as <see cref="Service"/>.</summary>
    public string? OctetsService { get; init; }

    /// <summary>How many of a hundred flows are smaller that way; null when fewer than <see cref="LeastFlows"/> were known.</summary>
    public int? OctetsPercentile { get; init; }

    /// <summary>Of how many known flows that is.</summary>
    public long? OctetsFlows { get; init; }

    /// <summary>
    /// The role of the servers whose flows these were; null when they were the server's own, which outranks the other.
    /// </summary>
    public HostRole? OctetsOfRole { get; init; }
}
