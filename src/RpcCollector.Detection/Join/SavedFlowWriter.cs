using RpcCollector.Detection.Octets;
using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>Writes held flows by value; what several have in common is written once.</summary>
internal sealed class SavedFlowWriter(OctetWriter to, ExporterDirectory exporters, long now)
{
    private readonly WrittenExporters _exporters = new(exporters);
    private readonly Dictionary<SavedWitness, int> _witnesses = [];
    private readonly Dictionary<(int Shard, int Index), int> _mapperNumbers = [];

    public void Write(FlowKind kind, int shard, in SavedFlow flow)
    {
        if (kind == FlowKind.Mapper) _mapperNumbers.Add((shard, flow.Index), _mapperNumbers.Count);
        to.Write(ShardFlowsForm.Flow);
        to.WriteNumber((ulong)flow.Age);
        to.Write(flow.Client);
        to.Write(flow.Server);
        to.Write(flow.ClientPort);
        to.Write(flow.ServerPort);
        to.WriteSigned(flow.Start - now);
        to.WriteNumber(flow.Duration);
        to.WriteNumber((ulong)flow.Lead);
        to.WriteNumber((ulong)flow.Trail);
        to.WriteNumber(flow.ClientOctets);
        to.WriteNumber(flow.ServerOctets);
        to.Write(flow.ClientTcpFlags);
        to.Write(flow.ServerTcpFlags);
        to.Write((byte)((byte)flow.Half | (byte)flow.For << ShardFlowsForm.ForShift));
        to.Write((byte)((byte)flow.Timed | (byte)flow.First << ShardFlowsForm.FirstShift
            | (byte)flow.Against << ShardFlowsForm.AgainstShift));
        to.Write((byte)((byte)flow.Marks | (flow.PairHasSeveralClocks ? ShardFlowsForm.SeveralClocksMark : 0)));
        Write(flow.Witness);
        to.Write(flow.ActivityId is null ? (byte)0 : (byte)1);
        if (flow.ActivityId is not { } id) return;
        to.Write(id);
        if (kind == FlowKind.Contact) to.Write((byte)flow.Said);
        if (kind != FlowKind.Endpoint) return;
        to.Write((byte)flow.Basis);
        if (flow.Basis == JoinBasis.KnownEndpoint) return;
        to.WriteSigned(flow.Mapper.Start - now);
        to.WriteNumber((ulong)(flow.Mapper.End - flow.Mapper.Start));
        to.Write(flow.Mapper.ClientPort);
        Write(flow.MapperWitness);
        to.WriteNumber(_mapperNumbers.TryGetValue((shard, flow.MapperIndex), out var number) ? (ulong)number + 1 : 0);
    }

    public void Write(in SavedTranslation translation)
    {
        to.Write(ShardFlowsForm.Flow);
        to.WriteNumber((ulong)translation.Age);
        Write(translation.Seen);
        Write(translation.Connection);
        to.WriteSigned(translation.Start - now);
        to.WriteNumber((ulong)(translation.End - translation.Start));
        to.Write(translation.ClockKey);
        to.WriteNumber((uint)translation.ResolutionMilliseconds);
        _exporters.Write(to, translation.ExporterId);
        to.Write(translation.Clients);
    }

    private void Write(in FlowEnds ends)
    {
        to.Write(ends.Source);
        to.Write(ends.SourcePort);
        to.Write(ends.Destination);
        to.Write(ends.DestinationPort);
    }

    private void Write(in SavedWitness witness)
    {
        if (_witnesses.TryGetValue(witness, out var number))
        {
            to.WriteNumber((ulong)number);
            return;
        }

        to.WriteNumber((ulong)_witnesses.Count);
        _witnesses.Add(witness, _witnesses.Count);
        _exporters.Write(to, witness.Row.Exporters);
        to.WriteNumber(witness.Row.SamplingInterval);
        _exporters.Write(to, witness.Row.CountedBy);
        to.WriteNumber(witness.Row.CountedInterval);
        to.WriteNumber((uint)witness.Row.ResolutionMilliseconds);
        to.Write(witness.Row.ClockKey);
        to.Write(witness.Row.HasSeveralClocks ? (byte)1 : (byte)0);
        _exporters.Write(to, witness.ClockExporterId);
        to.WriteSigned(witness.CorrectionMilliseconds);
    }
}
