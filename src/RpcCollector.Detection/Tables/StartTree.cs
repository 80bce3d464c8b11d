using System.Runtime.CompilerServices;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// The flows of one kind of each pair, ordered by start and searchable by end and mark: treaps linked through the rows, one root for each
/// pair that <see cref="Order"/> was called for.
/// </summary>
/// <remarks>
/// Priorities come from the row's index and the process's seed, so depth is logarithmic whatever order the flows arrive in: a pair with
/// thousands of mapper flows a minute costs hardly more than one with two.
/// <para>
/// Of most pairs nobody ever asks for an order. Until somebody does (<see cref="Order"/>), theirs are a chain of the latest entered and
/// those before it, linked through the same fields, in which a link is no index: to enter or to remove one touches its neighbours alone.
/// </para>
/// </remarks>
/// <param name="isAskedAlways">True for flows that are searched whenever one is entered: they are a tree from the first on.</param>
internal sealed class StartTree(RowStore<FlowRow> rows, bool isAskedAlways)
{
    /// <summary>
    /// Milliseconds by which the latest end that a row tells of those below it is too late at most: each row rounds it up once more, and no
    /// tree is so deep. Where it is any time beyond (<see cref="FlowRow.ReachesBeyond"/>), or later still, that costs one more look.
    /// </summary>
    public const long MostRoundedUp = 128 * FlowRow.ReachUnit;

    private const int None = FlowRow.None;

    public void Insert(ref int root, int index)
    {
        if (!isAskedAlways && root != None && MayChain(rows[root])) Chain(ref root, index);
        else InsertInOrder(ref root, index);
    }

    /// <summary>The root of the tree of a pair's flows, which is made of their chain if that is what they are.</summary>
    public int Order(ref int root)
    {
        if (root == None || !IsLink(rows[root].Left)) return root;
        var (tree, next) = (None, root);
        while (next != None)
        {
            var earlier = Linked(rows[next].Left);
            InsertInOrder(ref tree, next);
            next = earlier;
        }

        return root = tree;
    }

    private void InsertInOrder(ref int root, int index)
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
        if (later < 0) return None;
        CacheLines.FetchRow(in rows[later]);
        return later;
    }

    /// <summary>Prefetches those between which a flow is in a chain, and from which it is removed; false when it is in none.</summary>
    public bool FetchLinked(int index)
    {
        ref var row = ref rows[index];
        if (IsLink(row.Left)) CacheLines.FetchRow(in rows[Linked(row.Left)]);
        if (IsLink(row.Right)) CacheLines.FetchRow(in rows[Linked(row.Right)]);
        return IsChained(row);
    }

    public void Remove(ref int root, int index)
    {
        ref var row = ref rows[index];
        if (IsChained(row)) Unchain(ref root, row);
        else if (root == index) root = Merge(row.Left, row.Right);
        else Remove(root, index, row);
    }

    /// <summary>Updates the rows above this one after its duration or its marks have changed.</summary>
    public void Refresh(int root, int index)
    {
        if (IsChained(rows[index])) RenewAlone(ref rows[index]);
        else if (root == index) Renew(ref rows[index]);
        else Refresh(root, index, rows[index].Key);
    }

    /// <summary>The first flow after a key that has all of the marks; none when negative.</summary>
    public int Next(int root, in StartKey after, FlowMarks marks = FlowMarks.None, long endsFrom = long.MinValue)
    {
        if (root < 0) return None;
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
        if (root < 0) return None;
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
        while (root >= 0)
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
        if (root < 0) return count;
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

    // In a chain: the one entered before it to the left, the one entered after it to the right; none at the ends. One alone has neither,
    // and is a tree as well: what is said of the rows below a row is true of it alone.
    private void Chain(ref int root, int index)
    {
        ref var row = ref rows[index];
        (row.Left, row.Right) = (LinkTo(root), None);
        RenewAlone(ref row);
        rows[root].Right = LinkTo(index);
        root = index;
    }

    private void Unchain(ref int root, in FlowRow row)
    {
        var (before, after) = (row.Left, row.Right);
        if (IsLink(after)) rows[Linked(after)].Left = before;
        else root = Linked(before);
        if (IsLink(before)) rows[Linked(before)].Right = after;
    }

    private static bool MayChain(in FlowRow root) => IsLink(root.Left) || (root.Left == None && root.Right == None);

    private static bool IsChained(in FlowRow row) => IsLink(row.Left) || IsLink(row.Right);

    private static bool IsLink(int child) => child < None;

    private static int LinkTo(int index) => None - 1 - index;

    private static int Linked(int link) => link == None ? None : None - 1 - link;

    private static void RenewAlone(ref FlowRow row) => (row.LatestEnd, row.SubtreeMarks) = (row.End, row.Marks);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Priority(int index) => (uint)TableHash.Of((uint)index);

    private int Remove(int root, int index, in FlowRow removed)
    {
        ref var top = ref rows[root];
        if (root == index) return Merge(top.Left, top.Right);
        if (removed.Key < top.Key) top.Left = Remove(top.Left, index, removed);
        else top.Right = Remove(top.Right, index, removed);
        if (MayHaveMattered(removed, top)) Renew(ref top);
        return root;
    }

    // Most that go are among the first to end, and leave what is said of those above as it is. To say it anew takes a look at two more
    // rows for each of them, which have not been touched for minutes.
    private static bool MayHaveMattered(in FlowRow removed, in FlowRow above) =>
        above.ReachesBeyond || above.LatestEnd <= removed.End + MostRoundedUp
        || (removed.Marks & FlowMarks.Searched & ~above.Marks) != FlowMarks.None;

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
