namespace RpcCollector.Flows.Time;

/// <summary>
/// The one clock of arrivals: all that is received, counted, held and judged goes by what it reads. Every member may be called by any
/// thread.
/// </summary>
/// <remarks>
/// It watches the machine's clock by the monotonic one. Where the two part by more than half a second, somebody has set the clock: that
/// is a step, and a new era begins. A clock that is slewed is followed. A clock that shows a time before any release of this program is
/// not believed: time then goes on from the last one known, by the monotonic clock, until the machine's clock can be right.
/// </remarks>
public sealed class ArrivalClock
{
    /// <summary>What the clock is off by less than this is slewing, in milliseconds.</summary>
    public const long StepMilliseconds = 500;

    /// <summary>No release is older: a clock that shows less has lost the time (2026-01-01 UTC).</summary>
    public const long EarliestUnixMilliseconds = 1_767_225_600_000;

    // An anchor that is older is moved, so that slewing never adds up to a step.
    private const long AnchorMilliseconds = 1_000;

    // The two clocks are read one after the other. Where a thread was held up between the two, it reads again.
    private const long SharpMilliseconds = 20;
    private const int MostAttempts = 8;

    // Beyond so many that nobody has taken, a step is added to the latest.
    private const int MostStepsUntold = 16;

    private readonly TimeProvider _time;
    private readonly long _earliest;
    private readonly AgingClock _aging;
    private readonly Lock _lock = new();
    private readonly List<ClockStep> _untold = [];
    private Anchor _anchor;
    private long _stepsAhead;
    private long _stepsBack;

    /// <param name="time">Where the machine's clock and the monotonic one are read, here and nowhere else.</param>
    /// <param name="kept">What an earlier process saved last; null when nothing is known.</param>
    /// <param name="earliestUnixMilliseconds">Before this the machine's clock is not believed.</param>
    public ArrivalClock(TimeProvider time, AgingClock? kept = null, long earliestUnixMilliseconds = EarliestUnixMilliseconds)
    {
        ArgumentNullException.ThrowIfNull(time);
        (_time, _earliest, _aging) = (time, earliestUnixMilliseconds, kept ?? new AgingClock());
        var before = _aging.ClockUnixMilliseconds;
        var (wall, timestamp) = ReadSharply();
        var isBelieved = wall >= _earliest;
        var now = isBelieved ? wall : Math.Max(before, _earliest);
        _anchor = new Anchor(new Era(0, now), now, timestamp, isBelieved);
        if (now < before - StepMilliseconds) Step(new ClockStep(before, now, IsOverRestart: true), timestamp);
        _aging.AdvanceTo(now);
    }

    /// <summary>True while the machine's clock shows a time that can be.</summary>
    public bool IsBelieved => Volatile.Read(ref _anchor).IsBelieved;

    public long StepsAhead => Volatile.Read(ref _stepsAhead);

    public long StepsBack => Volatile.Read(ref _stepsBack);

    /// <summary>The time, where its era does not matter.</summary>
    public long UnixMilliseconds => Read().UnixMilliseconds;

    /// <summary>The time, for people.</summary>
    public DateTimeOffset Now => DateTimeOffset.FromUnixTimeMilliseconds(UnixMilliseconds);

    /// <summary>The time by which things grow old (see <see cref="AgingClock"/>).</summary>
    public long AgedUnixMilliseconds
    {
        get
        {
            lock (_lock) return _aging.AdvanceTo(Settle().UnixMilliseconds);
        }
    }

    /// <summary>The time, and its era. Cheap: two clocks are read, and once a second the anchor is moved.</summary>
    public ArrivalTime Read()
    {
        // 1. The anchor before the clocks: one that is outdated by then is found out under the lock.
        var anchor = Volatile.Read(ref _anchor);
        var timestamp = _time.GetTimestamp();
        var wall = Wall();
        var expected = anchor.UnixMilliseconds + ElapsedMilliseconds(anchor.Timestamp, timestamp);

        // 2. While the machine's clock is not believed, the monotonic one counts.
        if (!anchor.IsBelieved && wall < _earliest) return anchor.Era.Pass(expected);

        // 3. Anything unusual is decided once, under the lock, from new readings: this thread may have been held up between the two.
        if (!anchor.IsBelieved || IsStep(anchor, expected, wall))
        {
            lock (_lock) return Settle();
        }

        // 4. The anchor follows the clock. Whoever comes while another moves it goes on.
        if (expected - anchor.UnixMilliseconds > AnchorMilliseconds && _lock.TryEnter())
        {
            try
            {
                return Settle();
            }
            finally
            {
                _lock.Exit();
            }
        }

        return anchor.Era.Pass(wall);
    }

