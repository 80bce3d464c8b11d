using RpcCollector.Detection;
using RpcCollector.Flows.Time;

namespace RpcCollector.Store.Findings;

/// <summary>
/// Writes findings as the feed hands them over, tells who listens once they are committed, and keeps them within their bounds.
/// </summary>
internal sealed class FindingWriter : BackgroundService
{
    // A flood of findings shall not keep all else from the disk while it is written.
    private const int MaxInTransaction = 1_000;

    private readonly BatchWriter<FindingChange> _writer;

    public FindingWriter(
        FindingFeed feed, FindingStore store, FindingEvents events, ArrivalClock clock, TimeProvider time, ILogger<FindingWriter> logger) =>
        _writer = new BatchWriter<FindingChange>(
            "Findings", feed, changes => Write(changes, store, events),
            () => store.Trim(clock.UnixMilliseconds, clock.AgedUnixMilliseconds), time, logger);

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        await base.StopAsync(cancellationToken);

        // Unless the host has lost its patience with the writing that still goes on.
        if (ExecuteTask is null or { IsCompleted: true }) _writer.WriteRest();
    }

    private static void Write(IReadOnlyCollection<FindingChange> changes, FindingStore store, FindingEvents events)
    {
        foreach (var some in changes.Chunk(MaxInTransaction)) events.Publish(store.Write(some));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => _writer.RunAsync(stoppingToken);
}
