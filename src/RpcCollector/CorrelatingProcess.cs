using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Http;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector;

/// <summary>
/// Joins the partitions that are this process's share of all, and says what follows to the judge. What stands in a correlator in the place
/// of the collecting process; a judge has one beside it unless told otherwise.
/// </summary>
internal sealed class CorrelatingProcess : IHostedService, IDisposable
{
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly CollectorOptions _options;
    private readonly IFlowLog _log;
    private readonly ArrivalClock _clock;
    private readonly LogGauges _gauges;
    private readonly CollectorGauges _shown;
    private readonly CollectorHealth _health;
    private readonly TimeProvider _time;
    private readonly StopDeadline _stop;
    private readonly ILogger<CorrelatingProcess> _logger;
    private readonly HopCounters[] _counters;
    private readonly CorrelatorShare _share;
    private readonly SortedDictionary<int, PartitionOwner> _owned = [];
    private readonly Heartbeat _heartbeat = new(Part.FlowLog, "correlator", Heartbeat.OfWriter);
    private readonly LogAttempts _attempts;
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;
    private long _looked;
    private bool _isStopped;

    public CorrelatingProcess(
        CollectorOptions options, IFlowLog log, ArrivalClock clock, LogGauges gauges, CollectorGauges shown, CollectorHealth health,
        Heartbeats heartbeats, TimeProvider time, StopDeadline stop, ILogger<CorrelatingProcess> logger)
    {
        (_options, _log, _clock, _gauges, _shown) = (options, log, clock, gauges, shown);
        (_health, _time, _stop, _logger) = (health, time, stop, logger);
        _counters = [.. Enumerable.Range(0, options.Scale.Partitions).Select(_ => new HopCounters())];
        _share = new CorrelatorShare(log, options.Scale, LogLease.HolderOf(options.Scale));
        shown.Counters = _counters;
        gauges.Correlators = () => _share.NumLiving;
        _attempts = new LogAttempts(log, _heartbeat);
        heartbeats.Add(_heartbeat);
    }

    private ScaleOptions Role => _options.Scale;

    /// <exception cref="StartupException">The broker refuses. One that is away is waited for.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var isOpen = await _attempts.TryAsync(() => _log.OpenAsync(cancellationToken));
        if (!isOpen) ScaleLog.Waiting(_logger, _heartbeat.Fault ?? "");
        _health.ListenersBound = true;
        _running = Task.Run(() => _heartbeat.RunAsync(() => RunAsync(isOpen), _ending.Token), CancellationToken.None);
    }

    /// <summary>Reads no more, keeps what waits to be joined, and leaves its partitions to others.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopped) return;
        _isStopped = true;
        await _ending.CancelAsync();
        await _running.WaitAsync(_stop.Left(StopDeadline.Shards), CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(_stop.Left(StopDeadline.HeldFlows));
        await Task.WhenAll(_owned.Values.Select(owner => owner.EndAsync(patience.Token)))
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        foreach (var owner in _owned.Values) owner.Dispose();
        _owned.Clear();
        await ((Task)_attempts.TryAsync(() => _share.GiveBackAsync(patience.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _ending.Dispose();

    private async Task RunAsync(bool isOpen)
    {
        while (!isOpen && await _heartbeat.DelayAsync(BetweenLooks, _time, _ending.Token))
            isOpen = await _attempts.TryOpenAsync(_ending.Token);
        do
        {
            await LookAsync();
            if (_owned.Values.FirstOrDefault(owner => owner.Bug is not null) is { Bug: { } bug })
                throw new InvalidOperationException("A partition cannot be joined.", bug);
        }
        while (await _heartbeat.DelayAsync(BetweenLooks, _time, _ending.Token));
    }

    /// <summary>Looks what its share is, and takes what is new and leaves what is not its own any more.</summary>
    private async Task LookAsync()
    {
        // 1. Often enough that its own place never is over.
        var isDue = Environment.TickCount64 - _looked >= Role.Lease.TotalMilliseconds / 4;
        if (isDue && await _attempts.TryAsync(() => _share.LookAsync(_ending.Token))) _looked = Environment.TickCount64;
        else if (!isDue) _heartbeat.Fault = _log.Absence;

        // 2. What others have now, and what they have no more.
        var before = _owned.Count;
        foreach (var (partition, owner) in _owned.Where(owned => !_share.Partitions.Contains(owned.Key)).ToList())
        {
            _owned.Remove(partition);
            using var patience = new CancellationTokenSource(_stop.Left(StopDeadline.HeldFlows));
            await owner.EndAsync(patience.Token);
            owner.Dispose();
            _gauges.Partitions[partition].Lag(0, 0);
        }

        var begun = _share.Partitions.Where(partition => !_owned.ContainsKey(partition)).ToList();
        foreach (var partition in begun)
        {
            var owner = new PartitionOwner(
                partition, _log, () => Create(partition), Role.SnapshotEvery, _clock, _time, _logger);
            _owned.Add(partition, owner);
            owner.Begin();
        }

        // A snapshot that was damaged makes another shard: shown as they are now.
        _shown.Show([.. _owned.Values.Select(owner => owner.Correlator.Shard)]);
        if (begun.Count == 0 && before == _owned.Count) return;
        _gauges.Owned = [.. _owned.Keys];
        _gauges.Sensors = SensorsOf([.. _owned.Values]);
        ScaleLog.Owns(_logger, _owned.Count, Role.Partitions, _share.NumLiving);
    }

    private static Func<(int Counted, int LeftOut)> SensorsOf(PartitionOwner[] owners) => () => owners.Length == 0
        ? default
        : (owners.Max(one => one.Correlator.Clock.NumCounted), owners.Max(one => one.Correlator.Clock.NumLeftOut));

    private PartitionCorrelator Create(int partition) => new(
        Role.KnownAs, partition, Role.Partitions, _options.Detection.Join, _counters[partition], _gauges.Partitions[partition], _logger);
}
