using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Prefetches what the judge looks up for a group of activities or contacts, step by step for the whole group, so that the cache misses
/// overlap.
/// </summary>
/// <remarks>
/// It changes nothing and decides nothing: a wrong guess, as of an address that has a lease, only costs time. New connections of a large
/// network are of other hosts each time, and nearly all that one costs is waiting for the memory of these.
/// </remarks>
internal sealed class FactLookahead
{
    /// <summary>
    /// How many are taken at once: enough that the first cache lines arrive before they are used, few enough that they are still cached
    /// then.
    /// </summary>
    public const int GroupSize = 32;

    private readonly Sought[] _sought = new Sought[GroupSize];
    private readonly int[] _found = new int[GroupSize];

    /// <param name="group">At most <see cref="GroupSize"/>.</param>
    public void Prepare(ReadOnlySpan<ContactChange> group, Edges edges, OpenFacts facts)
    {
        var count = 0;
        foreach (ref readonly var change in group)
        {
            var contact = change.Contact;
            if (EdgeServiceName.OfPort(contact.Flow.ServerPort) is { } service)
                _sought[count++] = new Sought(FactReader.KeyOf(contact), contact.Client, contact.Server, service);
        }

        Prepare(_sought.AsSpan(0, count), edges, facts);
    }

    /// <param name="group">At most <see cref="GroupSize"/>.</param>
    public void Prepare(ReadOnlySpan<ActivityChange> group, Edges edges, OpenFacts facts)
    {
        for (var i = 0; i < group.Length; i++)
        {
            var activity = group[i].Activity;
            _sought[i] = new Sought(FactReader.KeyOf(activity), activity.Client, activity.Server, EdgeService.Rpc);
        }

        Prepare(_sought.AsSpan(0, group.Length), edges, facts);
    }

    private void Prepare(Span<Sought> group, Edges edges, OpenFacts facts)
    {
        // 1. The buckets of facts and hosts.
        foreach (ref readonly var sought in group)
        {
            facts.FetchBucket(sought.FactHash);
            edges.FetchHostBucket(sought.ClientHash);
            edges.FetchHostBucket(sought.ServerHash);
        }

        // 2. Their rows.
        foreach (ref readonly var sought in group)
        {
            facts.Fetch(sought.FactHash);
            edges.FetchHost(sought.ClientHash);
            edges.FetchHost(sought.ServerHash);
        }

        // 3. The edges between them. What is new has none.
        var count = 0;
        foreach (ref var sought in group)
        {
            if (!sought.TryFindHosts(edges)) continue;
            CacheLines.Fetch(in edges.Host(sought.ClientRow).IsDirty);
            edges.FetchBucket(sought.EdgeHash);
            group[count++] = sought;
        }

        foreach (ref readonly var sought in group[..count]) edges.Fetch(sought.EdgeHash);

        // 4. The open hours of those that are there, and the facts in them that a new one is linked to.
        var numFound = 0;
        foreach (ref readonly var sought in group[..count])
        {
            var edge = edges.Find(sought.ClientRow, sought.ServerRow, sought.Service);
            if (edge < 0) continue;
            facts.FetchOpen(edges[edge]);
            _found[numFound++] = edge;
        }

        for (var i = 0; i < numFound; i++) facts.FetchLatest(edges[_found[i]]);
    }

    private struct Sought(long key, HostAddress client, HostAddress server, EdgeService service)
    {
        private readonly HostAddress _client = client;
        private readonly HostAddress _server = server;
        public readonly EdgeService Service = service;
        public readonly ulong FactHash = TableHash.Of((ulong)key);
        public readonly ulong ClientHash = HostState.HashOf(new HostIdentity(client));
        public readonly ulong ServerHash = HostState.HashOf(new HostIdentity(server));
        public int ClientRow;
        public int ServerRow;
        public ulong EdgeHash;

        public bool TryFindHosts(Edges edges)
        {
            (ClientRow, ServerRow) = (edges.FindHost(_client, ClientHash), edges.FindHost(_server, ServerHash));
            if (ClientRow < 0 || ServerRow < 0) return false;
            EdgeHash = EdgeState.HashOf(ClientRow, ServerRow, Service);
            return true;
        }
    }
}
