using System.Globalization;
using System.IO.Compression;
using System.IO.Hashing;
using Microsoft.Win32.SafeHandles;
using RpcCollector.Files;

namespace RpcCollector.Store.Inputs;

/// <summary>A segment that is open for reading, with the blocks that it had when it was opened.</summary>
/// <remarks>Who deletes the file, or appends to it, changes nothing of what is read. Any thread may read it.</remarks>
internal sealed class InputSegment : IDisposable
{
    private const int WindowOctets = 1 << 16;

    // Longer than any block: who made the file longer than it is shall not keep the start waiting.
    private const long LongestGap = 2L * InputForm.LargestBlock;

    private readonly SafeFileHandle _file;
    private readonly List<InputBlock> _blocks = [];
    private readonly List<(long Place, string Reason)> _damage = [];

    private InputSegment(string path, SafeFileHandle file)
    {
        (Path, _file) = (path, file);
        Length = RandomAccess.GetLength(file);
    }

    public string Path { get; }

    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>Of the file, when it was opened.</summary>
    public long Length { get; }

    public IReadOnlyList<InputBlock> Blocks => _blocks;

    /// <summary>What lies between its blocks and is none.</summary>
    public IReadOnlyList<(long Place, string Reason)> Damage => _damage;

    /// <summary>Where the last whole block ends: what follows was cut off while it was written.</summary>
    public long WholeLength { get; private set; } = InputForm.SegmentHeaderOctets;

    /// <summary>Why it is no segment, and left as it is; null when it is one.</summary>
    public string? Refusal { get; private set; }

    /// <exception cref="FileNotFoundException">There is none.</exception>
    /// <exception cref="IOException">It is no regular file, or the disk failed.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be read.</exception>
    public static InputSegment Open(string path)
    {
        var file = RegularFile.OpenHandle(path);
        try
        {
            var segment = new InputSegment(path, file);
            segment.Scan();
            return segment;
        }
        catch
        {
            file.Dispose();
            throw;
        }
    }

    /// <summary>Its plain octets, as chunks.</summary>
    /// <returns>Why they cannot be read; null when they can.</returns>
    public string? TryRead(in InputBlock block, out IReadOnlyList<ReadOnlyMemory<byte>> chunks)
    {
        chunks = [];
        var body = new byte[block.BodyOctets];
        if (RandomAccess.Read(_file, body, block.BodyPlace) < body.Length) return "it ends too early";
        if (XxHash64.HashToUInt64(body) != block.BodyHash) return "its checksum differs";
        var plain = new byte[block.PlainOctets];
        if (!BrotliDecoder.TryDecompress(body, plain, out var written) || written != plain.Length) return "it cannot be unpacked";
        var list = new List<ReadOnlyMemory<byte>>();
        for (var place = 0; place < plain.Length;)
        {
            if (plain.Length - place < sizeof(int)) return "it ends too early";
            var length = BitConverter.ToInt32(plain, place);
            place += sizeof(int);
            if (length < 0 || length > plain.Length - place) return "it ends too early";
            list.Add(plain.AsMemory(place, length));
            place += length;
        }

        chunks = list;
        return null;
    }

    public void Dispose() => _file.Dispose();

    private void Scan()
    {
        if (Length < InputForm.SegmentHeaderOctets)
        {
            Refusal = Length == 0 ? "it is empty" : "it is too short";
            return;
        }

        var header = new byte[InputForm.BlockHeaderOctets];
        var begins = RandomAccess.Read(_file, header.AsSpan(0, InputForm.SegmentHeaderOctets), 0);
        var isBegun = header.AsSpan(0, begins).SequenceEqual(InputForm.SegmentHeader);
        if (!isBegun) _damage.Add((0, "it does not begin as a segment does"));
        for (var place = (long)InputForm.SegmentHeaderOctets; place < Length && Refusal is null;)
        {
            var read = RandomAccess.Read(_file, header, place);
            if (InputForm.TryReadHeader(header.AsSpan(0, read), place, out var block) && block.NextPlace <= Length)
            {
                _blocks.Add(block);
                place = WholeLength = block.NextPlace;
                continue;
            }

            // 1. Either the end of the file was never written, or octets of it are not what they were: then a block follows.
            if (FindBlock(place + 1) is not { } next) break;
            _damage.Add((place, string.Create(CultureInfo.InvariantCulture, $"{next - place} octets are no block")));
            place = next;
        }

        // 2. Nothing of it is what was written here.
        if (!isBegun && _blocks.Count == 0) Refusal ??= "it does not begin as a segment does";
    }

    /// <summary>Whether the last block is what was written: its header may have reached the disk, and its body not.</summary>
    public bool IsLastBlockWhole() => _blocks.Count == 0 || TryRead(_blocks[^1], out _) is null;

    private long? FindBlock(long from)
    {
        var window = new byte[WindowOctets];
        var step = WindowOctets - InputForm.BlockHeaderOctets;
        for (var begin = from; begin < Length; begin += step)
        {
            if (begin - from > LongestGap)
            {
                Refusal = string.Create(CultureInfo.InvariantCulture, $"more than {LongestGap >> 20} MiB of it are no block");
                return null;
            }

            var read = RandomAccess.Read(_file, window, begin);
            for (var i = 0; i < Math.Min(step, read); i++)
            {
                if (InputForm.TryReadHeader(window.AsSpan(i, read - i), begin + i, out var block) && block.NextPlace <= Length)
                    return begin + i;
            }
        }

        return null;
    }
}