    /// <summary>
    /// True while there is a step that nobody has acted on: what was kept of arrivals is still by the clock as it was before.
    /// </summary>
    public bool HasUntoldStep
    {
        get
        {
            lock (_lock) return _untold.Count > 0;
        }
    }

    /// <summary>
    /// The earliest step that nobody has acted on; it stays so until <see cref="StepIsTold"/>. For the one who acts on steps and tells of
    /// them.
    /// </summary>
    public bool TryReadStep(out ClockStep step)
    {
        lock (_lock)
        {
            step = _untold.Count > 0 ? _untold[0] : default;
            return _untold.Count > 0;
        }
    }

    /// <summary>The step that was read last has been acted on.</summary>
    public void StepIsTold()
    {
        lock (_lock) _untold.RemoveAt(0);
    }

    /// <summary>What the next process is to be given, as a line that <see cref="AgingClock.Load"/> reads.</summary>
    public string Save()
    {
        lock (_lock)
        {
            _aging.AdvanceTo(Settle().UnixMilliseconds);
            return _aging.Save();
        }
    }

    /// <summary>Reads both clocks anew, and decides whether there was a step. Under the lock.</summary>
    private ArrivalTime Settle()
    {
        var (wall, timestamp) = ReadSharply();
        var anchor = _anchor;
        var expected = anchor.UnixMilliseconds + ElapsedMilliseconds(anchor.Timestamp, timestamp);
        if (wall < _earliest)
        {
            if (anchor.IsBelieved) _anchor = new Anchor(anchor.Era, Math.Max(expected, anchor.Era.Latest), timestamp, isBelieved: false);
            return anchor.Era.Pass(expected);
        }

        if (IsStep(anchor, expected, wall))
            Step(new ClockStep(Math.Max(expected, anchor.Era.Latest), wall, IsOverRestart: false), timestamp);
        else Volatile.Write(ref _anchor, new Anchor(anchor.Era, wall, timestamp, isBelieved: true));
        return _anchor.Era.Pass(wall);
    }

    private void Step(ClockStep step, long timestamp)
    {
        if (_untold.Count < MostStepsUntold) _untold.Add(step);
        else _untold[^1] = step with { FromUnixMilliseconds = _untold[^1].FromUnixMilliseconds };
        ref var counter = ref step.IsBack ? ref _stepsBack : ref _stepsAhead;
        Volatile.Write(ref counter, counter + 1);
        var era = new Era((byte)(_anchor.Era.Number + 1), step.ToUnixMilliseconds);
        Volatile.Write(ref _anchor, new Anchor(era, step.ToUnixMilliseconds, timestamp, isBelieved: true));
    }

    // Many small steps back hold the time; when it is held for too long, they are one step.
    private static bool IsStep(Anchor anchor, long expected, long wall) =>
        Math.Abs(wall - expected) > StepMilliseconds || anchor.Era.Latest - wall > StepMilliseconds;

    private (long Wall, long Timestamp) ReadSharply()
    {
        var (wall, timestamp, best) = (0L, 0L, long.MaxValue);
        for (var attempt = 0; attempt < MostAttempts && best > SharpMilliseconds; attempt++)
        {
            var before = _time.GetTimestamp();
            var between = Wall();
            var took = ElapsedMilliseconds(before, _time.GetTimestamp());
            if (took < best) (wall, timestamp, best) = (between, before, took);
        }

        return (wall, timestamp);
    }

    private long Wall() => _time.GetUtcNow().ToUnixTimeMilliseconds();

    private long ElapsedMilliseconds(long from, long to) => (long)_time.GetElapsedTime(from, to).TotalMilliseconds;

    /// <summary>A moment at which both clocks were read; by its era the time goes on.</summary>
    private sealed class Anchor(Era era, long unixMilliseconds, long timestamp, bool isBelieved)
    {
        public Era Era => era;

        public long UnixMilliseconds => unixMilliseconds;

        public long Timestamp => timestamp;

        public bool IsBelieved => isBelieved;
    }

    /// <summary>The time between two steps.</summary>
    private sealed class Era(byte number, long beginUnixMilliseconds)
    {
        private long _latest = beginUnixMilliseconds;

        public byte Number => number;

        public long Latest => Volatile.Read(ref _latest);

        /// <summary>The time, which does not run backwards.</summary>
        public ArrivalTime Pass(long unixMilliseconds)
        {
            var latest = Volatile.Read(ref _latest);
            while (latest < unixMilliseconds)
            {
                var found = Interlocked.CompareExchange(ref _latest, unixMilliseconds, latest);
                if (found == latest) return new ArrivalTime(number, unixMilliseconds);
                latest = found;
            }

            return new ArrivalTime(number, latest);
        }
    }
}
