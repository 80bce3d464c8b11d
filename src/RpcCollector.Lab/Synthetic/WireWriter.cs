using System.Buffers.Binary;

namespace RpcCollector.Lab.Synthetic;

/// <summary>Writes numbers in network byte order, one after the other.</summary>
internal ref struct WireWriter(Span<byte> octets)
{
    private readonly Span<byte> _octets = octets;

    public int Length { get; private set; }

    public void U8(int value) => _octets[Length++] = (byte)value;

    public void U16(int value)
    {
        BinaryPrimitives.WriteUInt16BigEndian(_octets[Length..], (ushort)value);
        Length += sizeof(ushort);
    }

    public void U32(uint value)
    {
        BinaryPrimitives.WriteUInt32BigEndian(_octets[Length..], value);
        Length += sizeof(uint);
    }

    public void U64(ulong value)
    {
        BinaryPrimitives.WriteUInt64BigEndian(_octets[Length..], value);
        Length += sizeof(ulong);
    }

    /// <returns>Where they stand now.</returns>
    public Span<byte> Octets(ReadOnlySpan<byte> value)
    {
        var written = _octets.Slice(Length, value.Length);
        value.CopyTo(written);
        Length += value.Length;
        return written;
    }

    /// <summary>Writes a length over two octets that were left for it.</summary>
    public readonly void PutLength(int at, int value) => BinaryPrimitives.WriteUInt16BigEndian(_octets[at..], (ushort)value);
}
