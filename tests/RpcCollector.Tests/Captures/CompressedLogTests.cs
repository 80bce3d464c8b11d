using System.IO.Compression;
using System.Text;
using RpcCollector.Captures;
using RpcCollector.Commands;
using RpcCollector.Flows;
using RpcCollector.Options;
using ZstdSharp;

namespace RpcCollector.Tests.Captures;

public sealed class CompressedLogTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Several_frames_of_zstd_and_a_frame_to_be_skipped_are_read_on_through()
    {
        byte[] skipped = [0x50, 0x2A, 0x4D, 0x18, 4, 0, 0, 0, 1, 2, 3, 4];

        var result = Replay([.. skipped, .. Zstd(Lines(1)), .. skipped, .. Zstd(Lines(2, 3))]);

        Assert.Equal((3, 0), (result.ZeekLines, result.Rejected().Count()));
    }

    [Fact]
    public void What_can_be_read_before_damage_is_used()
    {
        var first = Zstd(Lines(1, 2));

        var cut = Replay([.. first, .. Zstd(Lines(3))[..^6]]);
        var garbled = Replay([.. first, .. "this is no frame"u8]);

        Assert.Equal((2, 1), (cut.ZeekLines, cut.Captures[CaptureLoss.DamagedFile]));
        Assert.Equal((2, 1), (garbled.ZeekLines, garbled.Captures[CaptureLoss.DamagedFile]));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_line_that_would_fill_the_memory_is_passed_over_by_its_length(bool isZstd)
    {
        var bomb = new byte[64 << 20];
        bomb.AsSpan().Fill((byte)'{');
        byte[] log = [.. Lines(1), .. bomb, (byte)'\n', .. Lines(2)];

        var before = GC.GetTotalAllocatedBytes(precise: true);
        var result = Replay(isZstd ? Zstd(log) : Gzip(log));

        Assert.Equal([(Rejection.LineTooLong, 1L)], result.Rejected());
        Assert.Equal(3, result.ZeekLines);
        Assert.NotEqual(0, GC.GetTotalAllocatedBytes(precise: true) - before);
    }

    [Fact]
    public void A_frame_that_asks_for_two_gigabytes_at_once_is_damage()
    {
        // Window descriptor 0xA8: 2^31 octets (RFC 8878, 3.1.1.1.2). Then one block of two octets as they are, the last one.
        byte[] frame = [0x28, 0xB5, 0x2F, 0xFD, 0x00, 0xA8, 0x11, 0x00, 0x00, (byte)'{', (byte)'}'];
        var path = _folder.Write("conn.log.zst", frame);

        using var source = new ByteSource(path);

        Assert.Equal(0, source.ReadSome(new byte[10]));
        Assert.True(source.IsDamaged);
    }

    [Fact]
    public void No_damage_throws()
    {
        var random = new Random(9);
        var file = Zstd(Lines([.. Enumerable.Range(1, 50)]));
        for (var round = 0; round < 1_000; round++)
        {
            var damaged = file.ToArray();
            for (var change = random.Next(1, 6); change > 0; change--) damaged[random.Next(damaged.Length)] = (byte)random.Next(256);
            using var source = new ByteSource(_folder.Write("conn.log.zst", damaged));
            while (source.ReadSome(new byte[1_000]) > 0)
            {
            }
        }
    }

    private static byte[] Lines(params int[] ports) => Encoding.UTF8.GetBytes(string.Concat(ports.Select(port =>
        $$"""{"ts":1588316990.{{port:000000}},"id.orig_h":"10.0.1.5","id.orig_p":{{port}},"id.resp_h":"10.0.0.4","id.resp_p":135""" +
        $$""","proto":"tcp","conn_state":"SF"}{{'\n'}}""")));

    private static byte[] Zstd(byte[] octets)
    {
        using var compressor = new Compressor();
        return compressor.Wrap(octets).ToArray();
    }

    private static byte[] Gzip(byte[] octets)
    {
        using var compressed = new MemoryStream();
        using (var gzip = new GZipStream(compressed, CompressionLevel.Fastest)) gzip.Write(octets);
        return compressed.ToArray();
    }

    private ReplayResult Replay(byte[] file)
    {
        var tally = new CaptureTally();
        var options = new CollectorOptions();
        using var merged = new CaptureMerge(CaptureInput.Find([_folder.Write("conn.log.zst", file)]), tally, options.Flows);
        return new Replay(options, merged, tally).Run(progress: null);
    }
}
