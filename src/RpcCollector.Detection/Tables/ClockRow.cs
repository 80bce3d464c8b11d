using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tables;

/// <summary>What is known of a clock.</summary>
internal struct ClockRow : IKeyedRow
{
    /// <summary>Names it, see FlowStart.ClockKey.</summary>
    public ulong ClockKey;

    /// <summary>Whose clock it is.</summary>
    public int ExporterId;

    /// <summary>Added to its times when people see them.</summary>
    public int CorrectionMilliseconds;

    /// <summary>How many <see cref="WitnessRow"/> use it.</summary>
    public int References;

    public int NextFree
    {
        readonly get => (int)ClockKey;
        set => ClockKey = (uint)value;
    }

    public readonly ulong Hash() => TableHash.Of(ClockKey);

    /// <summary>Names a clock.</summary>
    public readonly struct Key(ulong clockKey) : IRowKey<ClockRow>
    {
        public ulong Hash() => TableHash.Of(clockKey);

        public bool Is(int index, in ClockRow row) => row.ClockKey == clockKey;
    }
}
