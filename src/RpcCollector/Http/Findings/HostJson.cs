using System.ComponentModel;
using RpcCollector.Judgement;

namespace RpcCollector.Http.Findings;

/// <summary>What is known of a host.</summary>
internal record HostJson(
    string Address,
    [property: Description("unknown, workstation, server, management-server, scanner or domain-controller.")] string Role,
    [property: Description("Why it is taken for that, in one sentence.")] string Why,
    [property: Description("True when the configuration says so (RpcCollector:Judgement:Roles).")] bool Configured,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen)
{
    public static HostJson From(HostView host) => new(
        host.Address.ToString(), host.Role, host.Why, host.IsConfigured, UtcMilliseconds.From(host.FirstSeenUnixMilliseconds), UtcMilliseconds.From(host.LastSeenUnixMilliseconds));
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
    string Client, string Server, DateTimeOffset FirstSeen, DateTimeOffset LastSeen,
    [property: Description("True while a finding keeps it from being learned.")] bool Reported,
    IReadOnlyList<PairServiceJson> Services)
{
    /// <summary>Pairs of edges that are in order of client and server.</summary>
    public static List<PairJson> From(IReadOnlyList<EdgeView> edges) =>
    [
        .. edges.GroupBy(edge => (edge.Client, edge.Server)).Select(pair => new PairJson(
            pair.Key.Client.ToString(), pair.Key.Server.ToString(),
            UtcMilliseconds.From(pair.Min(edge => edge.FirstSeenUnixMilliseconds)), UtcMilliseconds.From(pair.Max(edge => edge.LastSeenUnixMilliseconds)),
            pair.Any(edge => edge.IsReported), [.. pair.Select(PairServiceJson.From)])),
    ];
}

/// <summary>A service that a client uses of a server.</summary>
internal sealed record PairServiceJson(
    [property: Description("Such as RPC, SMB, WinRM.")] string Service,
    [property: Description("How often; what is long ago counts less.")] double Count,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    [property: Description("True while a finding keeps it from being learned.")] bool Reported)
{
    public static PairServiceJson From(EdgeView edge) => new(
        edge.Service, Math.Round(edge.Count, 2), UtcMilliseconds.From(edge.FirstSeenUnixMilliseconds), UtcMilliseconds.From(edge.LastSeenUnixMilliseconds), edge.IsReported);
}

/// <summary>A page of pairs, in order of client and server.</summary>
internal sealed record PairsPage(
    IReadOnlyList<PairJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next);
