using System.Buffers.Binary;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Reads the Data Records of a Data Set into flow starts, straight from the receive buffer.</summary>
internal sealed class DataSetReader(FlowOptions options, ExporterCatalog catalog, HopCounters counters, IFlowStartSink sink)
{
    private const byte Tcp = 6;

    private readonly FlowOrienter _orienter = new(options, sink);
    private readonly byte[] _scratch = new byte[RecordPlan.MaxScratchLength];

    /// <summary>Reads all records of a Set.</summary>
    /// <returns>How many there were.</returns>
    public int Read(ReadOnlySpan<byte> content, Template template, in ExportMessage message, Exporter exporter, SessionDomain session, long arrivalUnixMilliseconds)
    {
        var plan = template.Plan;
        if (content.Length < plan.MinimumLength)
        {
            counters.Reject(Hop.Set, Rejection.SetShorterThanRecord);
            return 0;
        }

        counters.Use(Hop.Set);
        var records = 0;
        var configuredSampling = catalog.Sampling.IntervalOf(exporter.Address);
        var isForwarded = plan.NamesExporter && catalog.TrustedForwarders.Contains(exporter.Address);
        var partial = new FlowRecord { ExporterId = exporter.Id, ObservationDomainId = message.ObservationDomainId, ArrivalUnixMilliseconds = arrivalUnixMilliseconds };
        for (; content.Length >= plan.MinimumLength; records++)
        {
            var record = content;
            var length = plan.MinimumLength;
            if (plan.IsVariableLength)
            {
                length = plan.Gather(content, _scratch);
                if (length < 0)
                {
                    counters.Receive(Hop.DataRecord);
                    counters.Reject(Hop.DataRecord, Rejection.FieldLongerThanSet);
                    break;
                }

                record = _scratch;
            }

            ReadRecord(record, plan, message, session, isForwarded, exporter.Id, configuredSampling, ref partial);
            content = content[length..];
        }

        template.CountRecords(records, arrivalUnixMilliseconds);
        return records;
    }

    private void ReadRecord(ReadOnlySpan<byte> record, RecordPlan plan, in ExportMessage message, SessionDomain session, bool isForwarded, int sender, uint configuredSampling, ref FlowRecord flow)
    {
        counters.Receive(Hop.DataRecord);
        if (!plan.IsTransportFlow)
        {
            counters.Reject(Hop.DataRecord, Rejection.NotATransportFlow);
            return;
        }

        counters.Use(Hop.DataRecord);
        counters.Receive(Hop.FlowRecord);

        // 1. Protocol and ports decide for nearly all records that they end here.
        if ((byte)plan[FieldRole.Protocol].Read(record) != Tcp)
        {
            counters.Reject(Hop.FlowRecord, Rejection.NotTcp);
            return;
        }

        flow.SourcePort = (ushort)plan[FieldRole.SourcePort].Read(record);
        flow.DestinationPort = (ushort)plan[FieldRole.DestinationPort].Read(record);
        if (!_orienter.IsRelevant(flow.SourcePort, flow.DestinationPort))
        {
            counters.Reject(Hop.FlowRecord, Rejection.IrrelevantPorts);
            return;
        }

        // 2. When.
        if (!FlowTimes.TryRead(plan, record, message, session, out var times))
        {
            counters.Reject(Hop.FlowRecord, Rejection.NoStartTime);
            return;
        }

        Clamp(ref times, message, session);
        flow.StartUnixMilliseconds = times.StartUnixMilliseconds;
        flow.EndUnixMilliseconds = times.EndUnixMilliseconds;
        flow.ResolutionMilliseconds = times.ResolutionMilliseconds;
        flow.ClockId = times.IsByUpTime ? session.ClockId : session.ClockId + 1;
        flow.ClockCorrectionMilliseconds = times.IsByUpTime ? (int)session.Clock.CorrectionMilliseconds : 0;

        // 3. Between whom, and how much.
        ReadAddresses(record, plan, ref flow);
        flow.Protocol = Tcp;
        flow.TcpFlags = (ushort)plan[FieldRole.TcpFlags].Read(record);
        flow.ReverseTcpFlags = (ushort)plan[FieldRole.ReverseTcpFlags].Read(record);
        flow.Octets = plan[FieldRole.Octets].Read(record);
        flow.Packets = plan[FieldRole.Packets].Read(record);
        flow.ReverseOctets = plan[FieldRole.ReverseOctets].Read(record);
        flow.ReversePackets = plan[FieldRole.ReversePackets].Read(record);
        flow.HasReverse = plan.HasReverse && (flow.ReverseOctets | flow.ReversePackets | flow.ReverseTcpFlags) != 0;
        flow.EndReason = (byte)plan[FieldRole.EndReason].Read(record);
        flow.BiflowDirection = (byte)plan[FieldRole.BiflowDirection].Read(record);
        flow.FirewallEvent = (byte)plan[FieldRole.FirewallEvent].Read(record);
        flow.SamplingInterval = configuredSampling != 0 ? configuredSampling : (uint)plan[FieldRole.SamplingInterval].Read(record) is > 0 and var stated ? stated : session.SamplingInterval;

        // 4. Who saw it, when a trusted sender speaks for others.
        if (isForwarded) flow.ExporterId = FindExporter(record, plan, sender);

        // 5. Who began.
        counters.Use(Hop.FlowRecord);
        _orienter.Orient(flow);
    }

