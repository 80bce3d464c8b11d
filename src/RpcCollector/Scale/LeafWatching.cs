using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Scale;

/// <summary>
/// Looks every few seconds how full a sensor's leaf is, or how far the hubs are with all leaves, and has streams made anew that are gone.
/// </summary>
internal sealed class LeafWatching : IHostedService, IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(5);

    private readonly ScaleOptions _options;
    private readonly IFlowLog _log;
    private readonly ILeafLook _look;
    private readonly LogGauges _gauges;
    private readonly TimeProvider _time;
    private readonly ILogger<LeafWatching> _logger;
    private readonly Heartbeat _heartbeat;
    private readonly LogAttempts _attempts;
    private readonly CancellationTokenSource _ending = new();
    private readonly HashSet<string> _silent = new(StringComparer.Ordinal);
    private readonly long _began = Environment.TickCount64;
    private Task _running = Task.CompletedTask;

    public LeafWatching(
        ScaleOptions options, IFlowLog log, ILeafLook look, LogGauges gauges, Heartbeats heartbeats, TimeProvider time,
        ILogger<LeafWatching> logger)
    {
        (_options, _log, _look, _gauges, _time, _logger) = (options, log, look, gauges, time, logger);
        _heartbeat = heartbeats.Add(new Heartbeat(Part.FlowLog, "leaf", Heartbeat.OfWriter));
        _attempts = new LogAttempts(log, _heartbeat);
    }

    private static long Now => Environment.TickCount64;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        _running = Task.Run(() => _heartbeat.RunAsync(RunAsync, _ending.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_ending.IsCancellationRequested) return;
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _ending.Dispose();

    private async Task RunAsync()
    {
        while (await _heartbeat.DelayAsync(BetweenLooks, _time, _ending.Token))
        {
            // Who writes and who reads wait for a stream that is there; one that was made anew has none.
            if (!await _attempts.TryAsync(LookAsync) && await _attempts.TryOpenAsync(_ending.Token)) await _attempts.TryAsync(LookAsync);
        }
    }

    private async Task LookAsync()
    {
        if (_options.Role == ScaleRole.Sensor)
        {
            _gauges.OwnLeaf = await _look.LookAtOwnAsync(_ending.Token);
            return;
        }

        // Of one that was not heard since a hub was started nothing more is known than for how long it was looked at.
        var looked = TimeSpan.FromMilliseconds(Now - _began);
        var leaves = await _look.LookAtLeavesAsync(_ending.Token);
        _gauges.Leaves = [.. leaves.Select(leaf => leaf with { Silent = leaf.Silent ?? looked })];
        foreach (var leaf in _gauges.Leaves) Say(leaf);
    }

    private void Say(LeafStanding leaf)
    {
        if (leaf.IsSilent && _silent.Add(leaf.Name)) ScaleLog.LeafIsSilent(_logger, leaf.Name, (long)leaf.Silent!.Value.TotalSeconds);
        else if (!leaf.IsSilent && _silent.Remove(leaf.Name)) ScaleLog.LeafIsHeard(_logger, leaf.Name, leaf.Waiting);
    }
}
