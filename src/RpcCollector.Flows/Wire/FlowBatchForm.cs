namespace RpcCollector.Flows.Wire;

/// <summary>Where the fields of a batch of flow starts lie; <c>kaitai/rpc_flow_batch.ksy</c> says what they mean.</summary>
/// <remarks>
/// <code>
/// batch = header (64) | row (72) ... | wide (56) ... | witness (24) ... | exporter (16) ... | sensor | site
/// </code>
/// Rows stand first, so that they are written where they stay while the tables behind them grow. A change of the form is another version;
/// a reader refuses those that it does not know.
/// </remarks>
internal static class FlowBatchForm
{
    /// <summary>"RFLW".</summary>
    public const uint Magic = 0x574C_4652;
    public const ushort Version = 1;

    public const int RowOctets = 72;
    public const int WideOctets = 56;
    public const int WitnessOctets = 24;

    /// <summary>Where the values of a row begin that are wide or narrow.</summary>
    public const int ValuesPlace = 44;

    public const byte Narrow = 0;
    public const byte Wide = 1;

    public const byte IsEndAlone = 0x80;
    public const byte IsMirror = 0x40;
    public const byte IsTranslation = 0x20;
    public const int HalfShift = 3;
    public const byte HalfMask = 3;
    public const byte DirectionMask = 7;
}
