namespace RpcCollector.Flows.Wire;

/// <summary>
/// Reads batches of flow starts of any sensor, and gives their exporters the numbers of this process. One thread reads; nothing is
/// allocated once the tables have grown, and they grow no further than the octets of a message.
/// </summary>
/// <remarks>A batch is used whole or not at all: what is wrong with it is found before anything is taken from it.</remarks>
public sealed class FlowBatchReader(ExporterDirectory exporters)
{
    private readonly ReadAddresses _exporters = new(exporters);
    private readonly WireNames _names = new();
    private FlowWitness[] _witnesses = [];
    private FlowStart[] _flowStarts = [];
    private int _count;

    public WireCounts Counts { get; } = new();

    /// <summary>Those of the batch that was read last, in its order; good until the next.</summary>
    public ReadOnlySpan<FlowStart> FlowStarts => _flowStarts.AsSpan(0, _count);

    /// <summary>Reads who a batch is of, and counts nothing: whoever has taken it already need not read the rest.</summary>
    public WireRejection ReadHeader(ReadOnlySpan<byte> message, out FlowBatchHeader header)
    {
        header = default;
        if (FlowBatchParts.Find(message, out var parts) is not WireRejection.None and var reason) return reason;
        header = parts.HeaderOf(_names);
        return WireRejection.None;
    }

    /// <summary>Reads a batch into <see cref="FlowStarts"/>; false when it is rejected, which is counted.</summary>
    public bool TryRead(ReadOnlySpan<byte> message, out FlowBatchHeader header)
    {
        header = default;
        _count = 0;
        var reason = FlowBatchParts.Find(message, out var parts);
        if (reason == WireRejection.None) reason = parts.Check();
        if (!Counts.Count(reason)) return false;
        header = parts.HeaderOf(_names);
        ReadWitnesses(parts);
        ReadRows(parts);
        return true;
    }

    private void ReadWitnesses(in FlowBatchParts parts)
    {
        _exporters.Read(parts.Exporters, Counts);
        if (_witnesses.Length < parts.NumWitnesses) _witnesses = new FlowWitness[Math.Max(parts.NumWitnesses, 2 * _witnesses.Length)];
        for (var i = 0; i < parts.NumWitnesses; i++)
            _witnesses[i] = FlowWitness.Read(parts.Witnesses[(i * FlowBatchForm.WitnessOctets)..], _exporters.Ids);
    }

    private void ReadRows(in FlowBatchParts parts)
    {
        if (_flowStarts.Length < parts.NumRows) _flowStarts = new FlowStart[Math.Max(parts.NumRows, 2 * _flowStarts.Length)];
        for (var i = 0; i < parts.NumRows; i++)
        {
            var row = parts.Rows.Slice(i * FlowBatchForm.RowOctets, FlowBatchForm.RowOctets);
            ref var start = ref _flowStarts[i];
            FlowBatchRow.Read(row, parts.Wide, parts.BaseUnixMilliseconds, ref start);
            _witnesses[FlowBatchRow.WitnessOf(row)].GiveTo(ref start);
        }

        _count = parts.NumRows;
    }
}
