namespace RpcCollector.Detection.Tables;

/// <summary>An address that is no ordinary IPv4 address, and how many pairs name it.</summary>
internal struct HostRow : IKeyedRow
{
    public ulong High;
    public ulong Low;
    public int References;

    public int NextFree
    {
        readonly get => References;
        set => References = value;
    }

    public readonly ulong Hash() => HashOf(High, Low);

    private static ulong HashOf(ulong high, ulong low) => TableHash.Of(TableHash.Of(high) ^ low);

    /// <summary>Names a host by its address.</summary>
    public readonly struct Key(ulong high, ulong low) : IRowKey<HostRow>
    {
        public ulong Hash() => HashOf(high, low);

        public bool Is(int index, in HostRow row) => row.Low == low && row.High == high;
    }
}
