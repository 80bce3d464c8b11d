using System.IO.Compression;
using RpcCollector.Files;

namespace RpcCollector.Captures;

/// <summary>Reads a file from front to back in pieces of a stated length; a gzip-compressed file is decompressed.</summary>
/// <remarks>Damage (an I/O error, bad compressed data, an end inside a piece) is a state, not an exception.</remarks>
internal sealed class ByteSource : IDisposable
{
    /// <summary>The longest piece that can be asked for.</summary>
    public const int MaxLength = 1 << 19;

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
        if (!TryPeek(2, out var magic) || magic is not [0x1F, 0x8B]) return;
        _start = _end = 0;
        _file.Position = 0;
        _stream = new GZipStream(_file, CompressionMode.Decompress);
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
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            IsDamaged = true;
            return 0;
        }
    }
}
