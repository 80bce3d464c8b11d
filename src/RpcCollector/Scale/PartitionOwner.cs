using System.Globalization;
using RpcCollector.Flows.Time;

namespace RpcCollector.Scale;

/// <summary>
/// Has one partition for as long as it is told to: goes on from its snapshot, reads its log, and appends what follows for the judge.
/// </summary>
/// <remarks>
/// A snapshot is of a moment at which all that followed from what was read stands in the judge's log; who goes on from it says the rest
/// again, which the judge passes over. While the broker does not confirm, nothing is read.
/// </remarks>
/// <param name="create">A correlator that knows nothing.</param>
internal sealed class PartitionOwner(
    int partition, IFlowLog log, Func<PartitionCorrelator> create, TimeSpan snapshotEvery, ArrivalClock clock, TimeProvider time,
    ILogger logger) : IDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    private readonly CancellationTokenSource _ending = new();
    private PartitionCorrelator _correlator = create();
    private Task _running = Task.CompletedTask;
    private Task _keeping = Task.CompletedTask;
    private long _kept;

    // While what follows from an entry that was taken does not stand in the judge's log yet, no snapshot may say that it does.
    private bool _hasUnsaid;

    /// <summary>Replaced while it begins; its shard's figures may be read by any thread.</summary>
    public PartitionCorrelator Correlator => _correlator;

    /// <summary>What ended it although nobody told it to, which can only be a bug.</summary>
    public Exception? Bug => _running.Exception?.InnerException;

    private string Name => string.Create(CultureInfo.InvariantCulture, $"partition-{partition}");

    public void Begin() => _running = Task.Run(RunAsync);

    /// <summary>
    /// Reads no more, and keeps how far it is; where something was not confirmed yet, whoever goes on begins at the snapshot before.
    /// </summary>
    public async Task EndAsync(CancellationToken patience)
    {
        await _ending.CancelAsync();
        await _running.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _keeping.WaitAsync(patience).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_running.IsCompletedSuccessfully && !_hasUnsaid && _correlator.Offset > 0) await PutAsync(_correlator.Snapshot(), patience);
    }

    public void Dispose() => _ending.Dispose();

    private async Task RunAsync()
    {
        try
        {
            await RestoreAsync();
            _kept = Environment.TickCount64;
            while (true) await ReadAsync();
        }
        catch (OperationCanceledException) when (_ending.IsCancellationRequested)
        {
            // As planned.
        }
    }

    private async Task RestoreAsync()
    {
        while (true)
        {
            try
            {
                if (await log.GetSnapshotAsync(Name, _ending.Token) is { } snapshot)
                    ScaleLog.Restored(logger, partition, _correlator.Restore(snapshot));
                return;
            }
            catch (InvalidDataException damage)
            {
                // Some of it may be in the shard already.
                _correlator = create();
                ScaleLog.SnapshotIsDamaged(logger, partition, damage.Message);
                return;
            }
            catch (FlowLogException)
            {
                await Task.Delay(BetweenAttempts, time, _ending.Token);
            }
        }
    }

    /// <summary>Reads until the broker fails.</summary>
    private async Task ReadAsync()
    {
        try
        {
            await foreach (var entry in log.ReadAsync(LogSubject.Flow(partition), _correlator.Offset + 1, _ending.Token))
            {
                _hasUnsaid = true;
                foreach (var message in _correlator.Take(entry, clock.UnixMilliseconds)) await AppendAsync(message);
                _hasUnsaid = false;
                Keep();
                if (partition == 0) SayChanges();
            }
        }
        catch (FlowLogException)
        {
            await Task.Delay(BetweenAttempts, time, _ending.Token);
        }
    }

    /// <summary>Appends until it is confirmed; what was taken is never left out.</summary>
    private async Task AppendAsync(ReadOnlyMemory<byte> message)
    {
        while (true)
        {
            try
            {
                await log.AppendAsync(LogSubject.Act(partition), message, _ending.Token);
                return;
            }
            catch (FlowLogException)
            {
                await Task.Delay(BetweenAttempts, time, _ending.Token);
            }
        }
    }

    // Sensors write to all partitions alike: one of those who read says what they are.
    private void SayChanges()
    {
        foreach (var sensor in _correlator.Clock.Changed)
        {
            if (sensor.IsLeftOut) ScaleLog.LeftOut(logger, sensor.Name);
            else ScaleLog.Counts(logger, sensor.Name);
        }

        _correlator.Clock.Changed.Clear();
    }

    /// <summary>Takes a snapshot when it is time, and puts it while reading goes on.</summary>
    private void Keep()
    {
        if (!_keeping.IsCompleted || Environment.TickCount64 - _kept < snapshotEvery.TotalMilliseconds) return;
        var snapshot = _correlator.Snapshot();
        _kept = Environment.TickCount64;
        _keeping = PutAsync(snapshot, _ending.Token);
    }

    private async Task PutAsync(byte[] snapshot, CancellationToken stopping)
    {
        try
        {
            await log.PutSnapshotAsync(Name, snapshot, stopping);
        }
        catch (Exception failure) when (failure is FlowLogException or OperationCanceledException)
        {
            ScaleLog.SnapshotNotKept(logger, partition, failure.Message);
        }
    }
}
