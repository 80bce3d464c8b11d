using System.ComponentModel;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>Who drives whom.</summary>
internal sealed record NetworkJson(
    [property: Description("The hosts at the ends of the edges, in order of address.")] IReadOnlyList<PeerJson> Hosts,
    [property: Description("The rarest first, of those the ones that came last.")] IReadOnlyList<NetworkEdgeJson> Edges,
    [property: Description("All that were asked for.")] int TotalEdges,
    [property: Description("Those that are not shown because they are more than the limit: the commonest.")] int LeftOut)
{
    public static NetworkJson From(RarestPairs selection, NameBook names, long now)
    {
        var pairs = selection.Rarest;
        var roles = new SortedDictionary<HostAddress, HostRole>();
        foreach (var pair in pairs) (roles[pair.Client], roles[pair.Server]) = (pair.ClientRole, pair.ServerRole);
        var places = new Dictionary<HostAddress, int>(roles.Count);
        foreach (var host in roles.Keys) places.Add(host, places.Count);
        return new NetworkJson(
            [.. roles.Select(host => PeerJson.From(host.Key, host.Value, names, now))],
            [.. pairs.Select(pair => NetworkEdgeJson.From(pair, places))], selection.Total, selection.Total - pairs.Count);
    }
}

/// <summary>A client and a server.</summary>
internal sealed record NetworkEdgeJson(
    [property: Description("Its place in the list of hosts, from 0 on.")] int Client,
    [property: Description("Its place in the list of hosts, from 0 on.")] int Server,
    [property: Description("rpc, smb, win-rm, rpc-over-http, kerberos or ldap.")] IReadOnlyList<string> Services,
    [property: Description("Activities and contacts, all services.")] long Count,
    [property: Description("Start of the first hour in which it was seen.")] DateTimeOffset FirstSeen,
    [property: Description("Start of the last hour in which it was seen.")] DateTimeOffset LastSeen,
    [property: Description("On how many days it was seen.")] int Days,
    [property: Description(RarityText.Means)] double Rarity,
    [property: Description("True when all of it counts as normal.")] bool Learned)
{
    public static NetworkEdgeJson From(EdgePair pair, Dictionary<HostAddress, int> places) => new(
        places[pair.Client], places[pair.Server], [.. pair.Edges.Select(edge => KebabCase<EdgeService>.Of(edge.Service))], pair.Flows,
        UtcMilliseconds.From(pair.FirstSeenUnixMilliseconds), UtcMilliseconds.From(pair.LastSeenUnixMilliseconds), pair.Days,
        RarityText.Of(pair.Rarity), pair.IsLearned);
}
