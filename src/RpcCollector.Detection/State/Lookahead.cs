using RpcCollector.Flows;

namespace RpcCollector.Detection.State;

/// <summary>Asks for the memory that a group of flow starts will need before the first of them is taken, each step for all of them, so that the waits overlap.</summary>
/// <remarks>It changes nothing and decides nothing: what it guesses wrong costs time and no more.</remarks>
internal sealed class Lookahead(HostPairs pairs, FlowTable mappers, FlowTable endpoints)
{
    /// <summary>How many flow starts are taken at once: enough that the first lines have come when they are needed, few enough that they are still there.</summary>
    public const int GroupSize = 32;

    private readonly ulong[] _pairHashes = new ulong[GroupSize];
    private readonly ulong[] _connections = new ulong[GroupSize];
    private readonly int[] _pairs = new int[GroupSize];
    private readonly int[] _released = new int[GroupSize];

    /// <summary>Looks at up to <see cref="GroupSize"/> flow starts.</summary>
    public void Prepare(ReadOnlySpan<FlowStart> group)
    {
        // 1. The buckets that name the pairs; a mapper flow asks for the pair the other way round too.
        for (var i = 0; i < group.Length; i++)
        {
            ref readonly var start = ref group[i];
            _pairHashes[i] = pairs.Fetch(start.Client, start.Server);
            if (start.IsMapperFlow || start.Direction == DirectionConfidence.Uncertain) pairs.Fetch(start.Server, start.Client);
        }

        // 2. The pairs.
        for (var i = 0; i < group.Length; i++) pairs.FetchRows(_pairHashes[i]);

        // 3. The buckets that name the connections, and the roots of the pairs' trees.
        for (var i = 0; i < group.Length; i++)
        {
            ref readonly var start = ref group[i];
            var pair = _pairs[i] = pairs.Find(start.Client, start.Server);
            if (pair == FlowRow.None) continue;
            var hash = _connections[i] = FlowRow.HashOf(pair, start.ClientPort, start.ServerPort);
            (start.IsMapperFlow ? mappers : endpoints).FetchBucket(hash);
            ref var row = ref pairs[pair];
            if (row.MapperRoot != FlowRow.None) CacheLines.FetchRow(ref mappers[row.MapperRoot]);
            if (row.EndpointRoot != FlowRow.None) CacheLines.FetchRow(ref endpoints[row.EndpointRoot]);
        }

        // 4. The connections.
        for (var i = 0; i < group.Length; i++)
        {
            if (_pairs[i] != FlowRow.None) (group[i].IsMapperFlow ? mappers : endpoints).FetchRows(_connections[i]);
        }

        // 5. Their neighbours in the order of arrival, from between which they are taken when they are seen again.
        for (var i = 0; i < group.Length; i++)
        {
            if (_pairs[i] != FlowRow.None) (group[i].IsMapperFlow ? mappers : endpoints).FetchNeighbours(_connections[i]);
        }
    }

    /// <summary>Looks at the flows that are the next to leave a table, or to be judged, from one of them on: those that waited longer than a time.</summary>
    public void PrepareLeaving(FlowTable table, int first, uint clock, long hold)
    {
        // 1. The rows, which lie mostly in the order of arrival, and their pairs.
        var count = 0;
        for (var index = first; index != FlowRow.None && count < GroupSize && clock - table[index].Arrival > hold; index = table[index].Newer)
        {
            _released[count++] = index;
            CacheLines.FetchRow(ref pairs[table[index].Pair]);
            table.FetchBucket(table[index].Hash());
        }

        // 2. What names the pairs, and what the flows are compared with.
        for (var i = 0; i < count; i++)
        {
            ref var pair = ref pairs[table[_released[i]].Pair];
            pairs.Fetch(pair);
            if (pair.MapperRoot != FlowRow.None) CacheLines.FetchRow(ref mappers[pair.MapperRoot]);
            if (pair.EndpointRoot != FlowRow.None) CacheLines.FetchRow(ref endpoints[pair.EndpointRoot]);
        }
    }
}
