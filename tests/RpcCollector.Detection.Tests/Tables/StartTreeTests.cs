using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Tests.Tables;

/// <summary>A pair's flows are found in the order of their starts, whether they were a chain until now or a tree all along.</summary>
public class StartTreeTests
{
    private const int None = FlowRow.None;

    [Theory]
    [InlineData(false, 1)]
    [InlineData(true, 1)]
    [InlineData(false, 10_000)]
    [InlineData(true, 10_000)]
    [InlineData(false, 100_000)]
    [InlineData(true, 100_000)]
    public void Any_flows_that_come_move_and_go_are_found_as_in_a_sorted_list(bool isAskedAlways, long unit) => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed => AssertSame(seed, isAskedAlways, unit)));

    [Theory]
    [InlineData(0)]
    [InlineData(1_023)]
    [InlineData(1_700_000_000_000)]
    public void End_beyond_what_a_row_can_say_is_any_time_beyond_also_of_one_that_began_in_1970(long start)
    {
        var row = default(FlowRow);
        row.SetTimes(start, start);

        row.LatestEnd = long.MaxValue;
        Assert.True(row.ReachesBeyond);
        row.LatestEnd = start + (65_534 * FlowRow.ReachUnit) - 1;
        Assert.Equal(start + (65_534 * FlowRow.ReachUnit), row.LatestEnd);
        row.LatestEnd = start;
        Assert.Equal(start, row.LatestEnd);
    }

    /// <param name="unit">Of times, in milliseconds.</param>
    private static void AssertSame(int seed, bool isAskedAlways, long unit)
    {
        var random = new Random(seed);
        var rows = new RowStore<FlowRow>();
        var tree = new StartTree(rows, isAskedAlways);
        var (root, held, found) = (None, new List<int>(), new int[1]);
        var asks = random.Next(2, 40);
        for (var step = 0; step < 200; step++)
        {
            if (held.Count == 0 || random.Next(5) < 3)
            {
                ref var row = ref rows.Add(out var index);
                row = default;
                SetTimes(random, held, rows, ref row, unit);
                tree.Insert(ref root, index);
                held.Add(index);
            }
            else
            {
                var index = held[random.Next(held.Count)];
                if (random.Next(4) == 0)
                {
                    rows[index].Marks ^= FlowMarks.Reported;
                    tree.Refresh(root, index);
                }
                else
                {
                    tree.Remove(ref root, index);
                    held.Remove(index);
                    if (random.Next(3) == 0)
                    {
                        SetTimes(random, held, rows, ref rows[index], unit);
                        tree.Insert(ref root, index);
                        held.Add(index);
                    }
                    else
                    {
                        rows.Remove(index);
                    }
                }
            }

            Assert.Equal(held.Count == 0, root == None);
            if (random.Next(asks) == 0) AssertFound();
        }

        void AssertFound()
        {
            var sorted = held.OrderBy(index => rows[index].Start).ToArray();
            var ordered = tree.Order(ref root);
            Assert.Equal(ordered, root);
            AssertSaidOfThoseBelow(ordered);
            Assert.Equal(sorted, Collected(0, FlowRow.LatestTime));
            var (from, to) = (random.Next(1_000) * unit, random.Next(1_000) * unit);
            Assert.Equal(
                sorted.Where(index => rows[index].Start >= from && rows[index].Start <= to), Collected(from, to));

            // An end that is rounded up is looked at in vain, and by the row itself then.
            Assert.Equal(
                sorted.Where(index => rows[index].Start > from && rows[index].End >= to && rows[index].Has(FlowMarks.Reported))
                    .FirstOrDefault(None),
                tree.Next(root, StartKey.After(from), FlowMarks.Reported, to));
            Assert.Equal(
                sorted.Where(index => rows[index].Start < from && rows[index].End >= to).LastOrDefault(None),
                tree.Previous(root, StartKey.Before(from), to));
            Assert.Equal(sorted.Where(index => rows[index].Start < from).LastOrDefault(None), tree.LastBefore(root, from));
        }

        // What a row says of those below it is what a search goes by: never too little, and no more than it is rounded up by. It cannot say
        // what is 18 hours after its own start, or what a row below it cannot say.
        (long End, FlowMarks Marks) AssertSaidOfThoseBelow(int top)
        {
            if (top == None) return (0, FlowMarks.None);
            var row = rows[top];
            var (left, right) = (AssertSaidOfThoseBelow(row.Left), AssertSaidOfThoseBelow(row.Right));
            var end = Math.Max(row.End, Math.Max(left.End, right.End));
            var marks = (row.Marks | left.Marks | right.Marks) & FlowMarks.Searched;
            if (row.ReachesBeyond)
            {
                Assert.True(
                    end + StartTree.MostRoundedUp >= row.Start + (ushort.MaxValue * FlowRow.ReachUnit)
                    || (row.Left != None && rows[row.Left].ReachesBeyond) || (row.Right != None && rows[row.Right].ReachesBeyond));
            }
            else
            {
                Assert.InRange(row.LatestEnd, end, end + StartTree.MostRoundedUp);
            }

            Assert.Equal(marks, row.SubtreeMarks);
            return (end, marks);
        }

        int[] Collected(long from, long to)
        {
            var count = tree.Collect(root, from, to, ref found);
            return found[..count];
        }
    }

    // No two that are held begin together.
    private static void SetTimes(Random random, List<int> held, RowStore<FlowRow> rows, ref FlowRow row, long unit)
    {
        long start;
        do start = random.Next(1_000) * unit;
        while (held.Exists(index => rows[index].Start == start));
        row.SetTimes(start, start + (random.Next(3_000) * unit));
    }
}
