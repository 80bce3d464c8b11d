using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Start and end of a flow in Unix milliseconds, how coarse they are, and whether they are measured by the exporter's uptime.</summary>
internal readonly record struct FlowTimes(long StartUnixMilliseconds, long EndUnixMilliseconds, int ResolutionMilliseconds, bool IsByUpTime, bool IsEndByUpTime)
{
    // Seconds from 1900 (NTP's epoch, RFC 5905) to 1970.
    private const long NtpToUnixSeconds = 2_208_988_800;

    /// <summary>
    /// Reads the times of a record from whichever elements it has: absolute ones (150 to 157) first, then those relative to the exporter's start
    /// (21 and 22), then those relative to the export (158, 159), then the moment of an event (322 to 324).
    /// </summary>
    /// <returns>False when no start can be known.</returns>
    public static bool TryRead(RecordPlan plan, ReadOnlySpan<byte> record, in ExportMessage message, SessionDomain session, out FlowTimes times)
    {
        var hasStart = TryReadAbsolute(plan, record, FieldRole.StartMilliseconds, FieldRole.StartMicroseconds, FieldRole.StartSeconds, out var start, out var startResolution);
        var isByUpTime = !hasStart && plan[FieldRole.StartSysUpTime].IsPresent && IsByBootClock(plan, message, session);
        hasStart = hasStart || TryReadRelative(plan, record, message, session, FieldRole.StartSysUpTime, FieldRole.StartDeltaMicroseconds, out start, out startResolution);
        var hasEnd = TryReadAbsolute(plan, record, FieldRole.EndMilliseconds, FieldRole.EndMicroseconds, FieldRole.EndSeconds, out var end, out var endResolution);
        var isEndByUpTime = !hasEnd && plan[FieldRole.EndSysUpTime].IsPresent && IsByBootClock(plan, message, session);
        hasEnd = hasEnd || TryReadRelative(plan, record, message, session, FieldRole.EndSysUpTime, FieldRole.EndDeltaMicroseconds, out end, out endResolution);
        if (!hasStart && !hasEnd)
        {
            hasStart = TryReadAbsolute(
                plan, record, FieldRole.ObservationMilliseconds, FieldRole.ObservationMicroseconds, FieldRole.ObservationSeconds, out start, out startResolution);
        }

        if (TryReadDuration(plan, record, out var duration))
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
    private static bool IsByBootClock(RecordPlan plan, in ExportMessage message, SessionDomain session) =>
        message.HasSysUpTime || (session.SystemInitUnixMilliseconds == 0 && !plan[FieldRole.SystemInitTime].IsPresent);

    private static bool TryReadAbsolute(
        RecordPlan plan, ReadOnlySpan<byte> record, FieldRole milliseconds, FieldRole microseconds, FieldRole seconds, out long time, out int resolution)
    {
        // Zero is what exporters send for a time that they do not know.
        resolution = 1;
        time = (long)plan[milliseconds].Read(record);
        if (IsPlausible(time)) return true;
        if (plan[microseconds] is { IsPresent: true } slot)
        {
            time = FromNtp(slot.Read(record));
            if (IsPlausible(time)) return true;
        }

        resolution = 1000;
        time = (long)plan[seconds].Read(record) * 1000;
        return IsPlausible(time);
    }

    private static bool TryReadRelative(
        RecordPlan plan, ReadOnlySpan<byte> record, in ExportMessage message, SessionDomain session, FieldRole sysUpTime, FieldRole deltaMicroseconds,
        out long time, out int resolution)
    {
        (time, resolution) = (0, message.ExportResolutionMilliseconds);
        if (plan[sysUpTime] is { IsPresent: true } slot)
        {
            var upTime = (uint)slot.Read(record);
            if (message.HasSysUpTime)
            {
                time = session.Clock.At(upTime, message);
                resolution = 1;
                return true;
            }

            var systemInit = plan[FieldRole.SystemInitTime] is { IsPresent: true } inRecord ? (long)inRecord.Read(record) : session.SystemInitUnixMilliseconds;
            if (IsPlausible(systemInit))
            {
                var upTimeAtExport = (uint)(message.ExportUnixMilliseconds - systemInit);
                time = message.ExportUnixMilliseconds + (int)(upTime - upTimeAtExport);
                resolution = 1;
                return true;
            }

            // No time of its start will come (see SetDecoder): inferred from the ends of its flows.
            session.ObserveFlowEnd((uint)plan[FieldRole.EndSysUpTime].Read(record), message.ExportUnixMilliseconds);
            time = session.Clock.At(upTime, message.ExportUnixMilliseconds);
            resolution = 1;
            return true;
        }

        if (plan[deltaMicroseconds] is not { IsPresent: true } delta) return false;
        time = message.ExportUnixMilliseconds - ((uint)delta.Read(record) / 1000);
        return true;
    }

    private static bool TryReadDuration(RecordPlan plan, ReadOnlySpan<byte> record, out long duration)
    {
        duration = 0;
        if (plan[FieldRole.DurationMilliseconds] is { IsPresent: true } milliseconds) duration = (uint)milliseconds.Read(record);
        else if (plan[FieldRole.DurationMicroseconds] is { IsPresent: true } microseconds) duration = (uint)microseconds.Read(record) / 1000;
        else return false;
        return true;
    }

    /// <summary>NTP's 32 bits of seconds since 1900 and 32 bits of fraction (RFC 7011, 6.1.9); seconds below 2^31 are of the era that begins in 2036.</summary>
    private static long FromNtp(ulong ntp)
    {
        if (ntp == 0) return 0;
        var seconds = (long)(ntp >> 32);
        if (seconds < int.MaxValue) seconds += 1L << 32;
        return ((seconds - NtpToUnixSeconds) * 1000) + (long)(((ntp & uint.MaxValue) * 1000) >> 32);
    }

    // Up to the year 2286, so that sums of times cannot overflow and dates can be written.
    public static bool IsPlausible(long unixMilliseconds) => unixMilliseconds is > 0 and < 10_000_000_000_000;
}
