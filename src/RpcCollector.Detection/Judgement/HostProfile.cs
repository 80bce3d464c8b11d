using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>What is known of a host; unique by address.</summary>
/// <param name="Why">Why it has its role, in one sentence.</param>
/// <param name="FirstSeenUnixMilliseconds">
/// Start of the first hour it was seen in; that of the latest open hour while none has been closed.
/// </param>
/// <param name="ClientEdges">Edges on which it is the client.</param>
public sealed record HostProfile(
    HostAddress Address, HostRole Role, string Why, long FirstSeenUnixMilliseconds, long LastSeenUnixMilliseconds, int ClientEdges,
    int ServerEdges, RpcInterfaces Serves)
{
    /// <summary>The role that it looks like and has not earned; null when there is none. It softens nothing.</summary>
    public HostRole? Provisional { get; init; }

    /// <summary>What was learned, whatever was told.</summary>
    public HostRole LearnedRole { get; init; }

    /// <summary>Which entry of the settings tells its role; negative when none does.</summary>
    public int RoleSetting { get; init; } = -1;

    /// <summary>What a person told of it; null when nobody did, or the settings tell its role.</summary>
    public ToldRole? Told { get; init; }
}

/// <summary>What is known of an edge; unique by client, server and service.</summary>
/// <param name="Days">On how many days it was seen.</param>
/// <param name="IsLearned">True when it counts as normal.</param>
public sealed record EdgeProfile(
    HostAddress Client, HostRole ClientRole, HostAddress Server, HostRole ServerRole, EdgeService Service,
    long FirstSeenUnixMilliseconds, long LastSeenUnixMilliseconds, long Flows, int Days, bool IsLearned, bool IsAnswered);
