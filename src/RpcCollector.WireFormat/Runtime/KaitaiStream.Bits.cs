namespace Kaitai;

/// <content>Integers of 0 to 64 bits that need not begin or end with an octet.</content>
public sealed partial class KaitaiStream
{
    private int _lastOctet;
    private int _bitsLeft; // of the last octet read: its low end when reading big-endian, its high end when reading little-endian

    /// <summary>Drops the bits left of the last octet read, so that reading goes on with a whole octet.</summary>
    public void AlignToByte() => _bitsLeft = 0;

    /// <summary>The next bits, the most significant first.</summary>
    public ulong ReadBitsIntBe(int n)
    {
        DemandBits(n);
        var value = 0UL;
        while (n > 0)
        {
            var take = LoadBits(n);
            var bits = (_lastOctet >> (_bitsLeft - take)) & Mask(take);
            value = (value << take) | (uint)bits;
            _bitsLeft -= take;
            n -= take;
        }

        return value;
    }

    /// <summary>The next bits, the least significant first.</summary>
    public ulong ReadBitsIntLe(int n)
    {
        DemandBits(n);
        var value = 0UL;
        for (var have = 0; have < n;)
        {
            var take = LoadBits(n - have);
            var bits = (_lastOctet >> (8 - _bitsLeft)) & Mask(take);
            value |= (ulong)(uint)bits << have;
            _bitsLeft -= take;
            have += take;
        }

        return value;
    }

    private static int Mask(int bits) => (1 << bits) - 1;

    // A read for which too few bits are left throws before it takes any.
    private void DemandBits(int n)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(n);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(n, 64);
        if (n > _bitsLeft + (8 * Remaining))
            throw new EndOfStreamException($"{n} bits asked for at {_position}, {_bitsLeft + (8 * Remaining)} left");
    }

    private int LoadBits(int wanted)
    {
        if (_bitsLeft == 0)
        {
            _lastOctet = ReadU1();
            _bitsLeft = 8;
        }

        return Math.Min(wanted, _bitsLeft);
    }
}
