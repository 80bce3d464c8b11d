using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Start and end of a flow in Unix milliseconds, and how coarse they are.</summary>
internal readonly record struct FlowTimes(long StartUnixMilliseconds, long EndUnixMilliseconds, int ResolutionMilliseconds)
{
    // Seconds from 1900 (NTP's epoch, RFC 5905) to 1970.
    private const long NtpToUnixSeconds = 2_208_988_800;

    /// <summary>
    /// Reads the times of a record from whichever elements it has: absolute ones (150 to 157) first, then those relative to the exporter's start
    /// (21 and 22), then those relative to the export (158, 159), then the moment of an event (322 to 324).
    /// </summary>
    /// <returns>False when no start can be known.</returns>
    public static bool TryRead(RecordPlan plan, ReadOnlySpan<byte> record, in ExportMessage message, ObservationDomain domain, out FlowTimes times)
    {
        var hasStart = TryReadAbsolute(plan, record, FieldRole.StartMilliseconds, FieldRole.StartMicroseconds, FieldRole.StartSeconds, out var start, out var startResolution)
            || TryReadRelative(plan, record, message, domain, FieldRole.StartSysUpTime, FieldRole.StartDeltaMicroseconds, out start, out startResolution);
        var hasEnd = TryReadAbsolute(plan, record, FieldRole.EndMilliseconds, FieldRole.EndMicroseconds, FieldRole.EndSeconds, out var end, out var endResolution)
            || TryReadRelative(plan, record, message, domain, FieldRole.EndSysUpTime, FieldRole.EndDeltaMicroseconds, out end, out endResolution);
        if (!hasStart && !hasEnd)
        {
            hasStart = TryReadAbsolute(
                plan, record, FieldRole.ObservationMilliseconds, FieldRole.ObservationMicroseconds, FieldRole.ObservationSeconds, out start, out startResolution);
        }

        if (TryReadDuration(plan, record, out var duration))
        {
            if (!hasStart && hasEnd) (start, startResolution, hasStart) = (end - duration, endResolution, true);
            if (!hasEnd && hasStart) (end, endResolution, hasEnd) = (start + duration, startResolution, true);
        }

        if (!hasEnd) (end, endResolution) = (start, startResolution);
        times = new FlowTimes(start, end, Math.Max(startResolution, endResolution));
        return hasStart;
    }

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
        RecordPlan plan, ReadOnlySpan<byte> record, in ExportMessage message, ObservationDomain domain, FieldRole sysUpTime, FieldRole deltaMicroseconds,
        out long time, out int resolution)
    {
        (time, resolution) = (0, message.ExportResolutionMilliseconds);
        if (plan[sysUpTime] is { IsPresent: true } slot)
        {
            var upTime = (uint)slot.Read(record);
            if (message.HasSysUpTime)
            {
                // The signed difference of 32 bits: sysUpTime wraps every 49.7 days.
                time = message.ExportUnixMilliseconds + (int)(upTime - message.SysUpTimeMilliseconds);
                return true;
            }

            var systemInit = plan[FieldRole.SystemInitTime] is { IsPresent: true } inRecord ? (long)inRecord.Read(record) : domain.SystemInitUnixMilliseconds;
            if (IsPlausible(systemInit))
            {
                var upTimeAtExport = (uint)(message.ExportUnixMilliseconds - systemInit);
                time = message.ExportUnixMilliseconds + (int)(upTime - upTimeAtExport);
                resolution = 1;
                return true;
            }
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
    private static bool IsPlausible(long unixMilliseconds) => unixMilliseconds is > 0 and < 10_000_000_000_000;
}
