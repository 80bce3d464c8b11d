using System.Buffers.Binary;

namespace RpcCollector.Flows.Wire;

/// <summary>Who saw a flow, by which clock and how well: what many flow starts of a batch have in common.</summary>
internal readonly struct FlowWitness : IEquatable<FlowWitness>
{
    private readonly ulong _clockKey;
    private readonly int _resolution;
    private readonly int _correction;
    private readonly uint _samplingInterval;
    private readonly byte _arrivalEra;

    public FlowWitness(in FlowStart start)
    {
        (_clockKey, ExporterId) = (start.ClockKey, start.ExporterId);
        (_resolution, _correction) = (Math.Max(0, start.ResolutionMilliseconds), start.ClockCorrectionMilliseconds);
        (_samplingInterval, _arrivalEra) = (start.SamplingInterval, start.ArrivalEra);
    }

    private FlowWitness(ReadOnlySpan<byte> from, ReadOnlySpan<int> exporterIds)
    {
        _clockKey = BinaryPrimitives.ReadUInt64LittleEndian(from);
        _resolution = BinaryPrimitives.ReadInt32LittleEndian(from[8..]);
        _correction = BinaryPrimitives.ReadInt32LittleEndian(from[12..]);
        _samplingInterval = BinaryPrimitives.ReadUInt32LittleEndian(from[16..]);
        ExporterId = exporterIds[BinaryPrimitives.ReadUInt16LittleEndian(from[20..])];
        _arrivalEra = from[22];
    }

    public int ExporterId { get; }

    public static WireRejection Check(ReadOnlySpan<byte> witness, int numExporters)
    {
        if (BinaryPrimitives.ReadUInt16LittleEndian(witness[20..]) >= numExporters) return WireRejection.IndexOutOfTable;
        if (BinaryPrimitives.ReadInt32LittleEndian(witness[8..]) < 0) return WireRejection.UnknownValue;
        return witness[23] != 0 ? WireRejection.ReservedInUse : WireRejection.None;
    }

    public static FlowWitness Read(ReadOnlySpan<byte> from, ReadOnlySpan<int> exporterIds) => new(from, exporterIds);

    public void WriteTo(Span<byte> to, ushort exporter)
    {
        BinaryPrimitives.WriteUInt64LittleEndian(to, _clockKey);
        BinaryPrimitives.WriteInt32LittleEndian(to[8..], _resolution);
        BinaryPrimitives.WriteInt32LittleEndian(to[12..], _correction);
        BinaryPrimitives.WriteUInt32LittleEndian(to[16..], _samplingInterval);
        BinaryPrimitives.WriteUInt16LittleEndian(to[20..], exporter);
        to[22] = _arrivalEra;
        to[23] = 0;
    }

    public void GiveTo(ref FlowStart start)
    {
        (start.ClockKey, start.ExporterId) = (_clockKey, ExporterId);
        (start.ResolutionMilliseconds, start.ClockCorrectionMilliseconds) = (_resolution, _correction);
        (start.SamplingInterval, start.ArrivalEra) = (_samplingInterval, _arrivalEra);
    }

    public bool Equals(FlowWitness other) =>
        _clockKey == other._clockKey && ExporterId == other.ExporterId && _correction == other._correction
        && _resolution == other._resolution && _samplingInterval == other._samplingInterval && _arrivalEra == other._arrivalEra;

    public override bool Equals(object? obj) => obj is FlowWitness other && Equals(other);

    // Keys of clocks are as if drawn by chance.
    public override int GetHashCode() =>
        (int)_clockKey ^ (_correction * 31) ^ (_resolution << 8) ^ (int)(_samplingInterval << 16) ^ (ExporterId << 4) ^ _arrivalEra;
}
