namespace RpcCollector.Tests.Store;

/// <summary>A clock that a test sets, and the monotonic clock with it; its timers are the system's.</summary>
internal sealed class ManualTime : TimeProvider
{
    private long _ticks = DateTimeOffset.FromUnixTimeMilliseconds(Activities.Epoch).UtcTicks;

    // Read by other threads while the test sets it.
    public DateTimeOffset Now
    {
        get => new(Interlocked.Read(ref _ticks), TimeSpan.Zero);
        set => Interlocked.Exchange(ref _ticks, value.UtcTicks);
    }

    /// <summary>How far the machine's clock was set against the monotonic one.</summary>
    public TimeSpan Step { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override DateTimeOffset GetUtcNow() => Now + Step;

    public override long GetTimestamp() => Now.UtcTicks;
}
