using System.Buffers.Binary;
using System.Text;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Octets;

/// <summary>
/// Writes numbers, addresses and texts into one growing array; small numbers take few octets. <see cref="OctetReader"/> reads them.
/// </summary>
/// <remarks>Once the array has grown, nothing is allocated.</remarks>
internal sealed class OctetWriter
{
    // An address begins with how long it is.
    public const byte IPv4 = 4;
    public const byte IPv6 = 16;

    private const int Fewest = 4_096;

    private byte[] _octets = [];

    public int Length { get; private set; }

    public ReadOnlyMemory<byte> Written => _octets.AsMemory(0, Length);

    /// <summary>Begins anew; the array stays.</summary>
    public void Clear() => Length = 0;

    public void Write(byte value)
    {
        if (Length == _octets.Length) Grow(1);
        _octets[Length++] = value;
    }

    public void Write(ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(Take(sizeof(ushort)), value);

    public void Write(long value) => BinaryPrimitives.WriteInt64LittleEndian(Take(sizeof(long)), value);

    public void Write(ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(Take(sizeof(ulong)), value);

    /// <summary>Seven bits an octet, the lowest first; the highest bit says that more follow.</summary>
    public void WriteNumber(ulong value)
    {
        const int Longest = 10;
        if (_octets.Length - Length < Longest) Grow(Longest);
        for (; value >= 0x80; value >>= 7) _octets[Length++] = (byte)(value | 0x80);
        _octets[Length++] = (byte)value;
    }

    /// <summary>A number that lies near zero, on either side.</summary>
    public void WriteSigned(long value) => WriteNumber((ulong)(value << 1 ^ value >> 63));

    public void Write(HostAddress address)
    {
        if (address.IsIPv4)
        {
            Write(IPv4);
            BinaryPrimitives.WriteUInt32BigEndian(Take(sizeof(uint)), (uint)address.Low);
            return;
        }

        Write(IPv6);
        Write(address.High);
        Write(address.Low);
    }

    public void Write(string? text)
    {
        if (text is null)
        {
            WriteNumber(0);
            return;
        }

        var length = Encoding.UTF8.GetByteCount(text);
        WriteNumber((ulong)length + 1);
        Encoding.UTF8.GetBytes(text, Take(length));
    }

    /// <summary>Octets that somebody else understands, behind how many they are.</summary>
    public void WriteOctets(ReadOnlySpan<byte> octets)
    {
        WriteNumber((ulong)octets.Length);
        octets.CopyTo(Take(octets.Length));
    }

    private Span<byte> Take(int length)
    {
        if (_octets.Length - Length < length) Grow(length);
        Length += length;
        return _octets.AsSpan(Length - length, length);
    }

    private void Grow(int more) => Array.Resize(ref _octets, Math.Max(Fewest, Math.Max(Length + more, 2 * _octets.Length)));
}
