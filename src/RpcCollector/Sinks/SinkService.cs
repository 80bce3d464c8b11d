using RpcCollector.Vitals;

namespace RpcCollector.Sinks;

/// <summary>Runs a task for each sink as long as the process runs.</summary>
/// <remarks>
/// A sink that cannot tell anybody is no reason to call the appliance not ready: it collects and judges all the same. That it fails is a
/// metric, an alert, a line of the log, and named by /readyz.
/// </remarks>
internal sealed class SinkService(SinkSet sinks, Heartbeats heartbeats, StopDeadline stop) : BackgroundService
{
    private const string Name = "sinks";

    // An attempt takes up to half a minute, and the disk some seconds.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public override Task StopAsync(CancellationToken cancellationToken) =>
        stop.EndAsync(Name, StopDeadline.LastWrite, base.StopAsync, () => ExecuteTask);

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(sinks.Runners.Select(runner =>
    {
        var heartbeat = heartbeats.Add(new Heartbeat(Part.Sink, $"sink {runner.Status.Name}", Patience));
        return Task.Run(() => heartbeat.RunAsync(() => runner.RunAsync(heartbeat, stoppingToken), stoppingToken), CancellationToken.None);
    }));
}
