using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Reads the Data Records whose ports matter into flows, and hands them to the orienter.</summary>
/// <param name="useArrivalTime">True to take a record without any time for a flow of the minute before its arrival.</param>
internal sealed class FlowReader(ExporterCatalog catalog, HopCounters counters, FlowOrienter orienter, bool useArrivalTime = false)
{
    private const byte Tcp = 6;

    // Of a flow without times only its export is known: most flows are exported within a minute of their start. So coarse a time joins
    // what was exported together, and says of no flow that it came before another.
    private const int ArrivalUncertainty = 60_000;

    // A start that was clamped says no more about the order of two flows than times that are coarser than any exporter's.
    private const int ClampedResolution = 2_000;

    // Reused for every record. It is cleared when the plan changes, so that members without a field in the plan stay zero.
    private FlowRecord _flow;
    private RecordPlan? _plan;
    private SessionDomain? _session;
    private long _arrivalUnixMilliseconds;
    private bool _isBegun;
    private bool _isForwarded;
    private bool _samplesByRecord;

    /// <summary>Begins a Set: the records that follow belong to it.</summary>
    public void Begin(RecordPlan plan, SessionDomain session, long arrivalUnixMilliseconds)
    {
        if (!ReferenceEquals(plan, _plan)) (_plan, _flow) = (plan, default);
        (_session, _arrivalUnixMilliseconds, _isBegun) = (session, arrivalUnixMilliseconds, false);
    }

    /// <summary>Reads one record, and offers its flow.</summary>
    /// <param name="record">The first octet of a complete record, or of the scratch record.</param>
    /// <returns>Why it is not used; none when it is.</returns>
    public Rejection Read(ref readonly byte record, ref MessageClock clock)
    {
        var (plan, session) = (_plan!, _session!);
        ref var flow = ref _flow;

        // 1. What all records of the Set share. Done this late because most Sets have no record that gets here.
        if (!_isBegun) BeginRecords(plan, session, ref flow);

        // 2. When. Of what a translator logs only the beginning of a session is the start of a flow.
        if (plan.IsTranslationLog && !AddressTranslation.IsBeginning((byte)plan.Read(FieldRole.NatEvent, in record)))
            return Rejection.NoStartTime;
        var fault = FlowTimes.Read(plan, in record, ref clock, session, out var times);
        if (fault != Rejection.None)
        {
            if (!useArrivalTime || !FlowTimes.AreMissing(plan, in record)) return fault;
            counters.Note(Irregularity.ArrivalTimeUsed);
            times = FlowTimes.OfArrival(plan, in record, clock, ArrivalUncertainty);
        }

        if (!times.IsPlain)
        {
            if (times.IsRecoded) counters.Note(Irregularity.TimeRecoded);
            Clamp(ref times, clock);
        }

        flow.IsEndAlone = times.IsEndAlone;
        flow.StartUnixMilliseconds = times.StartUnixMilliseconds;
        flow.EndUnixMilliseconds = times.EndUnixMilliseconds;
        flow.ResolutionMilliseconds = times.ResolutionMilliseconds;
        flow.ClockKey = times.IsByUpTime ? session.UpTimeClockKey : session.AbsoluteClockKey;
        flow.ClockCorrectionMilliseconds = times.IsByUpTime ? (int)clock.CorrectionMilliseconds : 0;

        // 3. Addresses, ports and counts.
        ReadAddresses(in record, plan, ref flow);
        if (!flow.IsBetweenEndpoints) return Rejection.NotATransportFlow;
        flow.SourcePort = (ushort)plan.Read(FieldRole.SourcePort, in record);
        flow.DestinationPort = (ushort)plan.Read(FieldRole.DestinationPort, in record);
        flow.TcpFlags = (ushort)plan.Read(FieldRole.TcpFlags, in record);
        flow.Octets = plan.Read(FieldRole.Octets, in record);
        flow.Packets = plan.Read(FieldRole.Packets, in record);
        if (plan.HasReverse) ReadReverse(in record, plan, ref flow);
        if (plan.HasEvents) ReadEvents(in record, plan, ref flow);
        if (_samplesByRecord) flow.SamplingInterval = ReadSampling(in record, plan, session);

        // 4. The exporter that saw it, if a trusted sender forwards for others.
        if (_isForwarded) flow.ExporterId = FindExporter(in record, plan, session.Exporter.Id);

        // 5. Which end is the client.
        if (plan.HasTranslation && AddressTranslation.TryRead(plan, in record, in flow, out var after))
            orienter.OrientTranslated(flow, after);
        else orienter.Orient(in flow);
        return Rejection.None;
    }

