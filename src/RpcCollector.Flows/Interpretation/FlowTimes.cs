using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Interpretation;

/// <summary>
/// Start and end of a flow in Unix milliseconds, how coarse they are, and whether they are measured by the exporter's uptime.
/// </summary>
internal record struct FlowTimes(
    long StartUnixMilliseconds, long EndUnixMilliseconds, int ResolutionMilliseconds, bool IsByUpTime, bool IsEndByUpTime)
{
    // An exporter that has run for longer states the uptime 0 for a time that it does not know.
    private const uint LongestAtBoot = 300_000;

    // firewallEvent (IE 233).
    private const byte Created = 1;
    private const byte Deleted = 2;
    private const byte Denied = 3;

    /// <summary>True when only the end is known; it stands for the start too.</summary>
    public bool IsEndAlone { get; private set; }

    /// <summary>True when nothing about them is to be looked at again.</summary>
    public bool IsPlain { get; private set; }

    /// <summary>True when a time is coded otherwise than its element asks.</summary>
    public bool IsRecoded { get; private set; }

    /// <summary>
    /// Reads the times of a record from whichever elements it has: absolute ones (150 to 157) first, then those relative to the
    /// exporter's start (21 and 22), then those relative to the export (158, 159), then the moment of an event (322 to 325).
    /// </summary>
    /// <returns>Why no start is known; none when it is, or the end of a connection that an event ended.</returns>
    public static Rejection Read(
        RecordPlan plan, ref readonly byte record, ref MessageClock clock, SessionDomain session, out FlowTimes times)
    {
        // 1. What nearly all exporters send.
        if (plan.HasTimesInMilliseconds)
        {
            var (first, last) =
                ((long)plan.Read(FieldRole.StartMilliseconds, in record), (long)plan.Read(FieldRole.EndMilliseconds, in record));
            if (clock.IsPlain(first) && clock.IsPlain(last))
            {
                times = new FlowTimes(first, last, 1, false, false) { IsPlain = first <= last };
                return Rejection.None;
            }
        }
        else if (plan.HasTimesBySysUpTimeAlone && clock.HasSysUpTime)
        {
            var (first, last) =
                ((uint)plan.Read(FieldRole.StartSysUpTime, in record), (uint)plan.Read(FieldRole.EndSysUpTime, in record));
            times = new FlowTimes(clock.At(first), clock.At(last), 1, true, true);
            return (first | last) != 0 || clock.SysUpTimeMilliseconds <= LongestAtBoot ? Rejection.None : Rejection.NoStartTime;
        }

        // 2. Everything else.
        return ReadUnusual(plan, in record, ref clock, session, out times);
    }

    /// <summary>True when a record says nothing of time, so that only its arrival can be known.</summary>
    public static bool AreMissing(RecordPlan plan, ref readonly byte record)
    {
        for (var role = FieldRole.StartMilliseconds; role <= FieldRole.EndDeltaMicroseconds; role++)
        {
            if (plan.Read(role, in record) != 0) return false;
        }

        return plan.Read(FieldRole.ObservationSeconds, in record) == 0 && plan.Read(FieldRole.ObservationMilliseconds, in record) == 0
            && plan.Read(FieldRole.ObservationMicroseconds, in record) == 0;
    }

    /// <summary>The times of a flow of which nothing but its arrival is known, and perhaps how long it lasted.</summary>
    public static FlowTimes OfArrival(
        RecordPlan plan, ref readonly byte record, in MessageClock clock, int uncertaintyMilliseconds)
    {
        TryReadDuration(plan, in record, out var duration);
        var arrival = clock.ArrivalUnixMilliseconds;
        return new FlowTimes(arrival - duration, arrival, uncertaintyMilliseconds, false, false);
    }

    private static Rejection ReadUnusual(
        RecordPlan plan, ref readonly byte record, ref MessageClock clock, SessionDomain session, out FlowTimes times)
    {
        // 1. Absolute times, which the header's wrong clock may have told.
        var absolute = new AbsoluteTimes(plan, in record, ref clock, session);
        var (start, startResolution, isByUpTime) = (absolute.Start, absolute.StartResolution, absolute.IsStartByUpTime);
        var (end, endResolution, isEndByUpTime) = (absolute.End, absolute.EndResolution, absolute.IsEndByUpTime);

        // 2. Relative ones.
        if (start == 0)
        {
            isByUpTime = plan[FieldRole.StartSysUpTime].IsPresent && IsByBootClock(plan, clock, session);
            TryReadRelative(
                plan, in record, ref clock, session, FieldRole.StartSysUpTime, FieldRole.StartDeltaMicroseconds, out start,
                out startResolution);
        }

        if (end == 0)
        {
            isEndByUpTime = plan[FieldRole.EndSysUpTime].IsPresent && IsByBootClock(plan, clock, session);
            TryReadRelative(
                plan, in record, ref clock, session, FieldRole.EndSysUpTime, FieldRole.EndDeltaMicroseconds, out end, out endResolution);
        }

        // 3. The moment of an event, which is start or end by what it tells of. What an update tells is neither.
        var firewallEvent = (byte)plan.Read(FieldRole.FirewallEvent, in record);
        if (absolute.Observation is not 0 and var observation)
        {
            if (firewallEvent == Deleted && end == 0 && (start == 0 || (!isByUpTime && observation >= start)))
                (end, endResolution, isEndByUpTime) = (observation, absolute.ObservationResolution, false);
            else if (firewallEvent is 0 or Created or Denied && start == 0 && end == 0)
                (start, startResolution, isByUpTime) = (observation, absolute.ObservationResolution, false);
        }

        // 4. What one of the two and the duration say of the other.
        if (TryReadDuration(plan, in record, out var duration))
        {
            if (start == 0 && end != 0) (start, startResolution, isByUpTime) = (end - duration, endResolution, isEndByUpTime);
            if (end == 0 && start != 0) (end, endResolution, isEndByUpTime) = (start + duration, startResolution, isByUpTime);
        }

        var isEndAlone = start == 0 && end != 0 && firewallEvent == Deleted;
        if (isEndAlone) (start, startResolution, isByUpTime) = (end, endResolution, isEndByUpTime);
        if (end == 0) (end, endResolution, isEndByUpTime) = (start, startResolution, isByUpTime);
        times = new FlowTimes(start, end, Math.Max(startResolution, endResolution), isByUpTime, isEndByUpTime)
        {
            IsEndAlone = isEndAlone,
            IsRecoded = absolute.IsRecoded,
        };
        return start != 0 ? Rejection.None : absolute.IsImplausible ? Rejection.ImplausibleTime : Rejection.NoStartTime;
    }

    /// <summary>Uptimes go by the boot clock unless the exporter states when it started.</summary>
    internal static bool IsByBootClock(RecordPlan plan, in MessageClock clock, SessionDomain session) =>
        clock.HasSysUpTime || (session.SystemInitUnixMilliseconds == 0 && !plan[FieldRole.SystemInitTime].IsPresent);

    private static void TryReadRelative(
        RecordPlan plan, ref readonly byte record, ref MessageClock clock, SessionDomain session, FieldRole sysUpTime,
        FieldRole deltaMicroseconds, out long time, out int resolution)
    {
        (time, resolution) = (0, clock.ExportResolutionMilliseconds);
        if (plan[sysUpTime].IsPresent)
        {
            var upTime = (uint)plan.Read(sysUpTime, in record);
            var endUpTime = plan[FieldRole.EndSysUpTime].IsPresent ? (uint)plan.Read(FieldRole.EndSysUpTime, in record) : upTime;
            var systemInit = (long)plan.Read(FieldRole.SystemInitTime, in record);
            time = OfUpTime(upTime, endUpTime, systemInit, ref clock, session);
            resolution = 1;
        }
        else if (plan[deltaMicroseconds].IsPresent)
        {
            time = clock.ExportUnixMilliseconds - ((uint)plan.Read(deltaMicroseconds, in record) / 1000);
        }
    }

    /// <summary>The moment of an uptime.</summary>
    /// <param name="endUpTime">That of the flow's end.</param>
    /// <param name="systemInit">When the exporter started, by the record; 0 when it does not say.</param>
    internal static long OfUpTime(
        uint upTime, uint endUpTime, long systemInit, ref MessageClock clock, SessionDomain session)
    {
        if (clock.HasSysUpTime) return clock.At(upTime);
        if (systemInit == 0 && session.SystemInitUnixMilliseconds != 0)
            systemInit = session.SystemInitOf(endUpTime, clock.ExportUnixMilliseconds);
        if (UnixTime.IsPlausible(systemInit))
        {
            // A start that is told by the header's wrong clock is corrected as absolute times are.
            if (clock.HeaderCorrectionMilliseconds is not 0 and var wrongBy)
                systemInit += session.AbsoluteCorrectionOf(
                    ref clock, At(endUpTime, systemInit, clock.ArrivalUnixMilliseconds),
                    At(endUpTime, systemInit + wrongBy, clock.ArrivalUnixMilliseconds));
            return At(upTime, systemInit, clock.ExportUnixMilliseconds);
        }

        // The exporter will not say when it started (SetDecoder has waited for it): infer it from the ends of its flows.
        (var time, clock.CorrectionMilliseconds) = session.ReadByFlowEnd(upTime, endUpTime, clock.ExportUnixMilliseconds);
        return time;
    }

    /// <summary>The moment of an uptime, in 32 bits that wrap, near another moment.</summary>
    private static long At(uint upTime, long systemInit, long nearUnixMilliseconds) =>
        nearUnixMilliseconds + (int)(upTime - (uint)(nearUnixMilliseconds - systemInit));

    private static bool TryReadDuration(RecordPlan plan, ref readonly byte record, out long duration)
    {
        duration = 0;
        if (plan[FieldRole.DurationMilliseconds].IsPresent) duration = (uint)plan.Read(FieldRole.DurationMilliseconds, in record);
        else if (plan[FieldRole.DurationMicroseconds].IsPresent)
            duration = (uint)plan.Read(FieldRole.DurationMicroseconds, in record) / 1000;
        else return false;
        return true;
    }
}
