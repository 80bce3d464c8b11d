using System.Text.Json.Serialization;

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
/// <param name="Parts">The parts that do not work; absent while all do.</param>
/// <param name="Degraded">Who else is to be told and cannot be, and what cannot be kept for backtest: it is ready all the same.</param>
internal sealed record ReadinessJson(
    string Status, bool ListenersBound, bool StoreWritable, string? Reason, IReadOnlyList<UnwellPartJson>? Parts,
    IReadOnlyList<string>? Degraded = null)
{
    [JsonIgnore]
    public bool IsReady => string.Equals(Status, "ready", StringComparison.Ordinal);
}

/// <summary>A part that does not work.</summary>
/// <param name="Part">Which kind, as the label of the metrics has it.</param>
/// <param name="Name">Which one of its kind.</param>
/// <param name="State">stuck, dead or failing.</param>
/// <param name="Since">Its last sign of life; absent for one that is alive and fails.</param>
/// <param name="Doing">What it was at, where it said so.</param>
/// <param name="Reason">What failed, or killed it.</param>
internal sealed record UnwellPartJson(string Part, string Name, string State, DateTimeOffset? Since, string? Doing, string? Reason);
