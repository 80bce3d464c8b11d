using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Flows.Wire;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Scale;

/// <summary>A sensor's way to the log: a writer for each partition, a bounded buffer, and one batch of each partition on its way.</summary>
/// <remarks>
/// A batch is sent until the broker confirms it, and only then the next of its partition: so a sensor's batches are in the log in their
/// order. One that was taken and not confirmed is there twice; its sequence says so to the reader.
/// </remarks>
internal sealed class FlowLogWriting : IHostedService, IDisposable
{
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromSeconds(1);

    private readonly ScaleOptions _options;
    private readonly IFlowLog _log;
    private readonly ExporterCatalog _catalog;
    private readonly LogGauges _gauges;
    private readonly TimeProvider _time;
    private readonly StopDeadline _stop;
    private readonly ILogger<FlowLogWriting> _logger;
    private readonly OutgoingBatches _outgoing;
    private readonly ulong _epoch;
    private readonly PartitionWriter?[] _writers;
    private readonly Heartbeat _heartbeat = new(Part.FlowLog, "broker", Heartbeat.OfWriter);
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;
    private volatile bool _isOpen;
    private bool _isStopped;

    public FlowLogWriting(
        ScaleOptions options, IFlowLog log, ExporterCatalog catalog, ArrivalClock clock, LogGauges gauges, Heartbeats heartbeats,
        TimeProvider time, StopDeadline stop, ILogger<FlowLogWriting> logger)
    {
        (_options, _log, _catalog, _gauges, _time, _stop, _logger) = (options, log, catalog, gauges, time, stop, logger);
        _outgoing = new OutgoingBatches(options.Partitions, options.BufferBytes);
        _writers = new PartitionWriter?[options.Partitions];

        // Another than that of any former process of this name. It need not be later: who reads takes one that it does not know for a
        // new start.
        _epoch = (ulong)clock.AgedUnixMilliseconds;
        (gauges.BufferBytes, gauges.Dropped) = (() => _outgoing.Bytes, () => _outgoing.Dropped);
        heartbeats.Add(_heartbeat);
    }

    public int NumPartitions => _options.Partitions;

    /// <summary>True once the broker has been reached.</summary>
    public bool IsOpen => _isOpen;

    /// <summary>Which start of the sensor this is.</summary>
    public ulong Epoch => _epoch;

    /// <summary>Batches that the broker confirmed, and flow starts in them; what goes to two partitions counts twice.</summary>
    public (long Batches, long FlowStarts) NumSent => _outgoing.NumSent;

    /// <summary>Takes the flow starts of one partition.</summary>
    public IShard PartitionOf(int number, HopCounters counters) => _writers[number] = new PartitionWriter(
        number, _options.Partitions,
        new FlowBatchWriter(_options.KnownAs, _options.FindSite(), _epoch, (ushort)number, _catalog.Directory), _outgoing, counters);

    /// <summary>True when nothing waits for the broker.</summary>
    public bool HasSentAll => _outgoing.Count == 0;

    /// <summary>True when so much waits that those who can wait themselves should.</summary>
    public bool IsHalfFull => _outgoing.Bytes > _options.BufferBytes / 2;

    /// <summary>
    /// Says from now on whether all that the partitions have taken by now has left: the broker has confirmed it, or it made room for what
    /// came later, and was counted. Needs the turns of the shards' threads.
    /// </summary>
    public Func<bool> Follow()
    {
        PartitionWriter[] writers = [.. _writers.OfType<PartitionWriter>()];
        long[] settled = [.. writers.Select(writer => writer.NumSettled)];
        long? added = null;
        return () =>
        {
            if (added is null && writers.Zip(settled).All(pair => pair.First.NumSettled > pair.Second)) added = _outgoing.NumAdded;
            return added is { } count && _outgoing.HasSentFirst(count);
        };
    }

    /// <exception cref="StartupException">The broker refuses. One that is away is waited for.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        try
        {
            await OpenAsync(cancellationToken);
        }
        catch (FlowLogException away)
        {
            _heartbeat.Fault = away.Message;
            ScaleLog.BrokerIsAway(_logger, away.Message);
        }

        _running = Task.Run(() => _heartbeat.RunAsync(RunAsync, _ending.Token), CancellationToken.None);
    }

    /// <summary>Those who write have ended: what waits is sent, as far as there is time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopped) return;
        _isStopped = true;
        while (_isOpen && _outgoing.Count > 0 && !_stop.IsOver(StopDeadline.HeldFlows)) await Task.Delay(20, CancellationToken.None);
        await _ending.CancelAsync();
        await _running.WaitAsync(_stop.Left(StopDeadline.Completing), CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_outgoing.Count > 0) ScaleLog.NotSent(_logger, _outgoing.Count, _outgoing.Bytes);
    }

    public void Dispose()
    {
        _ending.Dispose();
        _outgoing.Dispose();
    }

    private async Task OpenAsync(CancellationToken stopping)
    {
        await _log.OpenAsync(stopping);
        _isOpen = true;
        ScaleLog.Writing(_logger, _options.KnownAs, string.Join(", ", _options.Nats.Urls), _options.Partitions);
    }

    private async Task RunAsync()
    {
        while (!_isOpen)
        {
            if (!await _heartbeat.DelayAsync(BetweenLooks, _time, _ending.Token)) return;
            try
            {
                await OpenAsync(_ending.Token);
            }
            catch (FlowLogException away)
            {
                _heartbeat.Fault = away.Message;
            }
            catch (StartupException refused)
            {
                // It would have ended the start; whoever runs goes on, and says so.
                _heartbeat.Fault = refused.Message;
            }
        }

        Task[] sending = [.. Enumerable.Range(0, _options.Partitions).Select(SendAsync)];
        var isAway = false;
        while (await _heartbeat.DelayAsync(BetweenLooks, _time, _ending.Token))
        {
            _heartbeat.Fault = _log.Absence;
            if (isAway != _log.Absence is not null) Say(isAway = !isAway);
            if (sending.FirstOrDefault(task => task.IsFaulted) is { } bug) await bug;
        }
    }

    private void Say(bool isAway)
    {
        if (isAway) ScaleLog.BrokerIsAway(_logger, _log.Absence ?? "");
        else ScaleLog.BrokerIsBack(_logger, _outgoing.Count);
    }

    private async Task SendAsync(int partition)
    {
        while (!_ending.IsCancellationRequested)
        {
            var batch = await _outgoing.NextAsync(partition, _ending.Token);
            while (!await TrySendAsync(partition, batch)) await Task.Delay(BetweenAttempts, _time, _ending.Token);
            _outgoing.Sent(batch);
            _gauges.Partitions[partition].Pass(batch.Length);
        }
    }

    private async Task<bool> TrySendAsync(int partition, byte[] batch)
    {
        try
        {
            await _log.AppendAsync(LogSubject.Flow(partition, _options.KnownAs), batch, _ending.Token);
            return true;
        }
        catch (FlowLogException)
        {
            return false;
        }
    }
}
