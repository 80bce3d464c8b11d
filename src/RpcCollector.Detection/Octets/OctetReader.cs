using System.Buffers.Binary;
using System.Text;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Octets;

/// <summary>
/// Reads what <see cref="OctetWriter"/> wrote. What is not there, or cannot be, is damage: from then on it reads zeroes, and
/// <see cref="Damage"/> says why.
/// </summary>
internal sealed class OctetReader(ReadOnlyMemory<byte> octets)
{
    private int _place;

    /// <summary>What was found wrong first; null while nothing was.</summary>
    public string? Damage { get; private set; }

    public bool IsAtEnd => _place == octets.Length || Damage is not null;

    /// <summary>Notes damage that the meaning of what was read shows.</summary>
    public void Check(bool isTrue, string what)
    {
        if (!isTrue) Damage ??= what;
    }

    public byte ReadOctet() => Take(1) is [var value] ? value : (byte)0;

    public ushort ReadUInt16() =>
        Take(sizeof(ushort)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadUInt16LittleEndian(taken) : (ushort)0;

    public long ReadInt64() => Take(sizeof(long)) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt64LittleEndian(taken) : 0;

    public ulong ReadUInt64() => (ulong)ReadInt64();

    public ulong ReadNumber()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var octet = ReadOctet();
            if (shift == 63 && octet > 1) break;
            value |= (ulong)(octet & 0x7F) << shift;
            if (octet < 0x80) return Damage is null ? value : 0;
        }

        Check(false, "a number too large");
        return 0;
    }

    /// <param name="largest">A larger one is damage.</param>
    public ulong ReadNumber(ulong largest)
    {
        var value = ReadNumber();
        if (value <= largest) return value;
        Check(false, "a number out of bounds");
        return 0;
    }

    public uint ReadUInt32() => (uint)ReadNumber(uint.MaxValue);

    public long ReadSigned() => ReadNumber() is var value ? (long)(value >> 1) ^ -(long)(value & 1) : 0;

    public HostAddress ReadAddress()
    {
        switch (ReadOctet())
        {
            case OctetWriter.IPv4:
                var taken = Take(sizeof(uint));
                return taken.IsEmpty ? default : HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(taken));
            case OctetWriter.IPv6:
                return new HostAddress(ReadUInt64(), ReadUInt64());
            default:
                Check(false, "an address of no family");
                return default;
        }
    }

    public string? ReadText()
    {
        var length = ReadNumber((ulong)octets.Length);
        if (length == 0) return null;
        return Encoding.UTF8.GetString(Take((int)length - 1));
    }

    /// <summary>Octets behind how many they are; part of what is read.</summary>
    public ReadOnlyMemory<byte> ReadOctets(int most)
    {
        var length = Take((int)ReadNumber((ulong)most)).Length;
        return octets.Slice(_place - length, length);
    }

    /// <summary>The next octets; none, and damage, when there are not as many.</summary>
    private ReadOnlySpan<byte> Take(int length)
    {
        if (Damage is not null || octets.Length - _place < length)
        {
            Check(false, "it ends too early");
            return [];
        }

        _place += length;
        return octets.Span.Slice(_place - length, length);
    }
}
