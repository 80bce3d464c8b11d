using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>All that is between a host and another.</summary>
internal sealed record HostEdgeJson(
    [property: Description("The host at the other end.")] PeerJson Peer,
    string Client, string ClientRole, string Server, string ServerRole,
    [property: Description("Start of the first hour in which it was seen.")] DateTimeOffset FirstSeen,
    [property: Description("Start of the last hour in which it was seen.")] DateTimeOffset LastSeen,
    [property: Description("Activities and contacts, all services.")] long Count,
    [property: Description("On how many days it was seen.")] int Days,
    [property: Description("True when all of it counts as normal.")] bool Learned,
    [property: Description(RarityText.Means)] double Rarity,
    IReadOnlyList<EdgeServiceJson> Services)
{
    public static HostEdgeJson From(EdgePair pair, bool isClient, NetworkSurvey survey, NameBook names, long now) => new(
        isClient ? PeerJson.From(pair.Server, pair.ServerRole, names, now) : PeerJson.From(pair.Client, pair.ClientRole, names, now),
        pair.Client.ToString(), KebabCase<HostRole>.Of(pair.ClientRole), pair.Server.ToString(), KebabCase<HostRole>.Of(pair.ServerRole),
        UtcMilliseconds.From(pair.FirstSeenUnixMilliseconds), UtcMilliseconds.From(pair.LastSeenUnixMilliseconds), pair.Flows, pair.Days,
        pair.IsLearned, RarityText.Of(pair.Rarity), [.. pair.Edges.Select(edge => EdgeServiceJson.From(edge, survey))]);
}

/// <summary>A service that a client uses of a server.</summary>
internal sealed record EdgeServiceJson(
    [property: Description("rpc, smb, win-rm, rpc-over-http, kerberos or ldap.")] string Service,
    DateTimeOffset FirstSeen,
    DateTimeOffset LastSeen,
    [property: Description("Activities and contacts.")] long Count,
    [property: Description("On how many days it was seen.")] int Days,
    [property: Description("True when it counts as normal.")] bool Learned,
    [property: Description("True when the server answered.")] bool Answered,
    [property: Description(RarityText.Means)] double Rarity)
{
    public static EdgeServiceJson From(EdgeProfile edge, NetworkSurvey survey) => new(
        KebabCase<EdgeService>.Of(edge.Service), UtcMilliseconds.From(edge.FirstSeenUnixMilliseconds),
        UtcMilliseconds.From(edge.LastSeenUnixMilliseconds), edge.Flows, edge.Days, edge.IsLearned, edge.IsAnswered,
        RarityText.Of(survey.RarityOf(edge)));
}

/// <summary>A host as it stands beside others.</summary>
internal sealed record PeerJson(
    string Address,
    [property: Description("What it is called now; absent when nothing names it. Text from the network, and no proof.")] string? Name,
    string Role)
{
    public static PeerJson From(HostAddress host, HostRole role, NameBook names, long now) =>
        new(host.ToString(), names.Find(host, now)?.Name, KebabCase<HostRole>.Of(role));
}

/// <summary>A service, and with how many others.</summary>
internal sealed record ServiceUseJson(
    [property: Description("rpc, smb, win-rm, rpc-over-http, kerberos or ldap.")] string Service, int Hosts)
{
    public static IReadOnlyList<ServiceUseJson> From(RarestPairs selection) =>
    [
        .. KebabCase<EdgeService>.All.Where(service => selection.Of(service) > 0)
            .Select(service => new ServiceUseJson(KebabCase<EdgeService>.Of(service), selection.Of(service))),
    ];
}

/// <summary>How the API shows rarity.</summary>
internal static class RarityText
{
    public const string Means =
        "0 for what all do, 1 for what nobody else does: how few other clients use that of the server, how few edges lead between hosts " +
        "of such roles, and on how few days it was seen. It says how rare, not how dangerous.";

    public static double Of(double rarity) => Math.Round(rarity, 3);
}
