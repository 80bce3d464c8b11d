using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.State;

/// <summary>Asks for the memory that a group of flow starts will need before the first of them is taken, each step for all of them, so that the waits overlap.</summary>
/// <remarks>It changes nothing and decides nothing: what it guesses wrong costs time and no more.</remarks>
internal sealed class Lookahead(HostPairs pairs, FlowTable mappers, FlowTable endpoints, ActivityBook book)
{
    /// <summary>How many flow starts are taken at once: enough that the first lines have come when they are needed, few enough that they are still there.</summary>
    public const int GroupSize = 32;

    private const int None = FlowRow.None;

    private readonly ulong[] _pairs = new ulong[GroupSize];
    private readonly ulong[] _connections = new ulong[GroupSize];
    private readonly int[] _leaving = new int[GroupSize];

    /// <summary>Looks at up to <see cref="GroupSize"/> flow starts; returns how many of them are mapper flows.</summary>
    public int Prepare(ReadOnlySpan<FlowStart> group)
    {
        // 1. The buckets that name pairs and connections; a mapper flow asks for the pair the other way round too.
        var numMappers = 0;
        for (var i = 0; i < group.Length; i++)
        {
            ref readonly var start = ref group[i];
            if (start.IsMapperFlow) numMappers++;
            var pair = _pairs[i] = pairs.Fetch(start.Client, start.Server);
            _connections[i] = ConnectionHash.Of(pair, start.ClientPort, start.ServerPort);
            TableOf(start).FetchBucket(_connections[i]);
            if (start.IsMapperFlow || start.Direction == DirectionConfidence.Uncertain) pairs.Fetch(start.Server, start.Client);
        }

        // 2. The pairs and the connections, as far as their buckets name them, and then those that overflowed.
        for (var i = 0; i < group.Length; i++)
        {
            pairs.FetchRows(_pairs[i]);
            TableOf(group[i]).FetchRows(_connections[i]);
        }

        for (var i = 0; i < group.Length; i++)
        {
            pairs.FetchOverflowRows(_pairs[i]);
            TableOf(group[i]).FetchOverflowRows(_connections[i]);
        }

        // 3. The roots of the pairs' trees, and the neighbours in the order of arrival, from between which a flow is taken when it is seen again.
        for (var i = 0; i < group.Length; i++)
        {
            ref readonly var start = ref group[i];
            var pair = pairs.Find(start.Client, start.Server);
            if (pair == None) continue;
            FetchRoots(pairs[pair]);
            var table = TableOf(start);
            var known = table.Find(pair, start.ClientPort, start.ServerPort);
            if (known == None) continue;
            table.FetchNeighbours(known);
            if (table[known].Activity is not None and var activity) CacheLines.FetchRow(ref book[activity]);
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
            _leaving[count++] = index;
            ref var row = ref table[index];
            CacheLines.FetchRow(ref pairs[row.Pair]);
            if (row.Activity != None) CacheLines.FetchRow(ref book[row.Activity]);
        }

        // 2. What names them, and what they are compared with.
        for (var i = 0; i < count; i++)
        {
            ref var row = ref table[_leaving[i]];
            ref var pair = ref pairs[row.Pair];
            FetchRoots(pair);
            _pairs[i] = pairs.Fetch(pair);
            _connections[i] = ConnectionHash.Of(_pairs[i], row.ClientPort, row.ServerPort);
            table.FetchBucket(_connections[i]);
        }

        for (var i = 0; i < count; i++)
        {
            pairs.FetchOverflow(_pairs[i]);
            table.FetchOverflow(_connections[i]);
        }

        return count;
    }

    private FlowTable TableOf(in FlowStart start) => start.IsMapperFlow ? mappers : endpoints;

    private void FetchRoots(in PairRow pair)
    {
        if (pair.MapperRoot != None) CacheLines.FetchRow(ref mappers[pair.MapperRoot]);
        if (pair.EndpointRoot != None) CacheLines.FetchRow(ref endpoints[pair.EndpointRoot]);
    }
}
