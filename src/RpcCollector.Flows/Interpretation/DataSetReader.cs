using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Interpretation;

/// <summary>
/// Reads the Data Records of a Data Set straight from the receive buffer. Nearly all of them are dropped here by protocol or ports.
/// </summary>
internal sealed class DataSetReader(FlowOptions options, ExporterCatalog catalog, HopCounters counters, IFlowStartSink sink)
{
    private const byte Tcp = 6;

    private readonly PortRelevance _ports = new(options.LowestEndpointPort);
    private readonly FlowReader _flows = new(catalog, counters, new FlowOrienter(sink, options.LowestEndpointPort), options.UseArrivalTime);
    private readonly byte[] _scratch = new byte[RecordPlan.MaxScratchLength];

    /// <summary>Reads all records of a Set.</summary>
    /// <returns>How many there were.</returns>
    public int Read(
        ReadOnlySpan<byte> content, Template template, ref MessageClock clock, SessionDomain session, long arrivalUnixMilliseconds)
    {
        var plan = template.Plan;
        if (content.Length < plan.MinimumLength)
        {
            counters.Reject(Hop.Set, Rejection.SetShorterThanRecord);
            return 0;
        }

        counters.Use(Hop.Set);
        _flows.Begin(plan, session, arrivalUnixMilliseconds);
        var tally = default(RecordTally);
        if (plan.IsVariableLength && plan.HasUsualPorts) ReadVariable(content, plan, ref clock, ref tally);
        else if (plan.IsVariableLength) ReadVariableUnusual(content, plan, ref clock, ref tally);
        else if (!plan.IsTransportFlow) tally.Records = content.Length / plan.MinimumLength;
        else if (plan.HasUsualPorts) ReadFixed(content, plan, ref clock, ref tally);
        else ReadFixedUnusual(content, plan, ref clock, ref tally);
        tally.AddTo(counters, plan.IsTransportFlow);
        template.CountRecords(tally.Records, arrivalUnixMilliseconds);
        return tally.Records;
    }

    /// <summary>Protocol in one octet and ports in two each, as nearly all exporters send them.</summary>
    private void ReadFixed(ReadOnlySpan<byte> content, RecordPlan plan, ref MessageClock clock, ref RecordTally tally)
    {
        var (protocol, sourcePort, destinationPort) =
            ((nuint)plan.ProtocolOffset, (nuint)plan.SourcePortOffset, (nuint)plan.DestinationPortOffset);
        var ports = _ports;
        var length = plan.MinimumLength;
        var (records, notTcp, irrelevantPorts) = (0, 0, 0);

        // The only bounds check is that the whole record lies within the Set; no plan reads beyond the length of a record.
        ref var record = ref MemoryMarshal.GetReference(content);
        for (var left = content.Length; left >= length; left -= length, record = ref Unsafe.Add(ref record, length), records++)
        {
            if (Unsafe.Add(ref record, protocol) != Tcp)
            {
                notTcp++;
                continue;
            }

            var source = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref record, sourcePort));
            var destination = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref record, destinationPort));
            if (!ports.IsRelevantInNetworkOrder(source, destination))
            {
                irrelevantPorts++;
                continue;
            }

            tally.Count(_flows.Read(in record, ref clock));
        }

        (tally.Records, tally.NotTcp, tally.IrrelevantPorts) = (records, notTcp, irrelevantPorts);
    }

    private void ReadFixedUnusual(ReadOnlySpan<byte> content, RecordPlan plan, ref MessageClock clock, ref RecordTally tally)
    {
        for (; content.Length >= plan.MinimumLength; content = content[plan.MinimumLength..])
            Read(in MemoryMarshal.GetReference(content), plan, ref clock, ref tally);
    }

    /// <summary>Records that are dropped here are only measured; the others are gathered.</summary>
    private void ReadVariable(ReadOnlySpan<byte> content, RecordPlan plan, ref MessageClock clock, ref RecordTally tally)
    {
        for (int length; content.Length >= plan.MinimumLength; content = content[length..], tally.Records++)
        {
            length = plan.Measure(content, out var place);
            if (length < 0)
            {
                tally.IsCut = true;
                return;
            }

            // The whole record lies within the Set, and so does the run that holds protocol and ports.
            ref var run = ref Unsafe.Add(ref MemoryMarshal.GetReference(content), place);
            if (Unsafe.Add(ref run, plan.ProtocolOffset) != Tcp)
            {
                tally.NotTcp++;
                continue;
            }

            var source = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref run, plan.SourcePortOffset));
            var destination = Unsafe.ReadUnaligned<ushort>(ref Unsafe.Add(ref run, plan.DestinationPortOffset));
            if (!_ports.IsRelevantInNetworkOrder(source, destination))
            {
                tally.IrrelevantPorts++;
                continue;
            }

            plan.Gather(content, _scratch);
            tally.Count(_flows.Read(in MemoryMarshal.GetArrayDataReference(_scratch), ref clock));
        }
    }

    private void ReadVariableUnusual(ReadOnlySpan<byte> content, RecordPlan plan, ref MessageClock clock, ref RecordTally tally)
    {
        while (content.Length >= plan.MinimumLength)
        {
            var length = plan.Gather(content, _scratch);
            if (length < 0)
            {
                tally.IsCut = true;
                return;
            }

            if (plan.IsTransportFlow) Read(in MemoryMarshal.GetArrayDataReference(_scratch), plan, ref clock, ref tally);
            else tally.Records++;
            content = content[length..];
        }
    }

    private void Read(ref readonly byte record, RecordPlan plan, ref MessageClock clock, ref RecordTally tally)
    {
        tally.Records++;
        if ((byte)plan.Read(FieldRole.Protocol, in record) != Tcp) tally.NotTcp++;
        else if (!_ports.IsRelevant(
            (ushort)plan.Read(FieldRole.SourcePort, in record),
            (ushort)plan.Read(FieldRole.DestinationPort, in record))) tally.IrrelevantPorts++;
        else tally.Count(_flows.Read(in record, ref clock));
    }
}
