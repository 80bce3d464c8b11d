using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Reads the Data Records whose ports matter into flows, and hands them to the orienter.</summary>
internal sealed class FlowReader(ExporterCatalog catalog, HopCounters counters, FlowOrienter orienter)
{
    private const byte Tcp = 6;

    // Reused for every record. It is cleared when the plan changes, so that members without a field in the plan stay zero.
    private FlowRecord _flow;
    private RecordPlan? _plan;
    private SessionDomain? _session;
    private long _arrivalUnixMilliseconds;
    private bool _isBegun;
    private bool _isForwarded;
    private uint _configuredSampling;

    /// <summary>Begins a Set: the records that follow belong to it.</summary>
    public void Begin(RecordPlan plan, SessionDomain session, long arrivalUnixMilliseconds)
    {
        if (!ReferenceEquals(plan, _plan)) (_plan, _flow) = (plan, default);
        (_session, _arrivalUnixMilliseconds, _isBegun) = (session, arrivalUnixMilliseconds, false);
    }

    /// <summary>Reads one record, and offers its flow.</summary>
    /// <param name="record">The first octet of a complete record, or of the scratch record.</param>
    /// <returns>False when it carries no time from which a start could be known.</returns>
    public bool TryRead(ref readonly byte record, ref MessageClock clock)
    {
        var (plan, session) = (_plan!, _session!);
        ref var flow = ref _flow;

        // 1. What all records of the Set share. Done this late because most Sets have no record that gets here.
        if (!_isBegun) BeginRecords(plan, session, ref flow);

        // 2. When. Of what a translator logs only the beginning of a session is the start of a flow.
        if (plan.IsTranslationLog && !AddressTranslation.IsBeginning((byte)plan.Read(FieldRole.NatEvent, in record))) return false;
        if (!FlowTimes.TryRead(plan, in record, ref clock, session, out var times)) return false;
        Clamp(ref times, clock);
        flow.StartUnixMilliseconds = times.StartUnixMilliseconds;
        flow.EndUnixMilliseconds = times.EndUnixMilliseconds;
        flow.ResolutionMilliseconds = times.ResolutionMilliseconds;
        flow.ClockKey = times.IsByUpTime ? session.UpTimeClockKey : session.AbsoluteClockKey;
        flow.ClockCorrectionMilliseconds = times.IsByUpTime ? (int)clock.CorrectionMilliseconds : 0;

        // 3. Addresses, ports and counts.
        ReadAddresses(in record, plan, ref flow);
        flow.SourcePort = (ushort)plan.Read(FieldRole.SourcePort, in record);
        flow.DestinationPort = (ushort)plan.Read(FieldRole.DestinationPort, in record);
        flow.TcpFlags = (ushort)plan.Read(FieldRole.TcpFlags, in record);
        flow.Octets = plan.Read(FieldRole.Octets, in record);
        flow.Packets = plan.Read(FieldRole.Packets, in record);
        if (plan.HasReverse) ReadReverse(in record, plan, ref flow);
        if (plan.HasEvents)
        {
            flow.EndReason = (byte)plan.Read(FieldRole.EndReason, in record);
            flow.BiflowDirection = (byte)plan.Read(FieldRole.BiflowDirection, in record);
            if (plan.IsBidirectionalEvent) flow.FirewallEvent = (byte)plan.Read(FieldRole.FirewallEvent, in record);
        }

        flow.SamplingInterval = _configuredSampling != 0 ? _configuredSampling
            : (uint)plan.Read(FieldRole.SamplingInterval, in record) is > 0 and var stated ? stated : session.SamplingInterval;

        // 4. The exporter that saw it, if a trusted sender forwards for others.
        if (_isForwarded) flow.ExporterId = FindExporter(in record, plan, session.Exporter.Id);

        // 5. Which end is the client.
        if (plan.HasTranslation && AddressTranslation.TryRead(plan, in record, in flow, out var after))
            orienter.OrientTranslated(flow, after);
        else orienter.Orient(in flow);
        return true;
    }

