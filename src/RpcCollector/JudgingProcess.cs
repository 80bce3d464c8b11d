using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Http;
using RpcCollector.Judging;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Store;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector;

/// <summary>
/// What stands in a judge in the place of the collecting process: holds the lease, reads each partition from where the snapshot ends,
/// joins, and hands activities to the store and the judge.
/// </summary>
/// <remarks>Nothing is dropped on the way: while the judge or the store is behind, nothing is read, and the log keeps it.</remarks>
internal sealed class JudgingProcess : IHostedService, IDisposable
{
    private const string Lease = "judge";
    private const string Snapshot = "judge";

    // Nothing is read while a snapshot is made: one in so much time at most.
    private const long MostShare = 20;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(10);

    private readonly CollectorOptions _options;
    private readonly IFlowLog _log;
    private readonly ExporterDirectory _exporters;
    private readonly ActivityFeed _feed;
    private readonly JudgeThread _judge;
    private readonly ArrivalClock _clock;
    private readonly LogGauges _gauges;
    private readonly CollectorHealth _health;
    private readonly IHostApplicationLifetime _lifetime;
    private readonly TimeProvider _time;
    private readonly StopDeadline _stop;
    private readonly ILogger<JudgingProcess> _logger;
    private readonly PartitionReader[] _partitions;
    private readonly SemaphoreSlim[] _turns;
    private readonly string _holder;
    private readonly Heartbeat _heartbeat = new(Part.FlowLog, "broker", Heartbeat.OfWriter);
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;
    private HeldLease? _lease;
    private long _keepingTakes;
    private bool _isReading;
    private bool _isStopped;

    public JudgingProcess(
        CollectorOptions options, IFlowLog log, ExporterCatalog catalog, IActivitySink sink, ActivityFeed feed, JudgeThread judge,
        ArrivalClock clock, LogGauges gauges, CollectorGauges shown, CollectorHealth health, Heartbeats heartbeats,
        IHostApplicationLifetime lifetime, TimeProvider time, StopDeadline stop, ILogger<JudgingProcess> logger)
    {
        (_options, _log, _exporters, _feed, _judge, _clock) = (options, log, catalog.Directory, feed, judge, clock);
        (_gauges, _health, _lifetime, _time, _stop, _logger) = (gauges, health, lifetime, time, stop, logger);
        var numPartitions = options.Scale.Partitions;
        HopCounters[] counters = [.. Enumerable.Range(0, numPartitions).Select(_ => new HopCounters())];
        _partitions = [.. counters.Select((ofShard, number) => new PartitionReader(
            number, numPartitions,
            new ClientShard(options.Detection.Join, sink, ofShard, numPartitions, _exporters) { KnownEndpoints = judge.KnownEndpoints },
            _exporters, gauges.Partitions[number], logger))];
        _turns = [.. counters.Select(_ => new SemaphoreSlim(1))];

        // Of two containers both may have the same name and process id.
        _holder = $"{options.Scale.KnownAs}/{Guid.NewGuid().ToString("N")[..8]}";
        heartbeats.Add(_heartbeat);
        shown.Counters = counters;
        shown.Show([.. _partitions.Select(partition => partition.Shard)]);
        gauges.Sensors = () => (_partitions.Max(one => one.Clock.NumCounted), _partitions.Max(one => one.Clock.NumLeftOut));
    }

    private ScaleOptions Role => _options.Scale;

    /// <summary>True while the judge or the store has so much to do that nothing more is read.</summary>
    private bool IsBehind =>
        _judge.Queued(JudgedFact.Activity) > _options.Detection.JudgeBacklog / 2
        || _judge.Queued(JudgedFact.Contact) > _options.Detection.JudgeBacklog / 2
        || _feed.Backlog > _options.Store.MaxBacklog / 2;

