using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Prefetches what the judge looks up for a group of contacts, step by step for the whole group, so that the cache misses overlap.
/// </summary>
/// <remarks>
/// It changes nothing and decides nothing: a wrong guess, as of an address that has a lease, only costs time. New connections of a large
/// network are of other hosts each time, and nearly all that a contact costs is waiting for the memory of these.
/// </remarks>
internal sealed class FactLookahead
{
    /// <summary>
    /// How many are taken at once: enough that the first cache lines arrive before they are used, few enough that they are still cached
    /// then.
    /// </summary>
    public const int GroupSize = 32;

    private readonly ulong[] _facts = new ulong[GroupSize];
    private readonly ulong[] _clients = new ulong[GroupSize];
    private readonly ulong[] _servers = new ulong[GroupSize];
    private readonly ulong[] _edges = new ulong[GroupSize];
    private readonly int[] _found = new int[GroupSize];

    /// <param name="group">At most <see cref="GroupSize"/>.</param>
    public void Prepare(ReadOnlySpan<ContactChange> group, Edges edges, OpenFacts facts)
    {
        // 1. The buckets of facts and hosts.
        for (var i = 0; i < group.Length; i++)
        {
            var contact = group[i].Contact;
            facts.FetchBucket(_facts[i] = TableHash.Of((ulong)FactReader.KeyOf(contact)));
            edges.FetchHostBucket(_clients[i] = HostState.HashOf(new HostIdentity(contact.Client)));
            edges.FetchHostBucket(_servers[i] = HostState.HashOf(new HostIdentity(contact.Server)));
        }

        // 2. Their rows.
        for (var i = 0; i < group.Length; i++)
        {
            facts.Fetch(_facts[i]);
            edges.FetchHost(_clients[i]);
            edges.FetchHost(_servers[i]);
        }

        // 3. The edges between them. What is new has none.
        var count = 0;
        for (var i = 0; i < group.Length; i++)
        {
            var contact = group[i].Contact;
            if (EdgeServiceName.OfPort(contact.Flow.ServerPort) is not { } service) continue;
            var (client, server) = (edges.FindHost(contact.Client), edges.FindHost(contact.Server));
            if (client < 0 || server < 0) continue;
            CacheLines.Fetch(in edges.Host(client).IsDirty);
            edges.FetchBucket(_edges[count] = EdgeState.HashOf(client, server, service));
            (_clients[count], _servers[count]) = (((ulong)service << 32) | (uint)client, (uint)server);
            count++;
        }

        for (var i = 0; i < count; i++) edges.Fetch(_edges[i]);

        // 4. The open hours of those that are there, and the facts in them that a new one is linked to.
        var numFound = 0;
        for (var i = 0; i < count; i++)
        {
            var edge = edges.Find((int)(uint)_clients[i], (int)_servers[i], (EdgeService)(_clients[i] >> 32));
            if (edge < 0) continue;
            facts.FetchOpen(edges[edge]);
            _found[numFound++] = edge;
        }

        for (var i = 0; i < numFound; i++) facts.FetchLatest(edges[_found[i]]);
    }
}