    private void BeginRecords(RecordPlan plan, SessionDomain session, ref FlowRecord flow)
    {
        _isBegun = true;
        var exporter = session.Exporter;
        _configuredSampling = catalog.Sampling.IntervalOf(exporter.Address);
        _isForwarded = plan.NamesExporter && catalog.TrustedForwarders.Contains(exporter.Address);
        flow.Protocol = Tcp;
        flow.ExporterId = exporter.Id;
        flow.ObservationDomainId = session.Key.ObservationDomainId;
        flow.ArrivalUnixMilliseconds = _arrivalUnixMilliseconds;
    }

    private static void ReadReverse(ref readonly byte record, RecordPlan plan, ref FlowRecord flow)
    {
        flow.ReverseTcpFlags = (ushort)plan.Read(FieldRole.ReverseTcpFlags, in record);
        flow.ReverseOctets = plan.Read(FieldRole.ReverseOctets, in record);
        flow.ReversePackets = plan.Read(FieldRole.ReversePackets, in record);
        flow.HasReverse = (flow.ReverseOctets | flow.ReversePackets | flow.ReverseTcpFlags) != 0;
    }

    /// <summary>The exporter that the record names (IE 130 or 131); the sender when it names none or there are too many.</summary>
    private int FindExporter(ref readonly byte record, RecordPlan plan, int sender)
    {
        var named = default(HostAddress);
        if (plan[FieldRole.ExporterIPv4].IsPresent) named = HostAddress.FromIPv4((uint)plan.Read(FieldRole.ExporterIPv4, in record));
        if (named.IsUnspecified && plan[FieldRole.ExporterIPv6] is { IsPresent: true } ipv6) named = ReadIPv6(in record, ipv6);
        return !named.IsUnspecified && catalog.Directory.TryGetId(named, out var id) ? id : sender;
    }

    private static void ReadAddresses(ref readonly byte record, RecordPlan plan, ref FlowRecord flow)
    {
        if (plan.HasIPv4)
        {
            flow.Source = HostAddress.FromIPv4((uint)plan.Read(FieldRole.SourceIPv4, in record));
            flow.Destination = HostAddress.FromIPv4((uint)plan.Read(FieldRole.DestinationIPv4, in record));
            // A Template with both families leaves the unused one zero.
            if (!plan.HasIPv6 || !flow.Source.IsUnspecified || !flow.Destination.IsUnspecified) return;
        }

        flow.Source = ReadIPv6(in record, plan[FieldRole.SourceIPv6]);
        flow.Destination = ReadIPv6(in record, plan[FieldRole.DestinationIPv6]);
    }

    internal static HostAddress ReadIPv6(ref readonly byte record, Slot slot)
    {
        ref var octets = ref Unsafe.Add(ref Unsafe.AsRef(in record), (nuint)slot.Offset);
        var (high, low) = (Unsafe.ReadUnaligned<ulong>(ref octets), Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref octets, sizeof(ulong))));
        return BitConverter.IsLittleEndian
            ? new(BinaryPrimitives.ReverseEndianness(high), BinaryPrimitives.ReverseEndianness(low))
            : new(high, low);
    }

    /// <summary>
    /// A flow cannot start after it was exported nor end before it starts. The header may be up to a second early, as it states whole
    /// seconds.
    /// </summary>
    /// <remarks>
    /// Times from uptime are measured from the clock's anchor, so the export time that they are compared with must be too.
    /// </remarks>
    private void Clamp(ref FlowTimes times, in MessageClock clock)
    {
        var tolerance = Math.Max(times.ResolutionMilliseconds, clock.ExportResolutionMilliseconds);
        var startExport = clock.ExportUnixMilliseconds - (times.IsByUpTime ? clock.CorrectionMilliseconds : 0);
        var endExport = clock.ExportUnixMilliseconds - (times.IsEndByUpTime ? clock.CorrectionMilliseconds : 0);
        var start = times.StartUnixMilliseconds <= startExport + tolerance ? times.StartUnixMilliseconds : startExport;
        var end = Math.Max(start, times.EndUnixMilliseconds <= endExport + tolerance ? times.EndUnixMilliseconds : endExport);
        if (start == times.StartUnixMilliseconds && end == times.EndUnixMilliseconds) return;
        counters.Note(Irregularity.TimeClamped);
        times = times with { StartUnixMilliseconds = start, EndUnixMilliseconds = end };
    }
}
