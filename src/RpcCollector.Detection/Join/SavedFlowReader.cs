using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>Reads the held flows that <see cref="SavedFlowWriter"/> wrote.</summary>
/// <param name="version">Of <see cref="ShardFlowsForm"/>.</param>
/// <param name="isOfOneShard">True where flows of other shards' clients are among them.</param>
internal sealed class SavedFlowReader(OctetReader from, ExporterDirectory exporters, byte version, bool isOfOneShard = false)
{
    private readonly ReadExporters _exporters = new(exporters);
    private readonly List<SavedWitness?> _witnesses = [];

    // Where the mapper flow of a number is held; none when there was no room.
    private readonly List<int> _mappers = [];

    /// <summary>Where the mapper flow is held that was read last; none when there was no room for it.</summary>
    public void AddMapper(int index) => _mappers.Add(index);

    /// <returns>False when there is no room for the exporters that saw it.</returns>
    public bool Read(FlowKind kind, long savedAt, out SavedFlow flow)
    {
        flow = new SavedFlow
        {
            Age = (long)from.ReadNumber(int.MaxValue),
            Client = from.ReadAddress(),
            Server = from.ReadAddress(),
            ClientPort = from.ReadUInt16(),
            ServerPort = from.ReadUInt16(),
            Start = ReadTime(savedAt),
            Duration = from.ReadUInt32(),
            Lead = (long)from.ReadNumber(FlowRow.LatestTime),
            Trail = (long)from.ReadNumber(FlowRow.LatestTime),
            ClientOctets = from.ReadUInt32(),
            ServerOctets = from.ReadUInt32(),
            ClientTcpFlags = from.ReadOctet(),
            ServerTcpFlags = from.ReadOctet(),
            MapperIndex = FlowRow.None,
        };
        ReadDirection(ref flow);
        var marks = from.ReadOctet();
        flow.Marks = (FlowMarks)(marks & ShardFlowsForm.MarksMask);
        flow.PairHasSeveralClocks = (marks & ShardFlowsForm.SeveralClocksMark) != 0;
        from.Check(marks < 2 * ShardFlowsForm.SeveralClocksMark, "an unknown mark");
        from.Check(
            isOfOneShard || kind != FlowKind.Mapper || (flow.Marks & FlowMarks.OfOtherShard) == FlowMarks.None, "a flow of another shard");
        from.Check(kind == FlowKind.Mapper == (flow.ServerPort == WellKnownPort.EndpointMapper), "a flow of another kind");
        var isNamed = TryReadWitness(out flow.Witness);
        if (from.ReadNumber(1) == 0) return isNamed;
        flow.ActivityId = from.ReadInt64();
        if (kind == FlowKind.Contact && version > ShardFlowsForm.FirstVersion) flow.Said = (DirectionConfidence)from.ReadOctet();
        from.Check(flow.Said <= DirectionConfidence.Refuted, "an unknown direction");
        if (kind != FlowKind.Endpoint) return isNamed;
        flow.Basis = (JoinBasis)from.ReadOctet();
        from.Check(flow.Basis is JoinBasis.Car or JoinBasis.Extended or JoinBasis.KnownEndpoint, "an unknown basis");
        if (flow.Basis == JoinBasis.KnownEndpoint) return isNamed;
        var start = ReadTime(savedAt);
        var end = start + (long)from.ReadNumber(FlowRow.LatestTime);
        flow.Mapper = new MapperFacts(start, end, FlowRow.None, from.ReadUInt16());
        isNamed &= TryReadWitness(out flow.MapperWitness);
        var number = (int)from.ReadNumber((ulong)_mappers.Count);
        flow.MapperIndex = number == 0 ? FlowRow.None : _mappers[number - 1];
        return isNamed;
    }

