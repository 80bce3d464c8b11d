using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// Gives the flows that <see cref="ShardFlowsWriter"/> wrote back to the shards that their clients belong to now. The shards' threads have
/// not begun.
/// </summary>
public sealed class ShardFlowsReader
{
    private readonly OctetReader _from;
    private readonly IReadOnlyList<ClientShard> _shards;
    private readonly ReadExporters _exporters;
    private readonly List<SavedWitness?> _witnesses = [];

    // Where the mapper flow of a number is held; none when there was no room.
    private readonly List<int> _mappers = [];
    private byte _version;

    private ShardFlowsReader(ReadOnlyMemory<byte> saved, IReadOnlyList<ClientShard> shards, ExporterDirectory exporters) =>
        (_from, _shards, _exporters) = (new OctetReader(saved), shards, new ReadExporters(exporters));

    /// <summary>
    /// Restores all that there is room for. What was held goes on to age by the clock of arrivals; where that is earlier than it was, no
    /// time has passed.
    /// </summary>
    /// <returns>How many flows are held again, and what was found wrong; nothing is read beyond that.</returns>
    public static (int Count, string? Damage) Restore(
        ReadOnlyMemory<byte> saved, IReadOnlyList<ClientShard> shards, ExporterDirectory exporters, long nowUnixMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(shards);
        return new ShardFlowsReader(saved, shards, exporters).Restore(nowUnixMilliseconds);
    }

    private (int Count, string? Damage) Restore(long now)
    {
        _from.Check(_from.ReadUInt64() == ShardFlowsForm.Magic, "these are no saved flows");
        _version = _from.ReadOctet();
        _from.Check(_version is >= ShardFlowsForm.FirstVersion and <= ShardFlowsForm.Version,
            $"its version is {_version}, and {ShardFlowsForm.Version} is read");
        var savedAt = _from.ReadInt64();
        var slept = Math.Max(0, now - savedAt);
        foreach (var shard in _shards) shard.BeginRestoring(now);
        var count = 0;
        foreach (var kind in (ReadOnlySpan<FlowKind>)[FlowKind.Mapper, FlowKind.Endpoint, FlowKind.Contact])
        {
            while (_from.ReadNumber(ShardFlowsForm.Flow) == ShardFlowsForm.Flow)
            {
                var isNamed = Read(kind, savedAt, out var flow);
                if (_from.Damage is not null) break;
                flow.Age += slept;
                var index = isNamed ? Hold(kind, flow) : FlowRow.None;
                if (kind == FlowKind.Mapper) _mappers.Add(index);
                if (index != FlowRow.None) count++;
            }
        }

        if (_version > ShardFlowsForm.VersionWithoutTranslations) RestoreTranslations(savedAt, slept);
        foreach (var shard in _shards) shard.EndRestoring();
        return (count, _from.Damage);
    }

    private void RestoreTranslations(long savedAt, long slept)
    {
        var all = new List<SavedTranslation>();
        while (_from.ReadNumber(ShardFlowsForm.Flow) == ShardFlowsForm.Flow)
        {
            var translation = ReadTranslation(savedAt);
            if (_from.Damage is not null) break;
            if (translation.ExporterId >= 0) all.Add(translation with { Age = translation.Age + slept });
        }

        // Each shard takes the oldest first.
        all.Sort(static (one, other) => other.Age.CompareTo(one.Age));
        Span<int> owners = stackalloc int[ClientShard.MostOwners];
        foreach (var translation in all)
        {
            var count = ClientShard.OwnersOf(translation.Seen, translation.Connection, _shards.Count, owners);
            foreach (var owner in owners[..count]) _shards[owner].Restore(translation);
        }
    }

    private SavedTranslation ReadTranslation(long savedAt)
    {
        var age = (long)_from.ReadNumber(int.MaxValue);
        var (seen, connection) = (ReadEnds(), ReadEnds());
        var start = ReadTime(savedAt);
        var translation = new SavedTranslation(
            age, seen, connection, start, start + (long)_from.ReadNumber(FlowRow.LatestTime), _from.ReadUInt64(),
            (int)_from.ReadNumber(int.MaxValue), _exporters.Read(_from), _from.ReadOctet());
        seen.Sorted(out var isTurned);
        _from.Check(!isTurned && seen != connection && translation.Clients <= 3, "an impossible translation");
        return translation;
    }

    private FlowEnds ReadEnds()
    {
        var source = _from.ReadAddress();
        var port = _from.ReadUInt16();
        return new FlowEnds(source, port, _from.ReadAddress(), _from.ReadUInt16());
    }

    /// <returns>Its index in its shard; none when there is no room.</returns>
    private int Hold(FlowKind kind, in SavedFlow flow)
    {
        var own = ClientShard.Of(flow.Client, _shards.Count);
        var index = _shards[own].Restore(kind, flow);
        if (kind != FlowKind.Mapper || index == FlowRow.None) return index;

        // The server's shard needs it too, as it did before.
        var servers = ClientShard.Of(flow.Server, _shards.Count);
        if (servers != own) _shards[servers].Restore(kind, flow with { Marks = FlowMarks.OfOtherShard, ActivityId = null });
        return index;
    }

