namespace RpcCollector.Detection.State;

/// <summary>An address that is no ordinary IPv4 address, and how many pairs name it.</summary>
internal struct HostRow : IRow
{
    public ulong High;
    public ulong Low;
    public int References;

    public int Next { get; set; }

    public readonly ulong Hash() => HashOf(High, Low);

    public static ulong HashOf(ulong high, ulong low) => TableHash.Of(TableHash.Of(high) ^ low);
}
