namespace RpcCollector.Vitals;

/// <summary>The heartbeats of all parts: added when the process is put together, read by any thread.</summary>
internal sealed class Heartbeats
{
    private readonly Lock _lock = new();
    private volatile Heartbeat[] _all = [];

    public IReadOnlyList<Heartbeat> All => _all;

    /// <summary>Takes note of a part, and returns it.</summary>
    public Heartbeat Add(Heartbeat heartbeat)
    {
        lock (_lock) _all = [.. _all, heartbeat];
        return heartbeat;
    }

    /// <summary>The parts that do not do what they are there for.</summary>
    /// <param name="now">In the system's milliseconds.</param>
    public IReadOnlyList<(Heartbeat Heartbeat, PartState State)> Unwell(long now) =>
        [.. _all.Select(heartbeat => (heartbeat, heartbeat.At(now))).Where(looked => IsUnwell(looked.Item2))];

    /// <summary>True while every part of a kind does what it is there for; where there is none, too.</summary>
    public bool IsWell(Part part, long now) => _all.All(heartbeat => heartbeat.Part != part || !IsUnwell(heartbeat.At(now)));

    /// <summary>How long the part of a kind that has been silent for longest is silent; zero where none runs.</summary>
    public TimeSpan Silence(Part part, long now) => TimeSpan.FromMilliseconds(
        _all.Where(heartbeat => heartbeat.Part == part && heartbeat.At(now) != PartState.NotRunning)
            .Select(heartbeat => Math.Max(0, now - heartbeat.LastBeat)).DefaultIfEmpty(0).Max());

    private static bool IsUnwell(PartState state) => state is PartState.Failing or PartState.Stuck or PartState.Dead;
}
