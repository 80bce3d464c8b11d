using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Tests.Tables;

public class RowTableTests
{
    // Beyond 4,096 buckets, the many that come after them, and those that these double to.
    private const int Many = 700_000;

    [Fact]
    public void Every_row_of_many_is_found_by_its_hash_and_stays_where_it_is()
    {
        var table = new RowTable<Row>();
        for (var key = 0; key < Many; key++) Assert.Equal(key, table.Add(new Row { Key = key }));

        for (var key = 0; key < Many; key++) Assert.Equal(key, Find(table, key));
        Assert.Equal(-1, Find(table, Many));
        Assert.Equal((Many, Many), (table.Count, table.End));
    }

    [Fact]
    public void What_is_removed_is_found_no_more_and_its_row_is_used_again()
    {
        var table = new RowTable<Row>();
        for (var key = 0; key < 10_000; key++) table.Add(new Row { Key = key });

        for (var key = 0; key < 10_000; key += 2) table.Remove(Find(table, key));
        Assert.All(Enumerable.Range(0, 10_000), key => Assert.Equal(key % 2 == 0 ? -1 : key, Find(table, key)));

        for (var key = 20_000; key < 25_000; key++) Assert.InRange(table.Add(new Row { Key = key }), 0, 9_999);
        Assert.All(Enumerable.Range(20_000, 5_000), key => Assert.Equal(key, table[Find(table, key)].Key));
        Assert.Equal((10_000, 10_000), (table.Count, table.End));
    }

    [Fact]
    public void Rows_that_were_removed_and_used_again_are_found_after_there_are_more_buckets_as_all_others_are()
    {
        var table = new RowTable<Row>();
        var held = new HashSet<int>();
        var random = new Random(7);
        for (var key = 0; key < 600_000; key++)
        {
            table.Add(new Row { Key = key });
            held.Add(key);
            if (random.Next(8) > 0) continue;
            var gone = random.Next(key + 1);
            if (held.Remove(gone)) table.Remove(Find(table, gone));
        }

        Assert.True(table.Count > 1 << 18, "there are more than the first two numbers of buckets");
        Assert.Equal(held.Count, table.Count);
        Assert.All(Enumerable.Range(0, 600_000), key => Assert.Equal(held.Contains(key), Find(table, key) >= 0));
    }

    private static int Find(RowTable<Row> table, int key)
    {
        var index = table.First(Row.HashOf(key));
        while (index >= 0 && table[index].Key != key) index = table[index].Next;
        return index;
    }

    private struct Row : ITableRow
    {
        public int Key { get; init; }

        public int Next { get; set; }

        // A tenth of all collide.
        public static ulong HashOf(int key) => (ulong)(key % 10 == 0 ? key / 100 : key) * 0x9E37_79B9_7F4A_7C15 >> 20;

        public readonly ulong Hash() => HashOf(Key);
    }
}
