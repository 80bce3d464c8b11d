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
