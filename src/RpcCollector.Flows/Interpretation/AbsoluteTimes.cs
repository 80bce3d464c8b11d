using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Interpretation;

/// <summary>
/// The absolute times of a record (150 to 157, 322 to 325) in Unix milliseconds, 0 where it has none; read by the coding that brings
/// them near the arrival where they are not coded as their elements ask, and corrected where the exporter's clock is wrong.
/// </summary>
internal ref struct AbsoluteTimes
{
    // Ten years: what is larger is no uptime in milliseconds.
    private const ulong LongestUpTime = 10UL * 366 * 86_400_000;

    private readonly RecordPlan _plan;
    private readonly ref readonly byte _record;
    private readonly SessionDomain _session;
    private bool _isOdd;
    private bool _isStartCorrect;
    private bool _isEndCorrect;

    public AbsoluteTimes(RecordPlan plan, ref readonly byte record, ref MessageClock clock, SessionDomain session)
    {
        (_plan, _session) = (plan, session);
        _record = ref record;

        // 1. As the elements ask, if that is near the arrival. Zero is what exporters send for a time that they do not know.
        Take(FieldRole.StartMilliseconds, FieldRole.EndMilliseconds, TimeCoding.UnixMilliseconds, clock, isLast: false);
        Take(FieldRole.StartMicroseconds, FieldRole.EndMicroseconds, TimeCoding.Ntp, clock, isLast: false);
        Take(FieldRole.StartSeconds, FieldRole.EndSeconds, TimeCoding.UnixSeconds, clock, isLast: false);

        // 2. By another coding, and at last as the elements ask all the same.
        if (_isOdd && (Start == 0 || End == 0))
        {
            Recode(FieldRole.StartMilliseconds, FieldRole.EndMilliseconds, TimeCoding.UnixMilliseconds, ref clock);
            Recode(FieldRole.StartMicroseconds, FieldRole.EndMicroseconds, TimeCoding.Ntp, ref clock);
            Recode(FieldRole.StartSeconds, FieldRole.EndSeconds, TimeCoding.UnixSeconds, ref clock);
            Take(FieldRole.StartMilliseconds, FieldRole.EndMilliseconds, TimeCoding.UnixMilliseconds, clock, isLast: true);
            Take(FieldRole.StartMicroseconds, FieldRole.EndMicroseconds, TimeCoding.Ntp, clock, isLast: true);
            Take(FieldRole.StartSeconds, FieldRole.EndSeconds, TimeCoding.UnixSeconds, clock, isLast: true);
        }

        // 3. The moment of an event.
        if (plan.HasObservationTime) TakeObservation(clock);

        // 4. By how much the exporter's clock is wrong.
        if (clock.HeaderCorrectionMilliseconds != 0) Correct(ref clock);
        IsImplausible = _isOdd && Start == 0;
    }

    public long Start { get; private set; }

    public long End { get; private set; }

    /// <summary>When the event was that the record tells of.</summary>
    public long Observation { get; private set; }

    public int StartResolution { get; private set; }

    public int EndResolution { get; private set; }

    public int ObservationResolution { get; private set; }

    /// <summary>True when a start that should be absolute is an uptime.</summary>
    public bool IsStartByUpTime { get; private set; }

    public bool IsEndByUpTime { get; private set; }

    /// <summary>True when a time is coded otherwise than its element asks.</summary>
    public bool IsRecoded { get; private set; }

    /// <summary>True when there is a start, and none of its readings can be.</summary>
    public bool IsImplausible { get; }

    private void Take(FieldRole startRole, FieldRole endRole, TimeCoding coding, in MessageClock clock, bool isLast)
    {
        var (start, end) = (_plan.Read(startRole, in _record), _plan.Read(endRole, in _record));
        if ((start | end) == 0) return;
        var isInMicroseconds =
            coding == TimeCoding.Ntp && start != 0 && end != 0 && NtpTime.HaveFractionsInMicroseconds(start, end);
        if (Start == 0 && TryRead(start, coding, isInMicroseconds, clock, isLast, out var time))
            (Start, StartResolution) = (time, TimeCodings.ResolutionOf(coding));
        if (End == 0 && TryRead(end, coding, isInMicroseconds, clock, isLast, out time))
            (End, EndResolution) = (time, TimeCodings.ResolutionOf(coding));
    }

    private bool TryRead(
        ulong value, TimeCoding coding, bool isInMicroseconds, in MessageClock clock, bool isLast, out long time)
    {
        time = 0;
        if (value == 0) return false;
        time = isInMicroseconds
            ? NtpTime.WithMicrosecondsToUnixMilliseconds(value)
            : TimeCodings.ToUnixMilliseconds(coding, value, clock.LatestUnixMilliseconds);
        var isPlausible = isLast ? UnixTime.IsOfFlow(time) : clock.IsNear(time);
        if (isPlausible) IsRecoded |= isInMicroseconds;
        else _isOdd = true;
        return isPlausible;
    }

    private void Recode(FieldRole startRole, FieldRole endRole, TimeCoding stated, ref MessageClock clock)
    {
        var (start, end) = (_plan.Read(startRole, in _record), _plan.Read(endRole, in _record));
        if ((start | end) == 0) return;

        // A flow may have begun long ago, but it ended shortly before its export.
        var latest = clock.LatestUnixMilliseconds;
        var coding = end == 0 ? TimeCoding.None : TimeCodings.Find(end, _plan[endRole].Length, latest);
        if (coding == TimeCoding.None && start != 0) coding = TimeCodings.Find(start, _plan[startRole].Length, latest);
        if (coding == stated) return;
        if (coding == TimeCoding.None)
        {
            if (stated == TimeCoding.UnixMilliseconds) TakeUpTimes(start, end, ref clock);
            return;
        }

        if (Start == 0 && TryConvert(start, coding, clock, out var time))
            (Start, StartResolution, _isStartCorrect) = (time, TimeCodings.ResolutionOf(coding), true);
        if (End == 0 && TryConvert(end, coding, clock, out time))
            (End, EndResolution, _isEndCorrect) = (time, TimeCodings.ResolutionOf(coding), true);
    }

    private bool TryConvert(ulong value, TimeCoding coding, in MessageClock clock, out long time)
    {
        time = value == 0 ? 0 : TimeCodings.ToUnixMilliseconds(coding, value, clock.LatestUnixMilliseconds);
        if (time == 0 || !clock.IsNear(time)) return false;
        return IsRecoded = true;
    }

    /// <summary>Milliseconds since the exporter's start, where those since 1970 are asked for.</summary>
    private void TakeUpTimes(ulong start, ulong end, ref MessageClock clock)
    {
        if (end == 0) end = start;
        if (Start != 0 || start == 0 || end < start || end > LongestUpTime) return;
        var systemInit = (long)_plan.Read(FieldRole.SystemInitTime, in _record);
        var time = FlowTimes.OfUpTime((uint)start, (uint)end, systemInit, ref clock, _session);
        if (!clock.IsNear(time)) return;
        (Start, StartResolution, _isStartCorrect, IsRecoded) = (time, 1, true, true);
        if (End == 0) (End, EndResolution, _isEndCorrect) = (time + (long)(end - start), 1, true);

        // Where the exporter states its start, the uptime is but another way to write an absolute time.
        IsStartByUpTime = IsEndByUpTime = FlowTimes.IsByBootClock(_plan, clock, _session);
    }

    private void TakeObservation(in MessageClock clock)
    {
        for (var isLast = false; ; isLast = true)
        {
            TakeObservation(FieldRole.ObservationMilliseconds, TimeCoding.UnixMilliseconds, clock, isLast);
            TakeObservation(FieldRole.ObservationMicroseconds, TimeCoding.Ntp, clock, isLast);
            TakeObservation(FieldRole.ObservationSeconds, TimeCoding.UnixSeconds, clock, isLast);
            if (isLast) return;
        }
    }

    private void TakeObservation(FieldRole role, TimeCoding coding, in MessageClock clock, bool isLast)
    {
        var value = _plan.Read(role, in _record);
        if (Observation != 0 || value == 0) return;
        if (isLast && TimeCodings.Find(value, _plan[role].Length, clock.LatestUnixMilliseconds) is not TimeCoding.None and var other)
        {
            IsRecoded = true;
            coding = other;
        }

        if (TryRead(value, coding, isInMicroseconds: false, clock, isLast, out var time))
            (Observation, ObservationResolution) = (time, TimeCodings.ResolutionOf(coding));
    }

    private void Correct(ref MessageClock clock)
    {
        var last = End != 0 && !_isEndCorrect ? End : Start != 0 && !_isStartCorrect ? Start : Observation;
        if (last == 0) return;
        var correction = _session.AbsoluteCorrectionOf(ref clock, last, last + clock.HeaderCorrectionMilliseconds);
        if (Start != 0 && !_isStartCorrect) Start += correction;
        if (End != 0 && !_isEndCorrect) End += correction;
        if (Observation != 0) Observation += correction;
    }
}
