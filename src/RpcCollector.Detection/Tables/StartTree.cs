using System.Runtime.CompilerServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// The flows of one kind of each pair, ordered by start and searchable by end and mark: treaps linked through the rows, one root for each
/// pair.
/// </summary>
/// <remarks>
/// Priorities come from the row's index and the process's seed, so depth is logarithmic whatever order the flows arrive in: a pair with
/// thousands of mapper flows a minute costs hardly more than one with two.
/// </remarks>
internal sealed class StartTree(RowStore<FlowRow> rows)
{
    private const int None = FlowRow.None;

    public void Insert(ref int root, int index)
    {
        ref var row = ref rows[index];
        (row.Left, row.Right) = (None, None);
        Renew(ref row);
        var (key, priority) = (row.Key, Priority(index));

        // Down to where it belongs. Each row above it has it below from now on, which needs no look at the other rows below.
        ref var place = ref root;
        while (place != None && priority <= Priority(place))
        {
            ref var above = ref rows[place];
            Include(ref above, row);
            place = ref key < above.Key ? ref above.Left : ref above.Right;
        }

        var below = place;
        place = index;
        if (below == None) return;
        Split(below, key, out row.Left, out row.Right);
        Renew(ref row);
    }

    /// <summary>Prefetches the row below which one that starts later than all others is entered next, as most do.</summary>
    /// <returns>That row, to go on from; none when there is none.</returns>
    public int FetchLater(int index)
    {
        var later = rows[index].Right;
        if (later != None) CacheLines.FetchRow(in rows[later]);
        return later;
    }

    public void Remove(ref int root, int index)
    {
        ref var row = ref rows[index];
        if (root == index) root = Merge(row.Left, row.Right);
        else Remove(root, index, row.Key);
    }

    /// <summary>Updates the rows above this one after its duration or its marks have changed.</summary>
    public void Refresh(int root, int index)
    {
        if (root == index) Renew(ref rows[index]);
        else Refresh(root, index, rows[index].Key);
    }

    /// <summary>The first flow after a key that has all of the marks; none when negative.</summary>
    public int Next(int root, in StartKey after, FlowMarks marks = FlowMarks.None, long endsFrom = long.MinValue)
    {
        if (root == None) return None;
        ref var row = ref rows[root];
        if ((row.SubtreeMarks & marks) != marks || row.LatestEnd < endsFrom) return None;
        if (row.Key > after)
        {
            var left = Next(row.Left, after, marks, endsFrom);
            if (left != None) return left;
            if ((row.Marks & marks) == marks && row.End >= endsFrom) return root;
        }

        return Next(row.Right, after, marks, endsFrom);
    }

    /// <summary>The last flow before a key that ends at a time or later; none when negative.</summary>
    public int Previous(int root, in StartKey before, long endsFrom)
    {
        if (root == None) return None;
        ref var row = ref rows[root];
        if (row.LatestEnd < endsFrom) return None;
        if (row.Key < before)
        {
            var right = Previous(row.Right, before, endsFrom);
            if (right != None) return right;
            if (row.End >= endsFrom) return root;
        }

        return Previous(row.Left, before, endsFrom);
    }

    /// <summary>The last flow that starts before a time, strictly; none when negative.</summary>
    public int LastBefore(int root, long start)
    {
        var found = None;
        while (root != None)
        {
            ref var row = ref rows[root];
            if (row.Start < start)
            {
                found = root;
                root = row.Right;
            }
            else
            {
                root = row.Left;
            }
        }

        return found;
    }

    /// <summary>Appends the flows that start from one time to another, both included, in order; returns how many there are then.</summary>
    public int Collect(int root, long from, long to, ref int[] found, int count = 0)
    {
        if (root == None) return count;
        ref var row = ref rows[root];
        if (row.Start >= from)
        {
            count = Collect(row.Left, from, to, ref found, count);
            if (row.Start <= to)
            {
                if (count == found.Length) Array.Resize(ref found, 2 * count);
                found[count++] = root;
            }
        }

        return row.Start <= to ? Collect(row.Right, from, to, ref found, count) : count;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Priority(int index) => (uint)TableHash.Of((uint)index);

    private int Remove(int root, int index, in StartKey key)
    {
        ref var top = ref rows[root];
        if (root == index) return Merge(top.Left, top.Right);
        if (key < top.Key) top.Left = Remove(top.Left, index, key);
        else top.Right = Remove(top.Right, index, key);
        Renew(ref top);
        return root;
    }

    private void Refresh(int root, int index, in StartKey key)
    {
        ref var top = ref rows[root];
        if (root != index) Refresh(key < top.Key ? top.Left : top.Right, index, key);
        Renew(ref top);
    }

    private void Split(int root, in StartKey key, out int before, out int after)
    {
        if (root == None)
        {
            before = after = None;
            return;
        }

        ref var top = ref rows[root];
        if (top.Key < key)
        {
            Split(top.Right, key, out top.Right, out after);
            before = root;
        }
        else
        {
            Split(top.Left, key, out before, out top.Left);
            after = root;
        }

        Renew(ref top);
    }

    private int Merge(int before, int after)
    {
        if (before == None) return after;
        if (after == None) return before;
        ref var first = ref rows[before];
        ref var second = ref rows[after];
        if (Priority(before) > Priority(after))
        {
            first.Right = Merge(first.Right, after);
            Renew(ref first);
            return before;
        }

        second.Left = Merge(before, second.Left);
        Renew(ref second);
        return after;
    }

    private void Renew(ref FlowRow row)
    {
        var end = row.End;
        var marks = row.Marks;
        if (row.Left != None) Include(ref rows[row.Left], ref end, ref marks);
        if (row.Right != None) Include(ref rows[row.Right], ref end, ref marks);

        row.LatestEnd = end;
        row.SubtreeMarks = marks;
    }

    private static void Include(ref FlowRow above, in FlowRow row)
    {
        if (row.End > above.LatestEnd) above.LatestEnd = row.End;
        above.SubtreeMarks |= row.Marks;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Include(ref FlowRow child, ref long end, ref FlowMarks marks)
    {
        end = Math.Max(end, child.LatestEnd);
        marks |= child.SubtreeMarks;
    }
}
