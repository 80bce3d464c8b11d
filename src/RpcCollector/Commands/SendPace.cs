using System.Diagnostics;

namespace RpcCollector.Commands;

/// <summary>Decides when the next datagram is due: at a fixed rate, or with the pauses of the capture divided by a factor.</summary>
internal sealed class SendPace
{
    // Longer pauses are cut to this: they come from a clock that was set, or from a gap of days between two captures.
    private static readonly TimeSpan LongestPause = TimeSpan.FromMinutes(5);

    private readonly double _perSecond;
    private readonly double _speed;
    private long _origin;
    private long _count;
    private double _dueSeconds;
    private long? _previousNanoseconds;

    private SendPace(double perSecond, double speed) => (_perSecond, _speed) = (perSecond, speed);

    public static SendPace AtRate(double datagramsPerSecond) => new(datagramsPerSecond, 0);

    public static SendPace InCaptureTime(double speed) => new(0, speed);

    /// <summary>The capture begins again: there is no pause between its end and its beginning.</summary>
    public void Rewind() => _previousNanoseconds = null;

    /// <summary>Waits until a datagram is due.</summary>
    /// <param name="capturedUnixNanoseconds">When it was captured.</param>
    /// <returns>False when stopped meanwhile.</returns>
    public bool Wait(long capturedUnixNanoseconds, CancellationToken stopping)
    {
        if (_count == 0) _origin = Stopwatch.GetTimestamp();
        _dueSeconds = _speed > 0 ? _dueSeconds + Pause(capturedUnixNanoseconds) : _count / _perSecond;
        _count++;
        while (!stopping.IsCancellationRequested)
        {
            var early = _dueSeconds - Stopwatch.GetElapsedTime(_origin).TotalSeconds;
            if (early <= 0) return true;

            // Sleeping is accurate to a millisecond: datagrams that are due sooner go at once, and the rate is right on average.
            if (early < 0.001) return true;
            stopping.WaitHandle.WaitOne(TimeSpan.FromSeconds(Math.Min(early, 1)));
        }

        return false;
    }

    private double Pause(long nanoseconds)
    {
        var pause = _previousNanoseconds is { } previous ? Math.Max(0, (nanoseconds - previous) / 1e9) : 0;
        _previousNanoseconds = nanoseconds;
        return Math.Min(pause, LongestPause.TotalSeconds) / _speed;
    }
}
