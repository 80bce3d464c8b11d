using System.Buffers.Binary;

namespace Kaitai;

/// <content>Integers and floating-point numbers of whole octets, in both byte orders, and the modulus of Kaitai's expressions.</content>
public sealed partial class KaitaiStream
{
    public byte ReadU1() => Take(1)[0];

    public ushort ReadU2be() => BinaryPrimitives.ReadUInt16BigEndian(Take(2));

    public uint ReadU4be() => BinaryPrimitives.ReadUInt32BigEndian(Take(4));

    public ulong ReadU8be() => BinaryPrimitives.ReadUInt64BigEndian(Take(8));

    public ushort ReadU2le() => BinaryPrimitives.ReadUInt16LittleEndian(Take(2));

    public uint ReadU4le() => BinaryPrimitives.ReadUInt32LittleEndian(Take(4));

    public ulong ReadU8le() => BinaryPrimitives.ReadUInt64LittleEndian(Take(8));

    public sbyte ReadS1() => (sbyte)ReadU1();

    public short ReadS2be() => BinaryPrimitives.ReadInt16BigEndian(Take(2));

    public int ReadS4be() => BinaryPrimitives.ReadInt32BigEndian(Take(4));

    public long ReadS8be() => BinaryPrimitives.ReadInt64BigEndian(Take(8));

    public short ReadS2le() => BinaryPrimitives.ReadInt16LittleEndian(Take(2));

    public int ReadS4le() => BinaryPrimitives.ReadInt32LittleEndian(Take(4));

    public long ReadS8le() => BinaryPrimitives.ReadInt64LittleEndian(Take(8));

    public float ReadF4be() => BinaryPrimitives.ReadSingleBigEndian(Take(4));

    public double ReadF8be() => BinaryPrimitives.ReadDoubleBigEndian(Take(8));

    public float ReadF4le() => BinaryPrimitives.ReadSingleLittleEndian(Take(4));

    public double ReadF8le() => BinaryPrimitives.ReadDoubleLittleEndian(Take(8));

    /// <summary>Modulus that is never negative, unlike C#'s remainder; the divisor must be positive.</summary>
    public static int Mod(int a, int b) => (int)Mod((long)a, b);

    /// <inheritdoc cref="Mod(int, int)"/>
    public static long Mod(long a, long b)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(b);
        var remainder = a % b;
        return remainder < 0 ? remainder + b : remainder;
    }
}
