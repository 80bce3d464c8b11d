using System.Buffers.Binary;

namespace RpcCollector.Tests.Captures;

/// <summary>Puts octets one behind the other, in either byte order.</summary>
internal sealed class Octets(bool bigEndian = true)
{
    private readonly List<byte> _octets = [];

    public int Length => _octets.Count;

    public byte[] ToArray() => [.. _octets];

    public Octets Add(params ReadOnlySpan<byte> octets)
    {
        _octets.AddRange(octets);
        return this;
    }

    public Octets U8(int value) => Add((byte)value);

    public Octets U16(long value)
    {
        Span<byte> octets = stackalloc byte[2];
        if (bigEndian) BinaryPrimitives.WriteUInt16BigEndian(octets, (ushort)value);
        else BinaryPrimitives.WriteUInt16LittleEndian(octets, (ushort)value);
        return Add(octets);
    }

    public Octets U32(long value)
    {
        Span<byte> octets = stackalloc byte[4];
        if (bigEndian) BinaryPrimitives.WriteUInt32BigEndian(octets, (uint)value);
        else BinaryPrimitives.WriteUInt32LittleEndian(octets, (uint)value);
        return Add(octets);
    }

    public Octets S64(long value)
    {
        Span<byte> octets = stackalloc byte[8];
        if (bigEndian) BinaryPrimitives.WriteInt64BigEndian(octets, value);
        else BinaryPrimitives.WriteInt64LittleEndian(octets, value);
        return Add(octets);
    }
}
