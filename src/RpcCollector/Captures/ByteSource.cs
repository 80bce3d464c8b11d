using System.IO.Compression;
using RpcCollector.Files;
using ZstdSharp;

namespace RpcCollector.Captures;

/// <summary>Reads a file from front to back in pieces of a stated length; one compressed with gzip or zstd is decompressed.</summary>
/// <remarks>Damage (an I/O error, bad compressed data, an end inside a piece) is a state, not an exception.</remarks>
internal sealed class ByteSource : IDisposable
{
    /// <summary>The longest piece that can be asked for.</summary>
    public const int MaxLength = 1 << 19;

    private const int MagicLength = 4;

    private readonly FileStream _file;
    private readonly Stream _stream;
    private byte[] _buffer = new byte[1 << 16];
    private int _start;
    private int _end;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public ByteSource(string path)
    {
        _file = RegularFile.OpenStream(path, bufferBytes: 0);
        _stream = _file;
        var compression = CompressionOf(PeekUpTo(MagicLength));
        if (compression == Compression.None) return;
        _start = _end = 0;
        _file.Position = 0;

        // Both read on through what was put together of several: members of gzip, frames of zstd.
        _stream = compression == Compression.Gzip ? new GZipStream(_file, CompressionMode.Decompress) : new DecompressionStream(_file);
    }

    /// <summary>True once the file turned out to end early or to be unreadable further on.</summary>
    public bool IsDamaged { get; private set; }

    /// <summary>Octets of the file read so far, compressed if it is.</summary>
    public long Position => _file.Position;

    /// <summary>Marks that what was read makes no sense and that nothing after it can be found.</summary>
    public void Damage() => IsDamaged = true;

    /// <summary>The next octets, left where they are; false when fewer remain.</summary>
    public bool TryPeek(int length, out ReadOnlySpan<byte> octets)
    {
        octets = default;
        if (_end - _start < length && !Fill(length)) return false;
        octets = _buffer.AsSpan(_start, length);
        return true;
    }

    /// <summary>The next octets, left where they are; fewer only where the file has no more.</summary>
    public ReadOnlySpan<byte> PeekUpTo(int length)
    {
        TryPeek(length, out _);
        return _buffer.AsSpan(_start, Math.Min(length, _end - _start));
    }

    /// <summary>The next octets, valid until the next call; false when fewer remain.</summary>
    public bool TryRead(int length, out ReadOnlySpan<byte> octets)
    {
        if (TryPeek(length, out octets))
        {
            _start += length;
            return true;
        }

        if (_end > _start) IsDamaged = true;
        return false;
    }

    /// <summary>As many of the next octets as can be had without waiting for more, at least one; 0 at the end.</summary>
    public int ReadSome(Span<byte> octets)
    {
        if (_end == _start && !Fill(1)) return 0;
        var length = Math.Min(octets.Length, _end - _start);
        _buffer.AsSpan(_start, length).CopyTo(octets);
        _start += length;
        return length;
    }

    /// <summary>Skips octets; false when the file ends first.</summary>
    public bool TrySkip(long length)
    {
        while (length > 0)
        {
            var step = (int)Math.Min(length, _buffer.Length);
            if (!TryRead(step, out _))
            {
                IsDamaged = true;
                return false;
            }

            length -= step;
        }

        return true;
    }

    public void Dispose()
    {
        _stream.Dispose();
        _file.Dispose();
    }

    private static Compression CompressionOf(ReadOnlySpan<byte> magic) => magic switch
    {
        [0x1F, 0x8B, ..] => Compression.Gzip,
        [0x28, 0xB5, 0x2F, 0xFD] => Compression.Zstd,

        // A frame to be skipped (RFC 8878, 3.1.2): compressors that use several threads begin with one.
        [>= 0x50 and <= 0x5F, 0x2A, 0x4D, 0x18] => Compression.Zstd,
        _ => Compression.None,
    };

    private bool Fill(int length)
    {
        if (length > MaxLength) return false;
        if (_start > 0)
        {
            _buffer.AsSpan(_start, _end - _start).CopyTo(_buffer);
            (_start, _end) = (0, _end - _start);
        }

        if (length > _buffer.Length) Array.Resize(ref _buffer, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)length));
        while (_end < length)
        {
            var count = ReadSome();
            if (count == 0) return false;
            _end += count;
        }

        return true;
    }

    private int ReadSome()
    {
        try
        {
            return _stream.Read(_buffer.AsSpan(_end));
        }
        catch (Exception e) when (e is IOException or InvalidDataException or ZstdException)
        {
            IsDamaged = true;
            return 0;
        }
    }

    private enum Compression : byte
    {
        None,
        Gzip,
        Zstd,
    }
}