    /// <returns>False when there is no room for the exporters that saw it.</returns>
    private bool Read(FlowKind kind, long savedAt, out SavedFlow flow)
    {
        flow = new SavedFlow
        {
            Age = (long)_from.ReadNumber(int.MaxValue),
            Client = _from.ReadAddress(),
            Server = _from.ReadAddress(),
            ClientPort = _from.ReadUInt16(),
            ServerPort = _from.ReadUInt16(),
            Start = ReadTime(savedAt),
            Duration = _from.ReadUInt32(),
            Lead = (long)_from.ReadNumber(FlowRow.LatestTime),
            Trail = (long)_from.ReadNumber(FlowRow.LatestTime),
            ClientOctets = _from.ReadUInt32(),
            ServerOctets = _from.ReadUInt32(),
            ClientTcpFlags = _from.ReadOctet(),
            ServerTcpFlags = _from.ReadOctet(),
            MapperIndex = FlowRow.None,
        };
        ReadDirection(ref flow);
        var marks = _from.ReadOctet();
        flow.Marks = (FlowMarks)(marks & ShardFlowsForm.MarksMask);
        flow.PairHasSeveralClocks = (marks & ShardFlowsForm.SeveralClocksMark) != 0;
        _from.Check(marks < 2 * ShardFlowsForm.SeveralClocksMark, "an unknown mark");
        _from.Check((flow.Marks & FlowMarks.OfOtherShard) == FlowMarks.None, "a flow of another shard");
        _from.Check(kind == FlowKind.Mapper == (flow.ServerPort == WellKnownPort.EndpointMapper), "a flow of another kind");
        var isNamed = TryReadWitness(out flow.Witness);
        if (_from.ReadNumber(1) == 0) return isNamed;
        flow.ActivityId = _from.ReadInt64();
        if (kind == FlowKind.Contact && _version > ShardFlowsForm.FirstVersion) flow.Said = (DirectionConfidence)_from.ReadOctet();
        _from.Check(flow.Said <= DirectionConfidence.Refuted, "an unknown direction");
        if (kind != FlowKind.Endpoint) return isNamed;
        flow.Basis = (JoinBasis)_from.ReadOctet();
        _from.Check(flow.Basis is JoinBasis.Car or JoinBasis.Extended or JoinBasis.KnownEndpoint, "an unknown basis");
        if (flow.Basis == JoinBasis.KnownEndpoint) return isNamed;
        var start = ReadTime(savedAt);
        var end = start + (long)_from.ReadNumber(FlowRow.LatestTime);
        flow.Mapper = new MapperFacts(start, end, FlowRow.None, _from.ReadUInt16());
        isNamed &= TryReadWitness(out flow.MapperWitness);
        var number = (int)_from.ReadNumber((ulong)_mappers.Count);
        flow.MapperIndex = number == 0 ? FlowRow.None : _mappers[number - 1];
        return isNamed;
    }

    private void ReadDirection(ref SavedFlow flow)
    {
        var halves = _from.ReadOctet();
        flow.Half = (FlowHalf)(halves & ShardFlowsForm.HalfMask);
        flow.For = (DirectionEvidence)(halves >> ShardFlowsForm.ForShift);
        if (_version == ShardFlowsForm.FirstVersion)
        {
            // What only a port said follows from the ports; which half came first was not kept.
            flow.For = halves >> ShardFlowsForm.ForShift == (byte)DirectionConfidence.Stated
                ? DirectionEvidence.Stated
                : DirectionEvidence.None;
            flow.Timed = flow.First = FlowHalf.Both;
            _from.Check(halves >> ShardFlowsForm.ForShift <= (byte)DirectionConfidence.Stated, "an unknown direction");
            return;
        }

        var order = _from.ReadOctet();
        flow.Timed = (FlowHalf)(order & ShardFlowsForm.HalfMask);
        flow.First = (FlowHalf)(order >> ShardFlowsForm.FirstShift & ShardFlowsForm.HalfMask);
        flow.Against = (DirectionEvidence)(order >> ShardFlowsForm.AgainstShift);
        _from.Check(
            flow.For <= DirectionEvidence.SynWithoutAck && flow.Against <= DirectionEvidence.SynWithoutAck, "unknown evidence");
    }

    private bool TryReadWitness(out SavedWitness witness)
    {
        var number = (int)_from.ReadNumber((ulong)_witnesses.Count);
        if (number == _witnesses.Count && _from.Damage is null) _witnesses.Add(ReadWitness());
        var known = number < _witnesses.Count ? _witnesses[number] : null;
        witness = known ?? default;
        return known is not null;
    }

    private SavedWitness? ReadWitness()
    {
        var row = new WitnessRow
        {
            Exporters = _exporters.ReadSet(_from),
            SamplingInterval = _from.ReadUInt32(),
            ResolutionMilliseconds = (int)_from.ReadNumber(int.MaxValue),
            ClockKey = _from.ReadUInt64(),
            HasSeveralClocks = _from.ReadNumber(1) == 1,
        };
        var exporterId = _exporters.Read(_from);
        var correction = _from.ReadSigned();
        _from.Check(correction is >= int.MinValue and <= int.MaxValue, "a correction out of bounds");
        return row.Exporters.Count == 0 || exporterId < 0 ? null : new SavedWitness(row, exporterId, (int)correction);
    }

    private long ReadTime(long savedAt)
    {
        var time = savedAt + _from.ReadSigned();
        _from.Check(time is >= 0 and <= FlowRow.LatestTime, "an impossible time");
        return time;
    }
}
