namespace RpcCollector.Tests.Store;

/// <summary>A clock that a test sets; its timers are the system's.</summary>
internal sealed class ManualTime : TimeProvider
{
    public DateTimeOffset Now { get; set; } = DateTimeOffset.FromUnixTimeMilliseconds(Activities.Epoch);

    public override DateTimeOffset GetUtcNow() => Now;
}