    private void BeginRecords(RecordPlan plan, SessionDomain session, ref FlowRecord flow)
    {
        _isBegun = true;
        var exporter = session.Exporter;
        var configured = catalog.Sampling.IntervalOf(exporter.Address);
        flow.SamplingInterval = configured != 0 ? configured : session.SamplingInterval;
        _samplesByRecord = configured == 0 && (plan.StatesSampling || session.Selectors is not null);
        _isForwarded = plan.NamesExporter && catalog.TrustedForwarders.Contains(exporter.Address);
        flow.Protocol = Tcp;
        flow.ExporterId = exporter.Id;
        flow.ObservationDomainId = session.Key.ObservationDomainId;
        flow.ArrivalUnixMilliseconds = _arrivalUnixMilliseconds;
    }

    /// <summary>One packet in how many, as the record says itself, or as is known of the selector or interface that it names.</summary>
    private static uint ReadSampling(ref readonly byte record, RecordPlan plan, SessionDomain session)
    {
        var length = plan.IsVariableLength ? RecordPlan.MaxScratchLength : plan.MinimumLength;
        if (SamplingReader.TryRead(MemoryMarshal.CreateReadOnlySpan(in record, length), plan, out var stated) && stated > 0) return stated;
        return session.SamplingIntervalOf(
            plan.NamesSelector ? plan.Read(FieldRole.Selector, in record) : null,
            plan[FieldRole.IngressInterface].IsPresent ? plan.Read(FieldRole.IngressInterface, in record) : null);
    }

    private static void ReadReverse(ref readonly byte record, RecordPlan plan, ref FlowRecord flow)
    {
        flow.ReverseTcpFlags = (ushort)plan.Read(FieldRole.ReverseTcpFlags, in record);
        flow.ReverseOctets = plan.Read(FieldRole.ReverseOctets, in record);
        flow.ReversePackets = plan.Read(FieldRole.ReversePackets, in record);
        flow.HasReverse = (flow.ReverseOctets | flow.ReversePackets | flow.ReverseTcpFlags) != 0;
    }

    private void ReadEvents(ref readonly byte record, RecordPlan plan, ref FlowRecord flow)
    {
        flow.EndReason = (byte)plan.Read(FieldRole.EndReason, in record);
        flow.BiflowDirection = (byte)plan.Read(FieldRole.BiflowDirection, in record);
        flow.IsRefused = Refusal.IsStated(plan, in record);
        if (flow.IsRefused) counters.Note(Irregularity.FlowRefused);
        if (!plan.IsBidirectionalEvent) return;
        flow.FirewallEvent = Refusal.IsOfNoSyn(plan, in record) ? (byte)0 : (byte)plan.Read(FieldRole.FirewallEvent, in record);
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

    /// <summary>A flow cannot start after it was exported nor end before it starts.</summary>
    /// <remarks>
    /// Times from uptime are measured from the clock's anchor, so the export time that they are compared with must be too. The header
    /// may be up to a second early, as it states whole seconds.
    /// </remarks>
    private void Clamp(ref FlowTimes times, in MessageClock clock)
    {
        var tolerance = Math.Max(times.ResolutionMilliseconds, clock.ExportResolutionMilliseconds);
        var exportByUpTime = clock.ExportUnixMilliseconds - clock.CorrectionMilliseconds;
        var latestStart = times.IsByUpTime ? exportByUpTime + tolerance : clock.LatestUnixMilliseconds;
        var latestEnd = times.IsEndByUpTime ? exportByUpTime + tolerance : clock.LatestUnixMilliseconds;
        var (start, end) = (times.StartUnixMilliseconds, times.EndUnixMilliseconds);
        if (start <= end && start <= latestStart && end <= latestEnd) return;
        counters.Note(Irregularity.TimeClamped);
        if (times is { IsByUpTime: true, IsEndByUpTime: true } && start <= latestStart && end <= latestEnd)
        {
            // Uptime never runs back, so the two were swapped.
            (times.StartUnixMilliseconds, times.EndUnixMilliseconds) = (end, start);
            return;
        }

        // What lies after the export is not known, only that it was before.
        if (end > latestEnd) end = times.IsEndByUpTime ? exportByUpTime : clock.ExportUnixMilliseconds;
        if (start > latestStart)
        {
            start = times.IsByUpTime ? exportByUpTime : clock.ExportUnixMilliseconds;
            times.ResolutionMilliseconds = Math.Max(times.ResolutionMilliseconds, ClampedResolution);
        }

        (times.StartUnixMilliseconds, times.EndUnixMilliseconds) = (start, Math.Max(start, end));
    }
}
