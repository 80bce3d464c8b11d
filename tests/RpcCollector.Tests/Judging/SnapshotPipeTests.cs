using RpcCollector.Judging;

namespace RpcCollector.Tests.Judging;

public sealed class SnapshotPipeTests : IDisposable
{
    private const int Octets = (5 << 20) + 17;

    private readonly SnapshotPipe _pipe = new(static () => { });

    public void Dispose() => _pipe.Dispose();

    [Fact]
    public void What_is_written_comes_out_as_it_was()
    {
        var written = Write();
        var read = new MemoryStream();

        _pipe.ReadInto(read, static () => { });

        Assert.Equal(written, read.ToArray());
    }

    [Fact]
    public void Second_attempt_to_write_it_fails_for_it_would_have_only_the_rest()
    {
        Write();
        Assert.Throws<IOException>(() => _pipe.ReadInto(new FullStream(), static () => { }));

        var read = new MemoryStream();

        Assert.Throws<IOException>(() => _pipe.ReadInto(read, static () => { }));
        Assert.Equal(0, read.Length);
    }

    private byte[] Write()
    {
        var written = new byte[Octets];
        new Random(1).NextBytes(written);
        foreach (var some in written.Chunk(300_000)) _pipe.Write(some, 0, some.Length);
        _pipe.End();
        return written;
    }

    /// <summary>Has room for one part.</summary>
    private sealed class FullStream : MemoryStream
    {
        public override void Write(ReadOnlySpan<byte> buffer)
        {
            if (Length > 0) throw new IOException("no room");
            base.Write(buffer);
        }
    }
}
