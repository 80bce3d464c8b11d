using System.Collections.Concurrent;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Losses;

/// <summary>
/// Datagrams that the kernel dropped on the collector's ports, per minute. The kernel does not say whose they were, so all exporters of
/// a port share the loss.
/// </summary>
internal sealed class KernelLosses
{
    private readonly ConcurrentDictionary<ushort, MinuteRing> _byPort = new();

    public void Count(ushort collectorPort, int received, long dropped, long unixMilliseconds)
    {
        // Nothing is kept for a port that never dropped anything.
        if (dropped == 0 && !_byPort.ContainsKey(collectorPort)) return;
        var minutes = _byPort.GetOrAdd(collectorPort, static _ => new MinuteRing());
        minutes.Count(unixMilliseconds, received, 0, 0);
        if (dropped > 0) minutes.Lose(dropped, unixMilliseconds);
    }

    /// <summary>The share lost in the minute of a given time, on the worst of the given ports.</summary>
    public double LostShare(ReadOnlySpan<ushort> collectorPorts, long unixMilliseconds) =>
        Worst(collectorPorts, static (ring, at) => ring.At(at), unixMilliseconds);

    /// <summary>The share lost in the newest minutes, on the worst of the given ports.</summary>
    public double LostShareOfNewest(ReadOnlySpan<ushort> collectorPorts, int minutes) =>
        Worst(collectorPorts, static (ring, newest) => ring.Newest(newest), minutes);

    /// <summary>The clock was set.</summary>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        foreach (var minutes in _byPort.Values) minutes.MoveArrivals(step, nowUnixMilliseconds);
    }

    // What is asked of a ring comes beside the question: nothing is allocated.
    private double Worst<T>(ReadOnlySpan<ushort> collectorPorts, Func<MinuteRing, T, MinuteCounts?> read, T asked)
    {
        if (_byPort.IsEmpty) return 0;
        var worst = 0.0;
        foreach (var port in collectorPorts)
        {
            if (_byPort.TryGetValue(port, out var ring)) worst = Math.Max(worst, read(ring, asked)?.LostShare ?? 0);
        }

        return worst;
    }
}