    /// <summary>The exporter that the record names (IE 130 or 131); the sender when it names none or there are too many.</summary>
    private int FindExporter(ReadOnlySpan<byte> record, RecordPlan plan, int sender)
    {
        var named = default(HostAddress);
        if (plan[FieldRole.ExporterIPv4] is { IsPresent: true } ipv4) named = HostAddress.FromIPv4((uint)ipv4.Read(record));
        if (named.IsUnspecified && plan[FieldRole.ExporterIPv6] is { IsPresent: true } ipv6) named = HostAddress.FromIPv6(record[ipv6.Offset..]);
        return !named.IsUnspecified && catalog.Directory.TryGetId(named, out var id) ? id : sender;
    }

    private static void ReadAddresses(ReadOnlySpan<byte> record, RecordPlan plan, ref FlowRecord flow)
    {
        if (plan.HasIPv4)
        {
            flow.Source = HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(record[plan[FieldRole.SourceIPv4].Offset..]));
            flow.Destination = HostAddress.FromIPv4(BinaryPrimitives.ReadUInt32BigEndian(record[plan[FieldRole.DestinationIPv4].Offset..]));
            // A Template with both families leaves the unused one zero.
            if (!plan.HasIPv6 || !flow.Source.IsUnspecified || !flow.Destination.IsUnspecified) return;
        }

        flow.Source = HostAddress.FromIPv6(record[plan[FieldRole.SourceIPv6].Offset..]);
        flow.Destination = HostAddress.FromIPv6(record[plan[FieldRole.DestinationIPv6].Offset..]);
    }

    /// <summary>A flow cannot start after it was exported nor end before it starts. The header may be up to a second early, as it states whole seconds.</summary>
    /// <remarks>Times by uptime are measured from the clock's anchor, and so must be the export that they are held against.</remarks>
    private void Clamp(ref FlowTimes times, in ExportMessage message, SessionDomain session)
    {
        var tolerance = Math.Max(times.ResolutionMilliseconds, message.ExportResolutionMilliseconds);
        var correction = session.Clock.CorrectionMilliseconds;
        var startExport = message.ExportUnixMilliseconds - (times.IsByUpTime ? correction : 0);
        var endExport = message.ExportUnixMilliseconds - (times.IsEndByUpTime ? correction : 0);
        var start = times.StartUnixMilliseconds <= startExport + tolerance ? times.StartUnixMilliseconds : startExport;
        var end = Math.Max(start, times.EndUnixMilliseconds <= endExport + tolerance ? times.EndUnixMilliseconds : endExport);
        if (start == times.StartUnixMilliseconds && end == times.EndUnixMilliseconds) return;
        counters.Note(Irregularity.TimeClamped);
        times = times with { StartUnixMilliseconds = start, EndUnixMilliseconds = end };
    }
}
