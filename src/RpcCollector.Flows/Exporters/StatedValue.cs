using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// A number that an exporter states of itself again and again. The first is believed at once; another one only when it has been
/// repeated, and the former not been in between: anybody may have sent a single datagram.
/// </summary>
/// <remarks>Not safe for several threads.</remarks>
/// <param name="value">What is believed from the start on; 0 when nothing was stated.</param>
/// <param name="tolerance">Numbers that differ by no more are the same.</param>
internal sealed class StatedValue(long value, long tolerance = 0)
{
    // A forged one makes room for what is repeated.
    private const int MostRivals = 3;

    private Rival[] _rivals = [];
    private long _lastUnixMilliseconds;
    private long _longestPause;

    /// <summary>What is believed; 0 before the first statement.</summary>
    public long Value { get; private set; } = value;

    /// <summary>What was stated last of what contradicts it; 0 when nothing does.</summary>
    public long Contested
    {
        get
        {
            var (value, last) = (0L, long.MinValue);
            foreach (var rival in _rivals)
            {
                if (rival.Row.LastUnixMilliseconds > last) (value, last) = (rival.Value, rival.Row.LastUnixMilliseconds);
            }

            return value;
        }
    }

    /// <summary>When it, or what contradicts it, was stated last; 0 before.</summary>
    public long LastStatedUnixMilliseconds
    {
        get
        {
            var last = _lastUnixMilliseconds;
            foreach (var rival in _rivals) last = Math.Max(last, rival.Row.LastUnixMilliseconds);
            return last;
        }
    }

    public bool IsContested => _rivals.Length != 0;

    /// <summary>How many numbers contradict it.</summary>
    public int NumRivals => _rivals.Length;

    public long RivalAt(int index) => _rivals[index].Value;

    /// <summary>The exporter, or who forges its address, states a number.</summary>
    /// <param name="isProven">True when nobody else can have sent it: it is believed at once.</param>
    /// <param name="isInEveryMessage">True when what is believed is stated so often that it is not handed in each time.</param>
    /// <param name="contradictsSilence">True when the exporter has had time to state it and has not: so even the first is doubtful.</param>
    public Statement State(
        long value, long arrivalUnixMilliseconds, bool isProven, bool isInEveryMessage = false, bool contradictsSilence = false)
    {
        if (isInEveryMessage) _longestPause = Math.Max(_longestPause, 1);

        // 1. The first, the same again, or one that is beyond doubt.
        if ((Value == 0 && !contradictsSilence) || isProven || Math.Abs(value - Value) <= tolerance)
        {
            var isNew = value != Value && (Value == 0 || isProven);
            if (isNew) Value = value;
            else if (!isInEveryMessage && _lastUnixMilliseconds != 0)
                _longestPause = Math.Max(_longestPause, arrivalUnixMilliseconds - _lastUnixMilliseconds);
            _lastUnixMilliseconds = arrivalUnixMilliseconds;
            var wasContested = IsContested;
            _rivals = [];
            return isNew ? Statement.Believed : wasContested ? Statement.Restated : Statement.Same;
        }

        // 2. Another one.
        var known = Array.FindIndex(_rivals, rival => Math.Abs(rival.Value - value) <= tolerance);
        if (known < 0)
        {
            if (_rivals.Length >= MostRivals)
            {
                var least = _rivals.MinBy(rival => (rival.Row.Count, rival.Row.LastUnixMilliseconds));
                _rivals = Array.FindAll(_rivals, rival => rival.Value != least.Value);
            }

            var fresh = new Rival { Value = value };
            fresh.Row.State(arrivalUnixMilliseconds);
            _rivals = [.. _rivals, fresh];
            return Statement.Contested;
        }

        ref var repeated = ref _rivals[known];
        repeated.Row.State(arrivalUnixMilliseconds);
        if (!repeated.Row.IsConfirmed(_longestPause)) return Statement.Same;
        Value = repeated.Value;
        _rivals = [];
        _lastUnixMilliseconds = arrivalUnixMilliseconds;
        return Statement.Believed;
    }

    public SavedStatement? Save() => _rivals.Length == 0 && _longestPause == 0
        ? null
        : new SavedStatement(_lastUnixMilliseconds, _longestPause,
            [.. _rivals.SelectMany(rival => (long[])
                [rival.Value, rival.Row.Count, rival.Row.BeganUnixMilliseconds, rival.Row.LastUnixMilliseconds])]);

    /// <summary>Goes on where a former process stopped.</summary>
    /// <returns>True when something contradicts what is believed.</returns>
    public bool Restore(SavedStatement saved, long nowUnixMilliseconds)
    {
        (_lastUnixMilliseconds, _longestPause) = (Math.Min(saved.Last, nowUnixMilliseconds), Math.Max(0, saved.Pause));
        var numbers = saved.Rivals ?? [];
        for (var i = 0; i + 3 < numbers.Length && _rivals.Length < MostRivals; i += 4)
        {
            var rival = new Rival { Value = numbers[i] };
            rival.Row.Restore(
                (int)Math.Clamp(numbers[i + 1], 0, Confirmation.Statements), Math.Min(numbers[i + 2], nowUnixMilliseconds),
                Math.Min(numbers[i + 3], nowUnixMilliseconds));
            if (rival.Value > 0) _rivals = [.. _rivals, rival];
        }

        return IsContested;
    }

    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        _lastUnixMilliseconds = step.Move(_lastUnixMilliseconds, nowUnixMilliseconds);
        foreach (ref var rival in _rivals.AsSpan()) rival.Row.MoveArrivals(step, nowUnixMilliseconds);
    }

    private struct Rival
    {
        public long Value;
        public Confirmation Row;
    }
}

/// <summary>What became of a statement.</summary>
internal enum Statement : byte
{
    /// <summary>Nothing new.</summary>
    Same,

    /// <summary>It is what is believed from now on.</summary>
    Believed,

    /// <summary>It contradicts what is believed, for the first time.</summary>
    Contested,

    /// <summary>It repeats what is believed and has been contradicted.</summary>
    Restated,
}
