using System.Security.Cryptography;
using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

public sealed class JudgeArchiveTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly StateStore _file;
    private readonly JudgeArchive _archive;

    public JudgeArchiveTests()
    {
        _file = _temporary.OpenState();
        _archive = new JudgeArchive(_file);
    }

    public void Dispose()
    {
        _file.Dispose();
        _temporary.Dispose();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(PartWriter.MaxOctets)]
    [InlineData((3 * PartWriter.MaxOctets) + 17)]
    public void Snapshot_comes_back_octet_for_octet_from_parts_of_at_most_a_mebibyte(int length)
    {
        var octets = RandomNumberGenerator.GetBytes(length);
        Assert.Equal(length, _archive.SaveSnapshot(0, stream => stream.Write(octets)));

        Assert.Equal(octets, ReadSnapshot());
        Assert.Equal((length + PartWriter.MaxOctets - 1) / PartWriter.MaxOctets, Ask("SELECT COUNT(*) FROM judge_snapshot"));
        Assert.Equal(0, Ask($"SELECT COUNT(*) FROM judge_snapshot WHERE length(octets) > {PartWriter.MaxOctets}"));
    }

    [Fact]
    public void Snapshot_takes_the_place_of_the_one_before_and_of_the_journal_up_to_its_offset_and_sets_aside_what_follows()
    {
        _archive.SaveSnapshot(0, stream => stream.Write([1]));
        for (byte i = 0; i < 4; i++) _archive.Append(10 * i, new[] { i });

        _archive.SaveSnapshot(20, stream => stream.Write([2]));

        Assert.Equal([2], ReadSnapshot());
        Assert.Empty(ReadJournal(20).Chunks);
        Assert.Equal(2, Ask("SELECT COUNT(*) FROM judge_journal WHERE offset < 0"));
        _archive.Append(20, new byte[] { 9 });
        Assert.Equal([9], ReadJournal(20).Chunks);
        Assert.Equal((1, 3), (Ask("SELECT COUNT(*) FROM judge_snapshot"), Ask("SELECT COUNT(*) FROM judge_journal")));
    }

    [Fact]
    public void Snapshot_that_fails_half_way_leaves_everything_as_it_was()
    {
        _archive.SaveSnapshot(0, stream => stream.Write([1]));
        _archive.Append(0, new byte[] { 7 });

        Assert.Throws<IOException>(() => _archive.SaveSnapshot(10, stream =>
        {
            stream.Write(new byte[2 * PartWriter.MaxOctets]);
            throw new IOException("the disk is full");
        }));

        Assert.Equal([1], ReadSnapshot());
        Assert.Equal([7], ReadJournal(0).Chunks);
    }

    [Fact]
    public void Journal_ends_at_the_first_damaged_chunk_and_at_a_gap()
    {
        for (byte i = 0; i < 5; i++) _archive.Append(10 * i, new[] { i });
        Assert.Equal((50, null), (ReadJournal(0).Offset, ReadJournal(0).Damage));

        _temporary.DamageRow("judge_journal", "octets = x'FF'", "offset = 30");
        Assert.Equal([0, 1, 2], ReadJournal(0).Chunks);
        Assert.Equal((30, true), (ReadJournal(0).Offset, ReadJournal(0).Damage is not null));

        Change("DELETE FROM judge_journal WHERE offset = 10");
        Assert.Equal([0], ReadJournal(0).Chunks);
        Assert.Contains("missing", ReadJournal(0).Damage!, StringComparison.Ordinal);

        _archive.SetAsideJournal(10);
        Assert.Equal((10, null), (ReadJournal(0).Offset, ReadJournal(0).Damage));
        _archive.Append(10, new byte[] { 9 });
        Assert.Equal([0, 9], ReadJournal(0).Chunks);
        Assert.Equal((2, 1), (Ask("SELECT COUNT(*) FROM judge_journal WHERE offset < 0"), Ask("SELECT COUNT(*) FROM damaged")));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Damaged_or_missing_part_is_told_and_nothing_is_written_over_it(bool isDamaged)
    {
        _archive.SaveSnapshot(0, stream => stream.Write(new byte[(2 * PartWriter.MaxOctets) + 1]));
        if (isDamaged) _temporary.DamageRow("judge_snapshot", "octets = x'00'", "part = 1");
        else Change("DELETE FROM judge_snapshot WHERE part = 1");

        Assert.Throws<InvalidDataException>(ReadSnapshot);

        var parts = Ask("SELECT COUNT(*) FROM judge_snapshot");
        _archive.SetAsideAll();
        Assert.Null(_archive.ReadSnapshot(_ => { }));
        _archive.SaveSnapshot(0, stream => stream.Write([4]));
        Assert.Equal([4], ReadSnapshot());
        Assert.Equal(parts, Ask("SELECT COUNT(*) FROM judge_snapshot WHERE generation < 0") + Ask("SELECT COUNT(*) FROM damaged"));
    }

    private byte[] ReadSnapshot()
    {
        var read = new MemoryStream();
        if (_archive.ReadSnapshot(stream => stream.CopyTo(read)) is null) Assert.Equal(0, Ask("SELECT COUNT(*) FROM judge_snapshot"));
        return read.ToArray();
    }

    /// <summary>Chunks of one octet that stand for ten inputs each.</summary>
    private (List<byte> Chunks, long Offset, string? Damage) ReadJournal(long offset)
    {
        var chunks = new List<byte>();
        var next = offset;
        var (end, _, damage) = _archive.ReadJournal(offset, chunk =>
        {
            chunks.Add(chunk.Span[0]);
            return next += 10;
        });
        return (chunks, end, damage);
    }

    private long Ask(string sql) => _file.Read(connection => Database.Ask(connection, sql));

    private void Change(string sql) => _file.Commit(connection =>
    {
        Database.Execute(connection, sql);
        return true;
    });
}
