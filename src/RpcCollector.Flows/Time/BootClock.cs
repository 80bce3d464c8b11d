using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Time;

/// <summary>
/// Knows when an exporter started, from headers that state the uptime in milliseconds but the time of day often in whole seconds only;
/// one for each Observation Domain of NetFlow v5 and v9.
/// </summary>
/// <remarks>
/// A header with truncated seconds says that the exporter started between <c>b = seconds - uptime</c> and <c>b + 999 ms</c>. Over many
/// headers the start lies at the upper envelope of <c>b</c>, and a later <c>b + 999</c> below it says that the exporter's clocks drift.
/// Flow times must not move while the envelope is still being found, or two flows in different datagrams would change their order. So
/// they are measured from an anchor that stays, and <see cref="CorrectionMilliseconds"/> says how far the anchor is from the best
/// estimate by now.
/// </remarks>
internal sealed class BootClock
{
    /// <summary>Beyond this, in milliseconds, it is no drift: the exporter restarted, or its clock was set.</summary>
    public const long StepMilliseconds = 5000;

    private const long UpTimeWrap = 1L << 32;
    private const int TruncatedSecond = 999;

    // No exporter holds a flow for this long after its last packet, in milliseconds.
    private const long LongestIdle = 3_600_000;

    private long _anchor;
    private long _estimate;
    private uint _lastUpTime;
    private bool _isSet;

    /// <summary>
    /// Where flow times are measured from, in Unix milliseconds: the first guess at the exporter's start, early by less than a second.
    /// </summary>
    public long AnchorUnixMilliseconds => Volatile.Read(ref _anchor);

    /// <summary>The best estimate of the exporter's start, in Unix milliseconds; 0 before the first header.</summary>
    public long EstimateUnixMilliseconds => Volatile.Read(ref _estimate);

    /// <summary>To be added to flow times measured from the anchor.</summary>
    public long CorrectionMilliseconds => EstimateUnixMilliseconds - AnchorUnixMilliseconds;

    /// <summary>Compares the two clocks of one header.</summary>
    public ClockEvent Observe(in ExportMessage message)
    {
        var early = message.ExportUnixMilliseconds - message.SysUpTimeMilliseconds;
        var width = message.IsExportTimeTruncated ? TruncatedSecond : 1;
        if (!_isSet)
        {
            Restart(early, message.SysUpTimeMilliseconds);
            return ClockEvent.First;
        }

        // The 32 bits of uptime wrap every 49.7 days; the start does not move by that.
        early = Unwrap(early, _estimate);
        if (early > _estimate + StepMilliseconds || early + width < _estimate - StepMilliseconds)
        {
            var isRestart = message.SysUpTimeMilliseconds < _lastUpTime;
            Restart(early, message.SysUpTimeMilliseconds);
            return isRestart ? ClockEvent.Restarted : ClockEvent.Stepped;
        }

        _lastUpTime = message.SysUpTimeMilliseconds;
        Volatile.Write(ref _estimate, Math.Clamp(_estimate, early, early + width));
        return ClockEvent.None;
    }

    /// <summary>
    /// Learns from the end of a flow of an IPFIX exporter that never says when it started (RouterOS 6 is one). A flow ends before it is
    /// exported, so the exporter started no later than <c>export - end</c>, and the smallest of these is the best estimate.
    /// </summary>
    public ClockEvent ObserveFlowEnd(uint endUpTime, long exportUnixMilliseconds)
    {
        var latest = exportUnixMilliseconds + TruncatedSecond - endUpTime;
        if (!_isSet)
        {
            Restart(latest, endUpTime);
            return ClockEvent.First;
        }

        latest = Unwrap(latest, _estimate);
        if (latest > _estimate + LongestIdle)
        {
            Restart(latest, endUpTime);
            return ClockEvent.Restarted;
        }

        Volatile.Write(ref _estimate, Math.Min(_estimate, latest));
        return ClockEvent.None;
    }

    /// <summary>The moment of an uptime near an export, in Unix milliseconds measured from the anchor.</summary>
    public long At(uint upTime, long exportUnixMilliseconds) =>
        exportUnixMilliseconds + (int)(upTime - (uint)(exportUnixMilliseconds - _anchor));

    /// <summary>The moment of an uptime, in Unix milliseconds measured from the anchor.</summary>
    /// <param name="upTime">Milliseconds since the exporter's start, in 32 bits that wrap.</param>
    /// <param name="message">The header that came with it, already observed.</param>
    public long At(uint upTime, in ExportMessage message) => Read(message).At(upTime);

    /// <summary>The clock for the times of a Message's records.</summary>
    /// <param name="message">Its header, already observed.</param>
    public MessageClock Read(in ExportMessage message)
    {
        if (!message.HasSysUpTime) return new MessageClock(message, 0, 0);
        var early = message.ExportUnixMilliseconds - message.SysUpTimeMilliseconds;
        early = Unwrap(early, _anchor);
        return new MessageClock(message, message.ExportUnixMilliseconds - (early - _anchor), CorrectionMilliseconds);
    }

    /// <summary>Restores what an earlier process saved.</summary>
    public void Restore(long anchorUnixMilliseconds, long estimateUnixMilliseconds, uint lastUpTimeMilliseconds)
    {
        _anchor = anchorUnixMilliseconds;
        _lastUpTime = lastUpTimeMilliseconds;
        _isSet = true;
        Volatile.Write(ref _estimate, estimateUnixMilliseconds);
    }

    public uint LastUpTimeMilliseconds => Volatile.Read(ref _lastUpTime);

    /// <summary>
    /// Starts that differ by whole wraps of the uptime are the same start; this is the one closest to <paramref name="near"/>.
    /// </summary>
    private static long Unwrap(long start, long near) =>
        start - near is > -UpTimeWrap / 2 and < UpTimeWrap / 2
            ? start
            : start - ((long)Math.Round((start - near) / (double)UpTimeWrap) * UpTimeWrap);

    private void Restart(long early, uint upTime)
    {
        Volatile.Write(ref _anchor, early);
        Volatile.Write(ref _estimate, early);
        _lastUpTime = upTime;
        _isSet = true;
    }
}

/// <summary>What a header showed about an exporter's clock.</summary>
public enum ClockEvent : byte
{
    None,

    /// <summary>The first header of its domain.</summary>
    First,

    /// <summary>The uptime started over.</summary>
    Restarted,

    /// <summary>The time of day jumped relative to the uptime.</summary>
    Stepped,
}
