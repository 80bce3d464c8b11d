namespace RpcCollector.Lab.Synthetic;

/// <summary>The same numbers at every run, from xorshift64*: quick, and the same everywhere.</summary>
internal struct SyntheticRandom()
{
    private ulong _state = 0x9E37_79B9_7F4A_7C15;

    public uint Next()
    {
        _state ^= _state >> 12;
        _state ^= _state << 25;
        _state ^= _state >> 27;
        return (uint)((_state * 0x2545_F491_4F6C_DD1D) >> 32);
    }

    /// <summary>From 0 to 1, without 1.</summary>
    public double NextShare() => Next() * (1.0 / (1L << 32));

    /// <summary>From 0 on, below a bound.</summary>
    public uint NextBelow(uint bound) => (uint)(((ulong)Next() * bound) >> 32);
}
