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
    private readonly JudgeSnapshots _snapshots;
    private readonly Func<PartitionReader[]> _create;
    private readonly SemaphoreSlim[] _turns;
    private readonly JudgeLease _lease;
    private readonly Heartbeat _heartbeat = new(Part.FlowLog, "broker", Heartbeat.OfWriter);
    private readonly CancellationTokenSource _ending = new();
    private PartitionReader[] _partitions;
    private Task _running = Task.CompletedTask;
    private Task _keeping = Task.CompletedTask;
    private long _keepingTakes;
    private volatile bool _isReading;
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
        _snapshots = new JudgeSnapshots(log, _exporters, feed, judge, logger);
        _create = () =>
        {
            PartitionReader[] partitions = [.. counters.Select((ofShard, number) => new PartitionReader(
                number, numPartitions,
                new ClientShard(options.Detection.Join, sink, ofShard, numPartitions, _exporters) { KnownEndpoints = judge.KnownEndpoints },
                _exporters, gauges.Partitions[number], logger))];
            shown.Show([.. partitions.Select(partition => partition.Shard)]);
            return partitions;
        };
        _turns = [.. counters.Select(_ => new SemaphoreSlim(1))];

        _lease = new JudgeLease(log, options.Scale);
        heartbeats.Add(_heartbeat);
        shown.Counters = counters;
        _partitions = _create();
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
        if (!_isReading || !_lease.IsOwn) return;
        using var patience = new CancellationTokenSource(_stop.Left(StopDeadline.HeldFlows));
        try
        {
            // All that was published is written after this, unless the process is killed now.
            if (!_lease.IsSure) await _lease.RenewAsync(patience.Token);
            if (_lease.IsOwn && await TrySetAsideAsync(patience.Token)) await _snapshots.PutAsync(patience.Token);
        }
        catch (Exception failure) when (failure is FlowLogException or OperationCanceledException)
        {
            ScaleLog.SnapshotNotKept(_logger, failure.Message);
        }
    }

    public void Dispose()
    {
        _ending.Dispose();
        foreach (var turn in _turns) turn.Dispose();
    }

    private async Task RunAsync(bool isOpen)
    {
        // 1. The broker, and with it the lease.
        while (!isOpen && await WaitAsync()) isOpen = await TryOpenAsync();
        while (!_lease.IsOwn)
        {
            if (await TryRenewAsync() && _lease.Other is { } other) SayOnce($"another judge, {other}, holds the lease");
            if (!_lease.IsOwn && !await WaitAsync()) return;
        }

        // 2. What a former judge was at.
        await RestoreAsync();

        // 3. Each partition from there; and beside it lease and snapshot.
        ScaleLog.Reading(_logger, _partitions.Length, string.Join(", ", Role.Nats.Urls), _lease.Holder);
        _isReading = true;
        Task[] reading = [.. _partitions.Index().Select(entry => ReadAsync(entry.Item, entry.Index))];
        try
        {
            await WatchAsync(reading);
        }
        catch (Exception) when (!_ending.IsCancellationRequested)
        {
            // A batch may be half taken: nothing more is read or kept, and the lease runs out.
            _isReading = false;
            await _ending.CancelAsync();
            throw;
        }
        finally
        {
            await Task.WhenAll([_keeping, .. reading]).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task WatchAsync(Task[] reading)
    {
        var kept = Environment.TickCount64;
        while (await WaitAsync())
        {
            _heartbeat.Fault = _log.Absence;
            if (_keeping.IsFaulted) await _keeping;
            if (reading.FirstOrDefault(task => task.IsFaulted) is { } bug) await bug;
            if (_lease.IsDue) await TryRenewAsync();
            if (_lease.Other is { } taken)
            {
                End(taken);
                break;
            }

            if (!_keeping.IsCompleted) continue;
            if (_snapshots.HasAside)
            {
                if (_snapshots.IsCovered && _lease.IsSure) _keeping = Task.Run(() => _snapshots.PutAsync(_ending.Token));
                continue;
            }

            if (Environment.TickCount64 - kept < Math.Max(Role.SnapshotEvery.TotalMilliseconds, _keepingTakes * MostShare)) continue;
            _keeping = Task.Run(() => TrySetAsideAsync(_ending.Token));
            kept = Environment.TickCount64;
        }
    }

    private async Task ReadAsync(PartitionReader partition, int number)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await foreach (var entry in _log.ReadAsync(LogSubject.Flow(number), partition.Offset + 1, _ending.Token))
                {
                    await TurnAsync(number);
                    try
                    {
                        partition.Take(entry, _clock.UnixMilliseconds);
                    }
                    catch
                    {
                        // Half of the batch may be in the shard: that is not kept.
                        _isReading = false;
                        throw;
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

    /// <summary>Waits until a batch may be taken: there is room for what follows from it, and nobody else judges.</summary>
    private async Task TurnAsync(int number)
    {
        while (true)
        {
            while (IsBehind || !_lease.IsSure) await Task.Delay(Breath, _time, _ending.Token);
            await _turns[number].WaitAsync(_ending.Token);
            if (_lease.IsSure) return;
            _turns[number].Release();
        }
    }

    /// <summary>Takes a snapshot between two batches of every partition.</summary>
    private async Task<bool> TrySetAsideAsync(CancellationToken stopping)
    {
        var began = Environment.TickCount64;
        var held = 0;
        try
        {
            for (; held < _turns.Length; held++) await _turns[held].WaitAsync(stopping);
            if (_isReading) _snapshots.SetAside(_partitions);
            return _isReading;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
        finally
        {
            while (held > 0) _turns[--held].Release();
            _keepingTakes = Environment.TickCount64 - began;
        }
    }

    private async Task RestoreAsync()
    {
        try
        {
            byte[]? snapshot = null;
            while (!await TryAsync(async () => snapshot = await _snapshots.GetAsync(_ending.Token)))
            {
                if (await WaitAsync()) await TryRenewAsync();
            }

            if (snapshot is not null) ScaleLog.Restored(_logger, LogSnapshot.Restore(snapshot, _partitions, _exporters));
        }
        catch (InvalidDataException damage)
        {
            // Some of it may be in the shards already.
            _partitions = _create();
            ScaleLog.SnapshotIsDamaged(_logger, damage.Message);
        }
    }

    private void End(string other)
    {
        ScaleLog.LeaseIsLost(_logger, other);
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

    private Task<bool> TryRenewAsync() => TryAsync(() => _lease.RenewAsync(_ending.Token));

    private Task<bool> WaitAsync() => _heartbeat.DelayAsync(BetweenAttempts, _time, _ending.Token);

    /// <summary>One attempt. A refusal would have ended the start; whoever runs goes on asking, and says so.</summary>
    private async Task<bool> TryOpenAsync()
    {
        try
        {
            return await TryAsync(() => _log.OpenAsync(_ending.Token));
        }
        catch (StartupException refused)
        {
            _heartbeat.Fault = refused.Message;
            return false;
        }
    }

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
