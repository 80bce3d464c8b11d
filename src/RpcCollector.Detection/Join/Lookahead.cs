using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>Asks for the memory that a group of flow starts will need before the first of them is taken, each step for all of them, so that the waits overlap.</summary>
/// <remarks>It changes nothing and decides nothing: what it guesses wrong costs time and no more.</remarks>
internal sealed class Lookahead(HostPairs pairs, FlowTable mappers, FlowTable endpoints, ActivityBook book)
{
    /// <summary>How many flow starts are taken at once: enough that the first lines have come when they are needed, few enough that they are still there.</summary>
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

        // 2. The pairs, both ways round. Most are of no pair that is held, and need nothing more.
        var count = 0;
        for (var i = 0; i < group.Length; i++)
        {
            if (pairs.FetchRows(_hashes[i])) _numbers[count++] = i;
        }

        // 3. What names their flows: the roots of the pair's trees, or a bucket.
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

        // 4. The flows that a bucket names.
        for (var i = 0; i < numFound; i++)
        {
            ref readonly var start = ref group[_numbers[i]];
            TableOf(start).FetchRows(_pairs[i], start.ClientPort, start.ServerPort);
        }

        // 5. The neighbours in the order of arrival, from between which a flow is taken when it is seen again, and its activity.
        for (var i = 0; i < numFound; i++)
        {
            ref readonly var start = ref group[_numbers[i]];
            var table = TableOf(start);
            var known = table.Find(_pairs[i], start.ClientPort, start.ServerPort);
            if (known == None) continue;
            table.FetchNeighbours(known);
            if (table[known].Activity is not None and var activity) CacheLines.FetchRow(in book[activity]);
        }

        return numMappers;
    }

    /// <summary>Looks at the flows that are the next to leave a table, or to be judged, from one of them on: those that waited longer than a time; returns how many of them it looked at.</summary>
    public int PrepareLeaving(FlowTable table, int first, uint clock, long hold, int most = GroupSize)
    {
        // 1. The rows, which lie mostly in the order of arrival, their pairs and activities.
        var count = 0;
        for (var index = first; index != None && count < most && clock - table[index].Arrival > hold; index = table[index].Newer)
        {
            _numbers[count++] = index;
            table.FetchAhead(index);
            ref var row = ref table[index];
            CacheLines.FetchRow(in pairs[row.Pair]);
            if (row.Activity != None) CacheLines.FetchRow(in book[row.Activity]);
        }

        // 2. What names them, and what they are compared with.
        for (var i = 0; i < count; i++)
        {
            ref var row = ref table[_numbers[i]];
            ref var pair = ref pairs[row.Pair];
            FetchRoots(pair);
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
