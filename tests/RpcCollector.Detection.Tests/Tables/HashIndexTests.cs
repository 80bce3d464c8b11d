using RpcCollector.Detection.Tables;

namespace RpcCollector.Detection.Tests.Tables;

public sealed class HashIndexTests
{
    // So many rows have one hash: more than a bucket has places.
    private const int Alike = 30;

    /// <summary>Rows after which the index gets many buckets at once, and after which it splits those.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(2_048)]
    [InlineData(2_049)]
    [InlineData(50_000)]
    [InlineData(262_144)]
    [InlineData(600_000)]
    public void Each_row_is_found_whatever_the_index_has_grown_to_and_none_that_was_removed(int count)
    {
        var rows = new RowStore<Row>();
        var index = new HashIndex<Row>(rows);
        for (var key = 0; key < count; key++) Add(rows, index, key);
        Assert.All(Enumerable.Range(0, count).Where(key => key % 7 == 0), key => Assert.Equal(key, rows[index.Find(new Key(key))].Number));
        Assert.Equal(-1, index.Find(new Key(count)));

        for (var key = 0; key < count; key += 2)
        {
            var found = index.Find(new Key(key));
            index.Remove(found);
            rows.Remove(found);
        }

        for (var key = 0; key < count; key++) Assert.Equal(key % 2 == 1, index.Find(new Key(key)) >= 0);
        for (var key = 0; key < count; key += 2) Add(rows, index, key);
        for (var key = 0; key < count; key++) Assert.True(index.Find(new Key(key)) >= 0, $"row {key} is there again");
    }

    private static void Add(RowStore<Row> rows, HashIndex<Row> index, int key)
    {
        rows.Add(out var place).Number = key;
        index.Add(place);
    }

    private struct Row : IKeyedRow
    {
        public int Number;

        public int NextFree { readonly get => Number; set => Number = value; }

        public readonly ulong Hash() => TableHash.Of((ulong)(Number / Alike));
    }

    private readonly struct Key(int number) : IRowKey<Row>
    {
        public ulong Hash() => TableHash.Of((ulong)(number / Alike));

        public bool Is(int index, in Row row) => row.Number == number;
    }
}
