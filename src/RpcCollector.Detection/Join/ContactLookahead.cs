using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Prefetches the memory that the contacts among a group of flow starts will need, and those that make room for them, step by step for the
/// whole group, as <see cref="Lookahead"/> does for flows that are joined.
/// </summary>
/// <remarks>It changes nothing and decides nothing: a wrong guess only costs time.</remarks>
/// <param name="most">How many are held; beyond it a new one makes the one last seen longest ago leave.</param>
internal sealed class ContactLookahead(HostPairs pairs, FlowTable flows, RowStore<ContactRow> ids, JoinRule rule, int most)
{
    private const int None = FlowRow.None;

    private readonly ulong[] _hashes = new ulong[Lookahead.GroupSize];
    private readonly int[] _numbers = new int[Lookahead.GroupSize];
    private readonly int[] _pairs = new int[Lookahead.GroupSize];
    private readonly int[] _rows = new int[Lookahead.GroupSize];

    /// <summary>Looks at up to <see cref="Lookahead.GroupSize"/> flow starts.</summary>
    /// <param name="held">The shard's clock.</param>
    public void Prepare(ReadOnlySpan<FlowStart> group, uint held)
    {
        // 1. The buckets that name pairs: of endpoint flows, too, for a contact between the same hosts may stand for its mirror.
        var numContacts = 0;
        for (var i = 0; i < group.Length; i++)
        {
            ref readonly var start = ref group[i];
            if (start.IsTranslation) continue;
            switch (rule.KindOf(start))
            {
                case FlowKind.Contact:
                    _hashes[numContacts] = pairs.Fetch(start.Client, start.Server);
                    _numbers[numContacts++] = i;
                    break;
                case FlowKind.Endpoint when !start.IsMirror && pairs.MayHaveServer(start.Client):
                    pairs.Fetch(start.Client, start.Server);
                    break;
            }
        }

        if (numContacts == 0) return;
        var numLeaving = Math.Min(flows.Count + numContacts - most, numContacts);
        if (numLeaving > 0) PrepareLeaving(IsEndedOldest(held) ? flows.Ended : flows.Arrivals, 0, hold: -1, numLeaving);

        // 2. The pairs.
        var count = 0;
        for (var i = 0; i < numContacts; i++)
        {
            if (pairs.FetchRows(_hashes[i])) _numbers[count++] = _numbers[i];
        }

        // 3. What refers to their contacts: the root of the pair's tree, or the latest of its chain, and a bucket.
        var numFound = 0;
        for (var i = 0; i < count; i++)
        {
            ref readonly var start = ref group[_numbers[i]];
            var pair = pairs.Find(start.Client, start.Server);
            if (pair == None || pairs[pair].Root(FlowKind.Contact) is not (not None and var root)) continue;
            CacheLines.FetchRow(in flows[root]);
            flows.FetchBucket(pair, start.ClientPort, start.ServerPort);
            (_numbers[numFound], _pairs[numFound], _rows[numFound++]) = (_numbers[i], pair, root);
        }

        // 4. The contacts that a bucket refers to, and those that a new one is entered below in a tree.
        for (var i = 0; i < numFound; i++)
        {
            ref readonly var start = ref group[_numbers[i]];
            flows.FetchRows(_pairs[i], start.ClientPort, start.ServerPort);
            _rows[i] = flows.Starts.FetchLater(_rows[i]);
        }

        for (var i = 0; i < numFound; i++)
        {
            if (_rows[i] != None) flows.Starts.FetchLater(_rows[i]);
        }
    }

    /// <summary>
    /// The same for those of a list that leave next: from the one last seen longest ago on, those that have been held for longer than a
    /// time. Returns how many they are.
    /// </summary>
    public int PrepareLeaving(ArrivalList list, uint clock, long hold, int most = Lookahead.GroupSize)
    {
        // Rows lie mostly in the order of arrival.
        var numLeaving = 0;
        for (var index = list.Oldest; index != None && numLeaving < most && clock - flows[index].Arrival > hold;
             index = flows[index].Newer)
        {
            flows.FetchAhead(index);
            CacheLines.FetchRow(in pairs[flows[index].Pair]);
            CacheLines.FetchRow(in ids[flows[index].Activity]);
            _rows[numLeaving++] = index;
        }

        for (var i = 0; i < numLeaving; i++)
        {
            ref var row = ref flows[_rows[i]];
            ref var pair = ref pairs[row.Pair];
            if (!flows.Starts.FetchLinked(_rows[i])) CacheLines.FetchRow(in flows[pair.Root(FlowKind.Contact)]);
            flows.FetchBucket(row.Pair, row.ClientPort, row.ServerPort);
        }

        return numLeaving;
    }

    private bool IsEndedOldest(uint held) => flows.OldestOfAll(held) is not None and var oldest && oldest == flows.Ended.Oldest;
}
