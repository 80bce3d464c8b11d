using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>Which pairs of client and server are wanted; what is null or empty does not restrict.</summary>
/// <param name="SinceUnixMilliseconds">Seen in an hour that ends later.</param>
/// <param name="UntilUnixMilliseconds">Seen before.</param>
/// <param name="Services">Only what is done by these counts.</param>
/// <param name="Role">Of either end.</param>
/// <param name="Host">Either end is one of these.</param>
/// <param name="Client">The client is one of these.</param>
/// <param name="Server">The server is one of these.</param>
public sealed record EdgeChoice(
    long? SinceUnixMilliseconds = null, long? UntilUnixMilliseconds = null, IReadOnlySet<EdgeService>? Services = null,
    HostRole? Role = null, double LeastRarity = 0, AddressPrefix? Host = null, AddressPrefix? Client = null, AddressPrefix? Server = null)
{
    internal bool Wants(EdgeService service) => Services is null || Services.Count == 0 || Services.Contains(service);

    internal bool WantsEnds(HostAddress client, HostAddress server) =>
        (Host is not { } host || host.Contains(client) || host.Contains(server))
        && (Client is not { } clients || clients.Contains(client)) && (Server is not { } servers || servers.Contains(server));

    internal bool Wants(EdgePair pair) =>
        (Role is not { } role || pair.ClientRole == role || pair.ServerRole == role)
        && (SinceUnixMilliseconds is not { } since || pair.LastSeenUnixMilliseconds + Epoch.Milliseconds > since)
        && (UntilUnixMilliseconds is not { } until || pair.FirstSeenUnixMilliseconds < until)
        && pair.Rarity >= LeastRarity;
}

/// <summary>A client, a server, and all that is between them; unique by these.</summary>
/// <param name="Rarity">That of its rarest edge.</param>
/// <param name="Edges">One of each service, in their order.</param>
public sealed record EdgePair(IReadOnlyList<EdgeProfile> Edges, double Rarity)
{
    public HostAddress Client => Edges[0].Client;

    public HostRole ClientRole => Edges[0].ClientRole;

    public HostAddress Server => Edges[0].Server;

    public HostRole ServerRole => Edges[0].ServerRole;

    public long FirstSeenUnixMilliseconds => Edges.Min(static edge => edge.FirstSeenUnixMilliseconds);

    public long LastSeenUnixMilliseconds => Edges.Max(static edge => edge.LastSeenUnixMilliseconds);

    public long Flows => Edges.Sum(static edge => edge.Flows);

    public int Days => Edges.Max(static edge => edge.Days);

    /// <summary>True when all of it counts as normal.</summary>
    public bool IsLearned => Edges.All(static edge => edge.IsLearned);

    /// <summary>The rarest first, of those the ones that came last.</summary>
    internal static int Order(EdgePair left, EdgePair right)
    {
        var order = right.Rarity.CompareTo(left.Rarity);
        if (order == 0) order = right.FirstSeenUnixMilliseconds.CompareTo(left.FirstSeenUnixMilliseconds);
        if (order == 0) order = left.Client.CompareTo(right.Client);
        return order != 0 ? order : left.Server.CompareTo(right.Server);
    }
}
