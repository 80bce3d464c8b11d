namespace RpcCollector.Captures;

/// <summary>
/// An interface of a pcapng section: the link type of its packets and the unit of their times; unique by its place in the section.
/// </summary>
internal struct CaptureInterface()
{
    public const ushort TimeResolutionOption = 9;
    public const ushort TimeOffsetOption = 14;

    public ushort LinkType;

    /// <summary>Octets of each packet kept at most; 0 for all.</summary>
    public uint SnapLength;

    /// <summary>if_tsresol: one unit is 10^-n s, or 2^-n s when the top bit is set.</summary>
    public byte TimeResolution = 6;

    /// <summary>if_tsoffset: seconds to add to every time.</summary>
    public long OffsetSeconds;

    /// <summary>A packet's time, clamped to the range of a long.</summary>
    public readonly long ToUnixNanoseconds(ulong units)
    {
        var power = TimeResolution & 0x7F;
        UInt128 nanoseconds;
        if ((TimeResolution & 0x80) != 0)
            nanoseconds = ((UInt128)units * 1_000_000_000) >> Math.Min(power, 127);
        else if (power <= 9)
            nanoseconds = (UInt128)units * (UInt128)PowerOfTen(9 - power);
        else
            nanoseconds = power <= 28 ? units / PowerOfTen(power - 9) : 0;
        var shifted = (Int128)nanoseconds + ((Int128)OffsetSeconds * 1_000_000_000);
        return (long)Int128.Clamp(shifted, long.MinValue + 1, long.MaxValue);
    }

    private static ulong PowerOfTen(int power)
    {
        ulong result = 1;
        while (power-- > 0) result *= 10;
        return result;
    }
}
