using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Prefetches the memory that a group of flow starts will need, step by step for the whole group, so that the cache misses overlap.
/// </summary>
/// <remarks>It changes nothing and decides nothing: a wrong guess only costs time.</remarks>
internal sealed class Lookahead(HostPairs pairs, FlowTable mappers, FlowTable endpoints, ActivityBook book, KnownEndpoints known)
{
    /// <summary>
    /// How many flow starts are taken at once: enough that the first cache lines arrive before they are used, few enough that they are
    /// still cached then.
    /// </summary>
    public const int GroupSize = 32;

    private const int None = FlowRow.None;

    private readonly ulong[] _hashes = new ulong[GroupSize];
    private readonly int[] _pairs = new int[GroupSize];
    private readonly int[] _numbers = new int[GroupSize];

    /// <summary>Looks at up to <see cref="GroupSize"/> flow starts; returns how many of them are mapper flows.</summary>
    public int Prepare(ReadOnlySpan<FlowStart> group)
    {
        // 1. The buckets that name pairs.
        var numMappers = 0;
        for (var i = 0; i < group.Length; i++)
        {
            ref readonly var start = ref group[i];
            if (start.IsMapperFlow) numMappers++;
            _hashes[i] = pairs.Fetch(start.Client, start.Server);
        }

        // 2. The pairs, in both directions. Most flow starts belong to no held pair and need nothing more.
        var count = 0;
        for (var i = 0; i < group.Length; i++)
        {
            if (pairs.FetchRows(_hashes[i])) _numbers[count++] = i;
        }

        // 3. What refers to their flows: the roots of the pair's trees, or a bucket.
        var numFound = 0;
        for (var i = 0; i < count; i++)
        {
            ref readonly var start = ref group[_numbers[i]];
            var pair = pairs.Find(start.Client, start.Server);
            if (pair == None) continue;
            FetchRoots(pairs[pair]);
            TableOf(start).FetchBucket(pair, start.ClientPort, start.ServerPort);
            (_numbers[numFound], _pairs[numFound++]) = (_numbers[i], pair);
        }

        // 4. The flows that a bucket refers to.
        for (var i = 0; i < numFound; i++)
        {
            ref readonly var start = ref group[_numbers[i]];
            TableOf(start).FetchRows(_pairs[i], start.ClientPort, start.ServerPort);
        }

        // 5. A flow's activity, and its neighbours in the order of arrival, from which it is unlinked when it is seen again.
        for (var i = 0; i < numFound; i++)
        {
            ref readonly var start = ref group[_numbers[i]];
            var table = TableOf(start);
            var held = table.Find(_pairs[i], start.ClientPort, start.ServerPort);
            if (held == None) continue;
            table.FetchNeighbours(held);
            if (table[held].Activity is not None and var activity) CacheLines.FetchRow(in book[activity]);
        }

        return numMappers;
    }

    /// <summary>
    /// Prefetches the flows that leave a table, or are judged, next: from one of them on, those that have waited longer than a time.
    /// Returns how many they are.
    /// </summary>
    /// <param name="theyStay">
    /// True for endpoint flows that are judged, and stay: hardly any needs more than itself, to see that no such endpoint is known.
    /// </param>
    public int PrefetchLeaving(FlowTable table, int first, uint clock, long hold, int most = GroupSize, bool theyStay = false)
    {
        // 1. The rows, which lie mostly in the order of arrival, their pairs and activities.
        var count = 0;
        for (var index = first; index != None && count < most && clock - table[index].Arrival > hold; index = table[index].Newer)
        {
            _numbers[count++] = index;
            table.FetchAhead(index);
            ref var row = ref table[index];
            if (!theyStay || known.MayKnow(row.ServerPort) || known.MayKnow(row.ClientPort)) CacheLines.FetchRow(in pairs[row.Pair]);
            if (row.Activity != None) CacheLines.FetchRow(in book[row.Activity]);
        }

        // 2. What refers to them, and what they are compared with.
        if (theyStay) return count;
        for (var i = 0; i < count; i++)
        {
            ref var row = ref table[_numbers[i]];
            ref var pair = ref pairs[row.Pair];
            FetchRoots(pair);
            table.Starts.FetchLinked(_numbers[i]);
            pairs.Fetch(pair);
            table.FetchBucket(row.Pair, row.ClientPort, row.ServerPort);
        }

        return count;
    }

    private FlowTable TableOf(in FlowStart start) => start.IsMapperFlow ? mappers : endpoints;

    private void FetchRoots(in PairRow pair)
    {
        if (pair.MapperRoot != None) CacheLines.FetchRow(in mappers[pair.MapperRoot]);
        if (pair.EndpointRoot != None) CacheLines.FetchRow(in endpoints[pair.EndpointRoot]);
    }
}