    /// <exception cref="StartupException">The broker refuses. One that is away is waited for.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var isOpen = await TryAsync(() => _log.OpenAsync(cancellationToken));
        if (!isOpen) ScaleLog.Waiting(_logger, _heartbeat.Fault ?? "");
        _health.ListenersBound = true;
        _running = Task.Run(() => _heartbeat.RunAsync(() => RunAsync(isOpen), _ending.Token), CancellationToken.None);
    }

    /// <summary>Reads no more, and keeps what waits to be joined.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopped) return;
        _isStopped = true;
        await _ending.CancelAsync();
        await _running.WaitAsync(_stop.Left(StopDeadline.Shards), CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_isReading || _lease is not { IsOwn: true }) return;
        using var patience = new CancellationTokenSource(_stop.Left(StopDeadline.HeldFlows));
        await KeepAsync(patience.Token);
    }

    public void Dispose()
    {
        _ending.Dispose();
        foreach (var turn in _turns) turn.Dispose();
    }

    private async Task RunAsync(bool isOpen)
    {
        // 1. The broker, and with it the lease.
        while (!isOpen && await WaitAsync()) isOpen = await TryAsync(() => _log.OpenAsync(_ending.Token));
        while (_lease is not { IsOwn: true })
        {
            if (await TryAsync(RenewAsync) && _lease is { IsOwn: false } other) SayOnce($"another judge, {other.Holder}, holds the lease");
            if (_lease is not { IsOwn: true } && !await WaitAsync()) return;
        }

        // 2. What a former judge was at.
        byte[]? snapshot = null;
        while (!await TryAsync(async () => snapshot = await _log.GetSnapshotAsync(Snapshot, _ending.Token))) await WaitAsync();
        if (snapshot is not null) Restore(snapshot);

        // 3. Each partition from there; and beside it lease and snapshot.
        ScaleLog.Reading(_logger, _partitions.Length, string.Join(", ", Role.Nats.Urls), _holder);
        _isReading = true;
        Task[] reading = [.. _partitions.Index().Select(entry => ReadAsync(entry.Item, entry.Index))];
        var keeping = Task.CompletedTask;
        var (renewed, kept) = (Environment.TickCount64, Environment.TickCount64);
        while (await WaitAsync())
        {
            _heartbeat.Fault = _log.Absence;
            if (keeping.IsFaulted) await keeping;
            if (reading.FirstOrDefault(task => task.IsFaulted) is { } bug) await bug;
            if (Environment.TickCount64 - renewed >= Role.Lease.TotalMilliseconds / 3 && await TryAsync(RenewAsync))
                renewed = Environment.TickCount64;
            if (_lease is { IsOwn: false } taken)
            {
                End(taken);
                break;
            }

            var pause = Math.Max(Role.SnapshotEvery.TotalMilliseconds, _keepingTakes * MostShare);
            if (!keeping.IsCompleted || Environment.TickCount64 - kept < pause) continue;
            keeping = Task.Run(() => KeepAsync(_ending.Token));
            kept = Environment.TickCount64;
        }

        await Task.WhenAll([keeping, .. reading]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task ReadAsync(PartitionReader partition, int number)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await foreach (var entry in _log.ReadAsync(number, partition.Offset + 1, _ending.Token))
                {
                    while (IsBehind) await Task.Delay(Breath, _time, _ending.Token);
                    await _turns[number].WaitAsync(_ending.Token);
                    try
                    {
                        partition.Take(entry, _clock.UnixMilliseconds);
                    }
                    finally
                    {
                        _turns[number].Release();
                    }

                    if (number == 0) SayChanges(partition);
                }
            }
            catch (FlowLogException)
            {
                await Task.Delay(BetweenAttempts, _time, _ending.Token);
            }
        }
    }

    private async Task RenewAsync() => _lease = await _log.HoldAsync(Lease, _holder, _lease, _ending.Token);

    /// <summary>Keeps a snapshot between two batches of every partition.</summary>
    private async Task KeepAsync(CancellationToken stopping)
    {
        byte[] snapshot;
        var began = Environment.TickCount64;
        try
        {
            foreach (var turn in _turns) await turn.WaitAsync(stopping);
        }
        catch (OperationCanceledException)
        {
            return;
        }

        try
        {
            snapshot = LogSnapshot.Write(_partitions, _exporters);
        }
        finally
        {
            foreach (var turn in _turns) turn.Release();
        }

        _keepingTakes = Environment.TickCount64 - began;
        try
        {
            await _log.PutSnapshotAsync(Snapshot, snapshot, stopping);
        }
        catch (Exception failure) when (failure is FlowLogException or OperationCanceledException)
        {
            ScaleLog.SnapshotNotKept(_logger, failure.Message);
        }
    }

    private void Restore(byte[] snapshot)
    {
        try
        {
            ScaleLog.Restored(_logger, LogSnapshot.Restore(snapshot, _partitions, _exporters));
        }
        catch (InvalidDataException damage)
        {
            ScaleLog.SnapshotIsDamaged(_logger, damage.Message);
        }
    }

    private void End(HeldLease taken)
    {
        ScaleLog.LeaseIsLost(_logger, taken.Holder);
        _stop.HasFailed = true;
        _ending.Cancel();
        _lifetime.StopApplication();
    }

    private void SayChanges(PartitionReader partition)
    {
        foreach (var sensor in partition.Clock.Changed)
        {
            if (sensor.IsLeftOut) ScaleLog.LeftOut(_logger, sensor.Name);
            else ScaleLog.Counts(_logger, sensor.Name);
        }

        partition.Clock.Changed.Clear();
    }

    private void SayOnce(string reason)
    {
        if (!string.Equals(_heartbeat.Fault, reason, StringComparison.Ordinal)) ScaleLog.Waiting(_logger, reason);
        _heartbeat.Fault = reason;
    }

    private Task<bool> WaitAsync() => _heartbeat.DelayAsync(BetweenAttempts, _time, _ending.Token);

    /// <summary>One attempt; a failure of the broker is what /readyz says.</summary>
    private async Task<bool> TryAsync(Func<Task> work)
    {
        try
        {
            await work();
            _heartbeat.Fault = null;
            return true;
        }
        catch (FlowLogException away)
        {
            _heartbeat.Fault = away.Message;
            return false;
        }
    }
}