    public SavedTranslation ReadTranslation(long savedAt)
    {
        var age = (long)from.ReadNumber(int.MaxValue);
        var (seen, connection) = (ReadEnds(), ReadEnds());
        var start = ReadTime(savedAt);
        var translation = new SavedTranslation(
            age, seen, connection, start, start + (long)from.ReadNumber(FlowRow.LatestTime), from.ReadUInt64(),
            (int)from.ReadNumber(int.MaxValue), _exporters.Read(from), from.ReadOctet());
        seen.Sorted(out var isTurned);
        from.Check(!isTurned && seen != connection && translation.Clients <= 3, "an impossible translation");
        return translation;
    }

    private void ReadDirection(ref SavedFlow flow)
    {
        var halves = from.ReadOctet();
        flow.Half = (FlowHalf)(halves & ShardFlowsForm.HalfMask);
        flow.For = (DirectionEvidence)(halves >> ShardFlowsForm.ForShift);
        if (version == ShardFlowsForm.FirstVersion)
        {
            // What only a port said follows from the ports; which half came first was not kept.
            flow.For = halves >> ShardFlowsForm.ForShift == (byte)DirectionConfidence.Stated
                ? DirectionEvidence.Stated
                : DirectionEvidence.None;
            flow.Timed = flow.First = FlowHalf.Both;
            from.Check(halves >> ShardFlowsForm.ForShift <= (byte)DirectionConfidence.Stated, "an unknown direction");
            return;
        }

        var order = from.ReadOctet();
        flow.Timed = (FlowHalf)(order & ShardFlowsForm.HalfMask);
        flow.First = (FlowHalf)(order >> ShardFlowsForm.FirstShift & ShardFlowsForm.HalfMask);
        flow.Against = (DirectionEvidence)(order >> ShardFlowsForm.AgainstShift);
        from.Check(
            flow.For <= DirectionEvidence.SynWithoutAck && flow.Against <= DirectionEvidence.SynWithoutAck, "unknown evidence");
    }

    private bool TryReadWitness(out SavedWitness witness)
    {
        var number = (int)from.ReadNumber((ulong)_witnesses.Count);
        if (number == _witnesses.Count && from.Damage is null) _witnesses.Add(ReadWitness());
        var known = number < _witnesses.Count ? _witnesses[number] : null;
        witness = known ?? default;
        return known is not null;
    }

    private SavedWitness? ReadWitness()
    {
        var row = new WitnessRow
        {
            Exporters = _exporters.ReadSet(from),
            SamplingInterval = from.ReadUInt32(),
            CountedBy = version > ShardFlowsForm.VersionWithoutCounters ? _exporters.Read(from) : FlowRow.None,
            CountedInterval = version > ShardFlowsForm.VersionWithoutCounters ? from.ReadUInt32() : 0,
            ResolutionMilliseconds = (int)from.ReadNumber(int.MaxValue),
            ClockKey = from.ReadUInt64(),
            HasSeveralClocks = from.ReadNumber(1) == 1,
        };
        var exporterId = _exporters.Read(from);
        var correction = from.ReadSigned();
        from.Check(correction is >= int.MinValue and <= int.MaxValue, "a correction out of bounds");
        if (row.Exporters.Count == 0 || exporterId < 0) return null;

        // Before, counters were those of the lowest exporter, whoever sampled.
        if (version <= ShardFlowsForm.VersionWithoutCounters)
            (row.CountedBy, row.CountedInterval) = (row.Exporters.IdAt(0), row.SamplingInterval);
        return row.CountedBy < 0 ? null : new SavedWitness(row, exporterId, (int)correction);
    }

    private long ReadTime(long savedAt)
    {
        var time = savedAt + from.ReadSigned();
        from.Check(time is >= 0 and <= FlowRow.LatestTime, "an impossible time");
        return time;
    }

    private FlowEnds ReadEnds()
    {
        var source = from.ReadAddress();
        var port = from.ReadUInt16();
        return new FlowEnds(source, port, from.ReadAddress(), from.ReadUInt16());
    }
}
