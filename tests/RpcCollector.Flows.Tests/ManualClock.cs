namespace RpcCollector.Flows.Tests;

/// <summary>A machine's two clocks, in milliseconds, which a test moves together or apart.</summary>
internal sealed class ManualClock : TimeProvider
{
    public ManualClock(long wall) => Wall = wall;

    public long Wall { get; set; }

    public long Monotonic { get; private set; }

    /// <summary>For how long whoever reads one clock is held up before he reads the other, each once.</summary>
    public Queue<long> Delays { get; } = new();

    public override long TimestampFrequency => 1_000;

    public void Pass(long milliseconds)
    {
        Monotonic += milliseconds;
        Wall += milliseconds;
    }

    public override long GetTimestamp() => Monotonic;

    public override DateTimeOffset GetUtcNow()
    {
        if (Delays.TryDequeue(out var delay)) Pass(delay);
        return DateTimeOffset.FromUnixTimeMilliseconds(Wall);
    }
}
