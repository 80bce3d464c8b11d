namespace Kaitai;

/// <summary>A position in octets that lie in memory. Reading past the end throws <see cref="EndOfStreamException"/>.</summary>
public sealed partial class KaitaiStream
{
    private readonly ReadOnlyMemory<byte> _octets;
    private long _position;

    /// <summary>Reads the octets in place: they must not change while the stream is in use.</summary>
    public KaitaiStream(ReadOnlyMemory<byte> octets) => _octets = octets;

    /// <inheritdoc cref="KaitaiStream(ReadOnlyMemory{byte})"/>
    public KaitaiStream(byte[] bytes) : this(new ReadOnlyMemory<byte>(bytes))
    {
    }

    /// <summary>Reads the whole file into memory.</summary>
    public KaitaiStream(string fileName) : this(File.ReadAllBytes(fileName))
    {
    }

    /// <summary>Reads the rest of another stream into memory.</summary>
    public KaitaiStream(Stream stream) : this(ReadToEnd(stream))
    {
    }

    /// <summary>Whether nothing is left, not even a bit of the last octet read.</summary>
    public bool IsEof => _position >= _octets.Length && _bitsLeft == 0;

    /// <summary>The position, in octets from the beginning.</summary>
    public long Pos => _position;

    public long Size => _octets.Length;

    private long Remaining => Math.Max(0, _octets.Length - _position);

    /// <summary>Goes to a position, which may lie past the end; bits left of the last octet read are dropped.</summary>
    public void Seek(long position)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(position);
        _position = position;
        AlignToByte();
    }

    public byte[] ReadBytes(long count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        return Take(count).ToArray();
    }

    public byte[] ReadBytes(ulong count) => ReadBytes(checked((long)count));

    /// <summary>All octets that are left.</summary>
    public byte[] ReadBytesFull() => Take(Remaining).ToArray();

    /// <summary>Octets up to a terminator.</summary>
    /// <param name="includeTerminator">True if the terminator is part of the result.</param>
    /// <param name="consumeTerminator">True if the next read begins after the terminator, false if it begins with it.</param>
    /// <param name="eosError">True if a missing terminator throws; otherwise all octets left are the result.</param>
    public byte[] ReadBytesTerm(byte terminator, bool includeTerminator, bool consumeTerminator, bool eosError)
    {
        var left = Left;
        var length = left.IndexOf(terminator);
        if (length < 0)
            return eosError ? throw new EndOfStreamException($"no octet {terminator:x2} before the end") : ReadBytesFull();

        var result = left[..(includeTerminator ? length + 1 : length)].ToArray();
        _position += consumeTerminator ? length + 1 : length;
        return result;
    }

    /// <summary>The octets without the padding at their end.</summary>
    public static byte[] BytesStripRight(byte[] src, byte padByte) => src.AsSpan().TrimEnd(padByte).ToArray();

    /// <summary>The octets up to the first terminator, or all where there is none.</summary>
    public static byte[] BytesTerminate(byte[] src, byte terminator, bool includeTerminator)
    {
        var length = src.AsSpan().IndexOf(terminator);
        return length < 0 ? src : src[..(includeTerminator ? length + 1 : length)];
    }

    /// <summary>Compares octet by octet; negative, zero or positive, a prefix coming first.</summary>
    public static int ByteArrayCompare(byte[] a, byte[] b) => a.AsSpan().SequenceCompareTo(b);

    private ReadOnlySpan<byte> Left => _octets.Span[^(int)Remaining..];

    private ReadOnlySpan<byte> Take(long count)
    {
        if (count > Remaining)
            throw new EndOfStreamException($"{count} octets asked for at {_position}, {Remaining} left");

        var taken = Left[..(int)count];
        _position += count;
        return taken;
    }

    private static byte[] ReadToEnd(Stream stream)
    {
        using var memory = new MemoryStream();
        stream.CopyTo(memory);
        return memory.ToArray();
    }
}
