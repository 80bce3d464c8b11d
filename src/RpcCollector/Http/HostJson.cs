using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>What is known of a host.</summary>
internal sealed record HostJson(
    string Address,
    [property: Description(
        "unknown, workstation, server, management-server, scanner, domain-controller or directory-synchronizer.")] string Role,
    [property: Description("Why it has this role, in one sentence.")] string Why,
    [property: Description("The role that it looks like and has not earned yet, which softens nothing; absent when there is none.")]
    string? Provisional,
    [property: Description("Start of the first hour in which it was seen.")] DateTimeOffset FirstSeen,
    [property: Description("Start of the last hour in which it was seen.")] DateTimeOffset LastSeen,
    [property: Description("Edges on which it is the client.")] int ClientEdges,
    [property: Description("Edges on which it is the server.")] int ServerEdges,
    [property: Description("RPC interfaces that it is known to carry.")] IReadOnlyList<string> Serves)
{
    public static HostJson From(HostProfile host) => new(
        host.Address.ToString(), KebabCase<HostRole>.Of(host.Role), host.Why,
        host.Provisional is { } provisional ? KebabCase<HostRole>.Of(provisional) : null,
        UtcMilliseconds.From(host.FirstSeenUnixMilliseconds),
        UtcMilliseconds.From(host.LastSeenUnixMilliseconds),
        host.ClientEdges, host.ServerEdges, [.. RpcInterfaceNames.Of(host.Serves)]);
}

/// <summary>A page of hosts, in order of address.</summary>
internal sealed record HostsPage(
    IReadOnlyList<HostJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next);

/// <summary>A host with the pairs that it belongs to.</summary>
internal sealed record HostDetailJson(
    HostJson Host,
    [property: Description("Whom it drives, at most 1000; /api/v1/pairs?client= has them all.")] IReadOnlyList<PairJson> AsClient,
    [property: Description("Who drives it, at most 1000; /api/v1/pairs?server= has them all.")] IReadOnlyList<PairJson> AsServer);

/// <summary>A client and a server, and the services between them.</summary>
internal sealed record PairJson(
    string Client, string ClientRole, string Server, string ServerRole,
    [property: Description("Start of the first hour in which it was seen.")] DateTimeOffset FirstSeen,
    [property: Description("Start of the last hour in which it was seen.")] DateTimeOffset LastSeen,
    [property: Description("Activities and contacts, all services.")] long Count,
    IReadOnlyList<PairServiceJson> Services)
{
    /// <summary>Pairs of edges that are in order of client and server.</summary>
    public static List<PairJson> From(IReadOnlyList<EdgeProfile> edges) =>
        [.. edges.GroupBy(edge => (edge.Client, edge.Server)).Select(pair => From([.. pair]))];

    private static PairJson From(List<EdgeProfile> edges) => new(
        edges[0].Client.ToString(),
        KebabCase<HostRole>.Of(edges[0].ClientRole), edges[0].Server.ToString(), KebabCase<HostRole>.Of(edges[0].ServerRole),
        UtcMilliseconds.From(edges.Min(edge => edge.FirstSeenUnixMilliseconds)),
        UtcMilliseconds.From(edges.Max(edge => edge.LastSeenUnixMilliseconds)),
        edges.Sum(edge => edge.Flows), [.. edges.Select(PairServiceJson.From)]);
}

/// <summary>A service that a client uses of a server.</summary>
internal sealed record PairServiceJson(
    [property: Description("rpc, smb, win-rm, rpc-over-http, kerberos or ldap.")] string Service,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    [property: Description("Activities and contacts.")] long Count,
    [property: Description("On how many days it was seen.")] int Days,
    [property: Description("True when it counts as normal.")] bool Learned,
    [property: Description("True when the server answered.")] bool Answered)
{
    public static PairServiceJson From(EdgeProfile edge) => new(
        KebabCase<EdgeService>.Of(edge.Service), UtcMilliseconds.From(edge.FirstSeenUnixMilliseconds),
        UtcMilliseconds.From(edge.LastSeenUnixMilliseconds),
        edge.Flows, edge.Days, edge.IsLearned, edge.IsAnswered);
}

/// <summary>A page of pairs, in order of client and server.</summary>
internal sealed record PairsPage(
    IReadOnlyList<PairJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next);
