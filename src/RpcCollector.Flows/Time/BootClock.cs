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

    // A header that differs from the estimate by more than this, in milliseconds, is compared with the former clock first.
    private const int Doubtful = 500;

    // A clock with which so many headers agreed is as good as one with which more did.
    private const int Established = 4;

    private long _anchor;
    private long _estimate;
    private uint _lastUpTime;
    private bool _isSet;

    // How many headers agreed with it.
    private int _headers;

    // What the clock was before the latest header that did not agree with it. When the next header agrees with that, the one between was
    // not the exporter's own, and all is as if it had not come.
    private BootClockState _former;

    // From a flow's end that says that the exporter started much earlier; another Message must say so too.
    private long _earlier;
    private long _earlierExport;

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
        var unwrapped = Unwrap(early, _estimate);
        var distance = DistanceOf(unwrapped, width, _estimate);
        if (distance > Doubtful)
        {
            // Of two clocks that a header may belong to, it belongs to the nearer one.
            if (_former.Headers > 0 && DistanceOf(Unwrap(early, _former.Estimate), width, _former.Estimate) <= Doubtful)
                return ReturnToFormer(message.SysUpTimeMilliseconds, early, width);

            KeepFormer();
            if (distance > StepMilliseconds)
            {
                var isRestart = message.SysUpTimeMilliseconds < _lastUpTime;
                Restart(unwrapped, message.SysUpTimeMilliseconds);
                return isRestart ? ClockEvent.Restarted : ClockEvent.Stepped;
            }
        }

        CountHeader();
        _lastUpTime = message.SysUpTimeMilliseconds;
        Volatile.Write(ref _estimate, Math.Clamp(_estimate, unwrapped, unwrapped + width));
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

        var unwrapped = Unwrap(latest, _estimate);
        if ((unwrapped > _estimate + LongestIdle || unwrapped < _estimate - Doubtful) && _former.Headers > 0)
        {
            // Of two starts the flow belongs to the nearer one.
            var idle = Unwrap(latest, _former.Estimate) - _former.Estimate;
            if (idle is >= -StepMilliseconds and <= LongestIdle && Math.Abs(idle) < Math.Abs(unwrapped - _estimate))
                return ReturnToFormer(endUpTime, latest, width: int.MaxValue);
        }

        if (unwrapped > _estimate + LongestIdle)
        {
            KeepFormer();
            Restart(unwrapped, endUpTime);
            return ClockEvent.Restarted;
        }

        CountHeader();
        if (unwrapped < _estimate - Doubtful) unwrapped = Confirmed(unwrapped, exportUnixMilliseconds);
        Volatile.Write(ref _estimate, Math.Min(_estimate, unwrapped));
        return ClockEvent.None;
    }

    /// <summary>The moment of an uptime near an export, in Unix milliseconds measured from the anchor.</summary>
    public long At(uint upTime, long exportUnixMilliseconds) =>
        exportUnixMilliseconds + (int)(upTime - (uint)(exportUnixMilliseconds - _anchor));

    /// <summary>The moment of an uptime, in Unix milliseconds measured from the anchor.</summary>
    /// <param name="upTime">Milliseconds since the exporter's start, in 32 bits that wrap.</param>
    /// <param name="message">The header that came with it, already observed.</param>
    public long At(uint upTime, in ExportMessage message) => Read(message, message.ExportUnixMilliseconds).At(upTime);

    /// <summary>The clock for the times of a Message's records.</summary>
    /// <param name="message">Its header, already observed.</param>
    /// <param name="headerCorrectionMilliseconds">What the time of day in its header is wrong by.</param>
    public MessageClock Read(in ExportMessage message, long arrivalUnixMilliseconds, long headerCorrectionMilliseconds = 0)
    {
        if (!message.HasSysUpTime)
            return new MessageClock(message, 0, 0, arrivalUnixMilliseconds, headerCorrectionMilliseconds);
        var early = message.ExportUnixMilliseconds - message.SysUpTimeMilliseconds;
        var (anchor, estimate) = (_anchor, _estimate);
        if (_former.Headers > 0 && IsOfFormer(early, message.IsExportTimeTruncated ? TruncatedSecond : 1))
            (anchor, estimate) = (_former.Anchor, _former.Estimate);
        early = Unwrap(early, anchor);
        return new MessageClock(
            message, message.ExportUnixMilliseconds - (early - anchor), estimate - anchor, arrivalUnixMilliseconds,
            headerCorrectionMilliseconds);
    }

    /// <summary>The clock, and the one before it to which the next header may return; without headers where there is none.</summary>
    public (BootClockState Present, BootClockState Former) Save() =>
        (_isSet ? new BootClockState(_anchor, _estimate, _lastUpTime, _headers) : default, _former);

    /// <summary>Goes on from another clock, or from what an earlier process saved.</summary>
    public void Restore(in BootClockState present, in BootClockState former = default)
    {
        if (present.Headers <= 0) return;
        _anchor = present.Anchor;
        _lastUpTime = present.LastUpTime;
        _headers = present.Headers;
        _former = former;
        _isSet = true;
        Volatile.Write(ref _estimate, present.Estimate);
    }

    public uint LastUpTimeMilliseconds => Volatile.Read(ref _lastUpTime);

    /// <summary>
    /// Starts that differ by whole wraps of the uptime are the same start; this is the one closest to <paramref name="near"/>.
    /// </summary>
    private static long Unwrap(long start, long near) =>
        start - near is > -UpTimeWrap / 2 and < UpTimeWrap / 2
            ? start
            : start - ((long)Math.Round((start - near) / (double)UpTimeWrap) * UpTimeWrap);

    /// <summary>How far an estimate lies outside what a header allows.</summary>
    private static long DistanceOf(long early, int width, long estimate) =>
        Math.Max(0, Math.Max(early - estimate, estimate - early - width));

    /// <summary>True for a header that agrees with the former clock and not with the present one.</summary>
    private bool IsOfFormer(long early, int width) =>
        DistanceOf(Unwrap(early, _estimate), width, _estimate) > Doubtful
        && DistanceOf(Unwrap(early, _former.Estimate), width, _former.Estimate) <= Doubtful;

    /// <summary>Keeps the present clock as the former one; one that a single header made replaces only another such.</summary>
    private void KeepFormer()
    {
        if (_headers < Established && _former.Headers > _headers) return;
        _former = new BootClockState(_anchor, _estimate, _lastUpTime, _headers);
    }

    private ClockEvent ReturnToFormer(uint upTime, long early, int width)
    {
        var former = _former;
        var unwrapped = Unwrap(early, former.Estimate);
        var estimate = width == int.MaxValue
            ? Math.Min(former.Estimate, Math.Max(unwrapped, former.Estimate - Doubtful))
            : Math.Clamp(former.Estimate, unwrapped, unwrapped + width);

        // With the same anchor it was only the estimate that had moved, as with an exporter whose headers are not exact.
        var happened = _anchor == former.Anchor ? ClockEvent.None : ClockEvent.Returned;
        _former = new BootClockState(_anchor, _estimate, _lastUpTime, _headers);
        (_lastUpTime, _headers) = (upTime, former.Headers);
        CountHeader();
        Volatile.Write(ref _anchor, former.Anchor);
        Volatile.Write(ref _estimate, estimate);
        return happened;
    }

    /// <summary>The second earliest of what two Messages say: one alone may be forged.</summary>
    private long Confirmed(long earlier, long exportUnixMilliseconds)
    {
        var (known, export) = (_earlier, _earlierExport);
        var isSameMessage = known != 0 && export == exportUnixMilliseconds;
        (_earlier, _earlierExport) = (isSameMessage ? Math.Max(known, earlier) : earlier, exportUnixMilliseconds);
        return known == 0 || isSameMessage ? _estimate : Math.Max(known, earlier);
    }

    private void CountHeader()
    {
        if (_headers < int.MaxValue) _headers++;
    }

    private void Restart(long early, uint upTime)
    {
        Volatile.Write(ref _anchor, early);
        Volatile.Write(ref _estimate, early);
        _lastUpTime = upTime;
        _headers = 1;
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

    /// <summary>It belongs to the clock before the latest step or restart: that was of somebody else.</summary>
    Returned,
}

/// <summary>What a boot clock knows.</summary>
/// <param name="Headers">How many headers agreed with it; 0 for none.</param>
internal readonly record struct BootClockState(long Anchor, long Estimate, uint LastUpTime, int Headers);
