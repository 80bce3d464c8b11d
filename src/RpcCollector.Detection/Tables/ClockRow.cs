namespace RpcCollector.Detection.Tables;

/// <summary>What is known of a clock.</summary>
internal struct ClockRow : IKeyedRow
{
    public int ClockId;

    /// <summary>Whose clock it is.</summary>
    public int ExporterId;

    /// <summary>To be added to its times for people.</summary>
    public int CorrectionMilliseconds;

    /// <summary>How many <see cref="WitnessRow"/> go by it.</summary>
    public int References;

    public int NextFree
    {
        readonly get => ClockId;
        set => ClockId = value;
    }

    public readonly ulong Hash() => TableHash.Of((uint)ClockId);

    /// <summary>Names a clock by its id.</summary>
    public readonly struct Key(int clockId) : IRowKey<ClockRow>
    {
        public ulong Hash() => TableHash.Of((uint)clockId);

        public bool Is(int index, in ClockRow row) => row.ClockId == clockId;
    }
}
