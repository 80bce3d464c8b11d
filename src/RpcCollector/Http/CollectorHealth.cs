namespace RpcCollector.Http;

/// <summary>The state of the threads for /healthz and /readyz: set by the wiring, read by any thread.</summary>
internal sealed class CollectorHealth
{
    private volatile bool _listenersBound;

    /// <summary>Names of threads that should run and do not.</summary>
    public Func<IReadOnlyList<string>> StoppedThreads { get; set; } = static () => [];

    /// <summary>True while all UDP listeners receive.</summary>
    public bool ListenersBound
    {
        get => _listenersBound;
        set => _listenersBound = value;
    }
}

/// <summary>The answer of /healthz.</summary>
internal sealed record HealthJson(string Status, IReadOnlyList<string>? StoppedThreads);

/// <summary>The answer of /readyz.</summary>
/// <param name="Reason">Why what is written is lost with the process; absent while the store's folder is there.</param>
internal sealed record ReadinessJson(string Status, bool ListenersBound, bool StoreWritable, string? Reason);
