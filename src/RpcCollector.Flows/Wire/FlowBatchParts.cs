using System.Buffers.Binary;

namespace RpcCollector.Flows.Wire;

/// <summary>The parts of a batch of flow starts whose lengths were found to be right.</summary>
internal readonly ref struct FlowBatchParts
{
    private readonly ReadOnlySpan<byte> _header;
    private readonly ReadOnlySpan<byte> _sensor;
    private readonly ReadOnlySpan<byte> _site;

    private FlowBatchParts(ReadOnlySpan<byte> message, scoped in Lengths lengths)
    {
        _header = message[..WireForm.HeaderOctets];
        var rest = message[WireForm.HeaderOctets..];
        Rows = Take(ref rest, lengths.Rows);
        Wide = Take(ref rest, lengths.Wide);
        Witnesses = Take(ref rest, lengths.Witnesses);
        Exporters = Take(ref rest, lengths.Exporters);
        _sensor = Take(ref rest, lengths.Sensor);
        _site = rest;
    }

    public ReadOnlySpan<byte> Rows { get; }

    public ReadOnlySpan<byte> Wide { get; }

    public ReadOnlySpan<byte> Witnesses { get; }

    public ReadOnlySpan<byte> Exporters { get; }

    public int NumRows => Rows.Length / FlowBatchForm.RowOctets;

    public int NumWitnesses => Witnesses.Length / FlowBatchForm.WitnessOctets;

    public long BaseUnixMilliseconds => BinaryPrimitives.ReadInt64LittleEndian(_header[32..]);

    private long Watermark => BinaryPrimitives.ReadInt64LittleEndian(_header[24..]);

    /// <summary>Finds the parts; what is in them is not looked at, but for the names.</summary>
    public static WireRejection Find(ReadOnlySpan<byte> message, out FlowBatchParts parts)
    {
        parts = default;
        var rejection = WireForm.RejectionOf(message, FlowBatchForm.Magic, FlowBatchForm.Version);
        if (rejection != WireRejection.None) return rejection;
        var lengths = new Lengths(message);
        if (lengths.Sum != message.Length) return WireRejection.WrongLength;
        parts = new FlowBatchParts(message, lengths);
        if (BinaryPrimitives.ReadUInt16LittleEndian(message[62..]) != 0) return WireRejection.ReservedInUse;
        if (!WireForm.IsName(parts._sensor)) return WireRejection.ImpossibleName;
        return parts._site.IsEmpty || WireForm.IsName(parts._site) ? WireRejection.None : WireRejection.ImpossibleName;
    }

    /// <summary>Looks for anything that makes the batch useless.</summary>
    public WireRejection Check()
    {
        if (!WireForm.IsTime(Watermark) || !WireForm.IsTime(BaseUnixMilliseconds)) return WireRejection.ImpossibleTime;
        var numExporters = Exporters.Length / WireForm.AddressOctets;
        for (var rest = Witnesses; !rest.IsEmpty; rest = rest[FlowBatchForm.WitnessOctets..])
        {
            if (FlowWitness.Check(rest, numExporters) is not WireRejection.None and var reason) return reason;
        }

        for (var rest = Wide; !rest.IsEmpty; rest = rest[FlowBatchForm.WideOctets..])
        {
            if (FlowBatchRow.CheckWide(rest) is not WireRejection.None and var reason) return reason;
        }

        return CheckRows();
    }

    public FlowBatchHeader HeaderOf(WireNames names) => new(
        names.Of(_sensor), names.Of(_site), BinaryPrimitives.ReadUInt16LittleEndian(_header[6..]),
        BinaryPrimitives.ReadUInt64LittleEndian(_header[8..]), BinaryPrimitives.ReadUInt64LittleEndian(_header[16..]), Watermark,
        BinaryPrimitives.ReadUInt64LittleEndian(_header[40..]), NumRows);

    private WireRejection CheckRows()
    {
        var (numWide, numWitnesses, origin) = (0, NumWitnesses, BaseUnixMilliseconds);
        for (var rest = Rows; !rest.IsEmpty; rest = rest[FlowBatchForm.RowOctets..])
        {
            var reason = FlowBatchRow.Check(rest[..FlowBatchForm.RowOctets], numWitnesses, origin, ref numWide);
            if (reason != WireRejection.None) return reason;
        }

        if (numWide * FlowBatchForm.WideOctets != Wide.Length) return WireRejection.IndexOutOfTable;
        for (var rest = Rows; !rest.IsEmpty; rest = rest[FlowBatchForm.RowOctets..])
        {
            var reason = FlowBatchRow.CheckTranslation(rest[..FlowBatchForm.RowOctets], Wide, origin);
            if (reason != WireRejection.None) return reason;
        }

        return WireRejection.None;
    }

    private static ReadOnlySpan<byte> Take(scoped ref ReadOnlySpan<byte> rest, long length)
    {
        var taken = rest[..(int)length];
        rest = rest[(int)length..];
        return taken;
    }

    /// <summary>How long the header says the parts are; no sum of them overflows.</summary>
    private readonly struct Lengths(ReadOnlySpan<byte> header)
    {
        public readonly long Rows = (long)BinaryPrimitives.ReadUInt32LittleEndian(header[48..]) * FlowBatchForm.RowOctets;
        public readonly long Wide = (long)BinaryPrimitives.ReadUInt32LittleEndian(header[52..]) * FlowBatchForm.WideOctets;
        public readonly long Witnesses = (long)BinaryPrimitives.ReadUInt16LittleEndian(header[56..]) * FlowBatchForm.WitnessOctets;
        public readonly long Exporters = (long)BinaryPrimitives.ReadUInt16LittleEndian(header[58..]) * WireForm.AddressOctets;
        public readonly long Sensor = header[60];
        public readonly long Site = header[61];

        public long Sum => WireForm.HeaderOctets + Rows + Wide + Witnesses + Exporters + Sensor + Site;
    }
}
