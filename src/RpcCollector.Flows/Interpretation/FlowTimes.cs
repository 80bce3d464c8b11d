using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Interpretation;

/// <summary>
/// Start and end of a flow in Unix milliseconds, how coarse they are, and whether they are measured by the exporter's uptime.
/// </summary>
internal readonly record struct FlowTimes(
    long StartUnixMilliseconds, long EndUnixMilliseconds, int ResolutionMilliseconds, bool IsByUpTime, bool IsEndByUpTime)
{
    /// <summary>
    /// Reads the times of a record from whichever elements it has: absolute ones (150 to 157) first, then those relative to the
    /// exporter's start (21 and 22), then those relative to the export (158, 159), then the moment of an event (322 to 324).
    /// </summary>
    /// <returns>False when no start can be known.</returns>
    public static bool TryRead(
        RecordPlan plan, ref readonly byte record, ref MessageClock clock, SessionDomain session, out FlowTimes times)
    {
        // 1. What nearly all exporters send.
        if (plan.HasTimesInMilliseconds)
        {
            var (first, last) =
                ((long)plan.Read(FieldRole.StartMilliseconds, in record), (long)plan.Read(FieldRole.EndMilliseconds, in record));
            times = new FlowTimes(first, last, 1, false, false);
            if (UnixTime.IsPlausible(first) && UnixTime.IsPlausible(last)) return true;
        }
        else if (plan.HasTimesBySysUpTimeAlone && clock.HasSysUpTime)
        {
            var (first, last) =
                (clock.At((uint)plan.Read(FieldRole.StartSysUpTime, in record)),
                    clock.At((uint)plan.Read(FieldRole.EndSysUpTime, in record)));
            times = new FlowTimes(first, last, 1, true, true);
            return true;
        }

        // 2. Everything else.
        var hasStart =
            TryReadAbsolute(
                plan, in record, FieldRole.StartMilliseconds, FieldRole.StartMicroseconds, FieldRole.StartSeconds, out var start,
                out var startResolution);
        var isByUpTime = !hasStart && plan[FieldRole.StartSysUpTime].IsPresent && IsByBootClock(plan, clock, session);
        hasStart = hasStart
            || TryReadRelative(
                plan, in record, ref clock, session, FieldRole.StartSysUpTime, FieldRole.StartDeltaMicroseconds, out start,
                out startResolution);
        var hasEnd =
            TryReadAbsolute(
                plan, in record, FieldRole.EndMilliseconds, FieldRole.EndMicroseconds, FieldRole.EndSeconds, out var end,
                out var endResolution);
        var isEndByUpTime = !hasEnd && plan[FieldRole.EndSysUpTime].IsPresent && IsByBootClock(plan, clock, session);
        hasEnd = hasEnd
            || TryReadRelative(
                plan, in record, ref clock, session, FieldRole.EndSysUpTime, FieldRole.EndDeltaMicroseconds, out end, out endResolution);
        if (!hasStart && !hasEnd)
        {
            hasStart = TryReadAbsolute(
                plan, in record, FieldRole.ObservationMilliseconds, FieldRole.ObservationMicroseconds, FieldRole.ObservationSeconds,
                out start, out startResolution);
        }

        if (TryReadDuration(plan, in record, out var duration))
        {
            if (!hasStart && hasEnd)
            {
                (start, startResolution, hasStart) = (end - duration, endResolution, true);
                isByUpTime = isEndByUpTime;
            }

            if (!hasEnd && hasStart) (end, endResolution, hasEnd, isEndByUpTime) = (start + duration, startResolution, true, isByUpTime);
        }

        if (!hasEnd) (end, endResolution, isEndByUpTime) = (start, startResolution, isByUpTime);
        times = new FlowTimes(start, end, Math.Max(startResolution, endResolution), isByUpTime, isEndByUpTime);
        return hasStart;
    }

    /// <summary>Uptimes go by the boot clock unless the exporter states when it started.</summary>
    private static bool IsByBootClock(RecordPlan plan, in MessageClock clock, SessionDomain session) =>
        clock.HasSysUpTime || (session.SystemInitUnixMilliseconds == 0 && !plan[FieldRole.SystemInitTime].IsPresent);

    private static bool TryReadAbsolute(
        RecordPlan plan, ref readonly byte record, FieldRole milliseconds, FieldRole microseconds, FieldRole seconds, out long time,
        out int resolution)
    {
        // Zero is what exporters send for a time that they do not know.
        resolution = 1;
        time = (long)plan.Read(milliseconds, in record);
        if (UnixTime.IsPlausible(time)) return true;
        if (plan[microseconds].IsPresent)
        {
            time = NtpTime.ToUnixMilliseconds(plan.Read(microseconds, in record));
            if (UnixTime.IsPlausible(time)) return true;
        }

        resolution = 1000;
        time = (long)plan.Read(seconds, in record) * 1000;
        return UnixTime.IsPlausible(time);
    }

    private static bool TryReadRelative(
        RecordPlan plan, ref readonly byte record, ref MessageClock clock, SessionDomain session, FieldRole sysUpTime,
        FieldRole deltaMicroseconds,
        out long time, out int resolution)
    {
        (time, resolution) = (0, clock.ExportResolutionMilliseconds);
        if (plan[sysUpTime].IsPresent)
        {
            var upTime = (uint)plan.Read(sysUpTime, in record);
            if (clock.HasSysUpTime)
            {
                time = clock.At(upTime);
                resolution = 1;
                return true;
            }

            var systemInit = plan[FieldRole.SystemInitTime].IsPresent
                ? (long)plan.Read(FieldRole.SystemInitTime, in record)
                : session.SystemInitUnixMilliseconds == 0
                    ? 0
                    : session.SystemInitOf(
                        plan[FieldRole.EndSysUpTime].IsPresent ? (uint)plan.Read(FieldRole.EndSysUpTime, in record) : upTime,
                        clock.ExportUnixMilliseconds);
            if (UnixTime.IsPlausible(systemInit))
            {
                var upTimeAtExport = (uint)(clock.ExportUnixMilliseconds - systemInit);
                time = clock.ExportUnixMilliseconds + (int)(upTime - upTimeAtExport);
                resolution = 1;
                return true;
            }

            // The exporter will not say when it started (SetDecoder has waited for it): infer it from the ends of its flows.
            (time, clock.CorrectionMilliseconds) =
                session.ReadByFlowEnd(upTime, (uint)plan.Read(FieldRole.EndSysUpTime, in record), clock.ExportUnixMilliseconds);
            resolution = 1;
            return true;
        }

        if (!plan[deltaMicroseconds].IsPresent) return false;
        time = clock.ExportUnixMilliseconds - ((uint)plan.Read(deltaMicroseconds, in record) / 1000);
        return true;
    }

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
