using System.Diagnostics;

namespace RpcCollector.Store;

/// <summary>
/// A span of time in slices, the latest first: each is wider than the one before while it is quickly looked at, so that whoever looks for
/// what few have can stop when it has taken long enough, and say how far back it looked.
/// </summary>
/// <param name="from">Where the span begins, in Unix milliseconds.</param>
/// <param name="to">Where it ends; not part of it.</param>
/// <param name="patience">For all slices; null for as long as it takes, in one slice.</param>
internal sealed class TimeSlices(long from, long to, TimeSpan? patience)
{
    private const int FirstShare = 64;
    private const long Narrowest = 60_000;

    private static readonly TimeSpan Quick = TimeSpan.FromMilliseconds(20);

    private readonly long _began = Stopwatch.GetTimestamp();
    private long _width = patience is null ? long.MaxValue : Math.Max(Narrowest, (to - from) / FirstShare);
    private long _sliceBegan;

    /// <summary>What the slices so far have looked back to.</summary>
    public long LookedBackTo { get; private set; } = to;

    /// <summary>True when nothing of the span is left.</summary>
    public bool IsWhole => LookedBackTo <= from;

    /// <summary>The next slice; null when nothing is left, or it has taken long enough. There is always a first one.</summary>
    public (long From, long To)? Next()
    {
        if (IsWhole) return null;
        if (_sliceBegan != 0)
        {
            if (Stopwatch.GetElapsedTime(_began) >= patience) return null;
            if (Stopwatch.GetElapsedTime(_sliceBegan) < Quick && _width < long.MaxValue / 2) _width *= 2;
        }

        _sliceBegan = Stopwatch.GetTimestamp();
        var (begin, end) = (LookedBackTo - from > _width ? LookedBackTo - _width : from, LookedBackTo);
        LookedBackTo = begin;
        return (begin, end);
    }
}
