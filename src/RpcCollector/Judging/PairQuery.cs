using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Judging;

/// <summary>Which pairs to read, in order of client and server; what is null does not restrict.</summary>
/// <param name="After">The last pair that is known already.</param>
/// <param name="Limit">All edges of so many pairs.</param>
internal sealed record PairQuery(AddressRange? Client, AddressRange? Server, (HostAddress Client, HostAddress Server)? After, int Limit)
{
    public IReadOnlyList<EdgeProfile> Read(Judge judge)
    {
        // Asked by its one end where one is named: that host's edges are few among all.
        if (Client is { IsSingle: true } client) return Page(judge.Edges(client.First));
        if (Server is { IsSingle: true } server) return Page(judge.Edges(server.First));

        var edges = new List<EdgeProfile>();
        var pairs = 0;
        foreach (var host in judge.Addresses().Order())
        {
            if (Client is { } within && !within.Contains(host)) continue;
            if (After is { } after && host.CompareTo(after.Client) < 0) continue;
            var some = (this with { Limit = Limit - pairs }).Page(judge.Edges(host).Where(edge => edge.Client == host));
            edges.AddRange(some);
            pairs += some.Select(edge => edge.Server).Distinct().Count();
            if (pairs >= Limit) break;
        }

        return edges;
    }

    private List<EdgeProfile> Page(IEnumerable<EdgeProfile> edges) =>
        [.. edges.Where(Chooses).GroupBy(edge => (edge.Client, edge.Server)).Take(Limit).SelectMany(pair => pair)];

    private bool Chooses(EdgeProfile edge) =>
        (Client is not { } clients || clients.Contains(edge.Client)) && (Server is not { } servers || servers.Contains(edge.Server))
        && (After is not { } after || (edge.Client, edge.Server).CompareTo(after) > 0);
}
