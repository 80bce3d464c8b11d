using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Prefetches what the judge walks through for each of a group of clients: the edges of all of them side by side, so that the cache misses
/// overlap.
/// </summary>
/// <remarks>
/// It changes nothing and decides nothing. The edges of a client are a chain: where the next one lies is known when this one is there, and
/// alone each would be waited for.
/// </remarks>
internal sealed class CaseLookahead
{
    /// <summary>How many clients are walked through at once.</summary>
    public const int GroupSize = 16;

    // Of each client, before the first of them would have left the cache.
    private const int MostEdges = 32;

    private readonly int[] _next = new int[GroupSize];

    /// <param name="group">At most <see cref="GroupSize"/>.</param>
    public void Prepare(ReadOnlySpan<int> group, Edges edges, OpenFacts facts)
    {
        // 1. The clients, and the first edge of each.
        foreach (var client in group) CacheLines.FetchRow(in edges.Host(client));
        for (var i = 0; i < group.Length; i++)
        {
            _next[i] = edges.Host(group[i]).FirstAsClient;
            if (_next[i] >= 0) CacheLines.FetchRow(in edges[_next[i]]);
        }

        // 2. Of each edge its open hour and its server, and the edge after it.
        var isAny = true;
        for (var step = 0; isAny && step < MostEdges; step++)
        {
            isAny = false;
            for (var i = 0; i < group.Length; i++)
            {
                if (_next[i] < 0) continue;
                ref var edge = ref edges[_next[i]];

                // Of what is no administration hardly anything is read but for the client's own role, unless that was told.
                if (EdgeServiceName.IsAdministration(edge.Service) || edges.Host(group[i]).Told is null)
                {
                    facts.FetchOpen(edge);
                    CacheLines.FetchRow(in edges.Host(edge.Server));
                }

                _next[i] = edge.NextOfClient;
                if (_next[i] < 0) continue;
                CacheLines.FetchRow(in edges[_next[i]]);
                isAny = true;
            }
        }
    }
}
