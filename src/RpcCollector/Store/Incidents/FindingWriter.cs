using RpcCollector.Detection;
using RpcCollector.Flows.Time;
using RpcCollector.Store.Findings;
using RpcCollector.Vitals;

namespace RpcCollector.Store.Incidents;

/// <summary>
/// Writes findings as the feed hands them over, with their incidents, tells who listens once they are committed, and keeps them within
/// their bounds.
/// </summary>
internal sealed class FindingWriter : BackgroundService
{
    private const string Name = "finding writer";

    private readonly BatchWriter<FindingChange> _writer;
    private readonly StopDeadline _stop;
    private readonly Heartbeat _heartbeat;

    public FindingWriter(
        FindingFeed feed, IncidentStore store, FindingEvents events, IncidentEvents told, ToldLines lines, ArrivalClock clock,
        TimeProvider time, Heartbeats heartbeats, StopDeadline stop, ILogger<FindingWriter> logger)
    {
        _stop = stop;
        _heartbeat = heartbeats.Add(new Heartbeat(Part.FindingWriter, Name, Heartbeat.OfWriter));
        _writer = new BatchWriter<FindingChange>(
            "Findings", feed, changes => Write(changes, store, events, told, lines),
            () => Trim(store, told, clock), time, _heartbeat, logger);
    }

    public override async Task StopAsync(CancellationToken cancellationToken)
    {
        if (await _stop.EndAsync(Name, StopDeadline.Writers, base.StopAsync, () => ExecuteTask))
            _stop.Do(Name, StopDeadline.Writers, () => _writer.WriteRest(() => _stop.IsOver(StopDeadline.LastWrite)));
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) =>
        _heartbeat.RunAsync(() => _writer.RunAsync(stoppingToken), stoppingToken);

    private static void Write(
        IReadOnlyCollection<FindingChange> changes, IncidentStore store, FindingEvents events, IncidentEvents told,
        ToldLines lines)
    {
        var (findings, incidents) = store.Write(changes);
        events.Publish(findings);
        told.Publish(incidents);
        lines.Tell(findings, incidents);
    }

    private static bool Trim(IncidentStore store, IncidentEvents told, ArrivalClock clock)
    {
        var (didSomething, incidents) = store.Trim(clock.UnixMilliseconds, clock.AgedUnixMilliseconds);
        told.Publish(incidents);
        return didSomething;
    }
}
