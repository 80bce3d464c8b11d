using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Vitals;
using RpcCollector.ZeekLogs;
using LogPlace = RpcCollector.ZeekLogs.LogPosition;

namespace RpcCollector.Scale;

/// <summary>
/// A sensor's way to the judge for what its Zeek and Suricata logs tell besides flows; and what keeps how far these logs have been read.
/// </summary>
/// <remarks>
/// A position is kept once the broker has confirmed the flows that stand before it, in one transaction with the messages of what else
/// stands there; these are sent only then, until they are confirmed, and the next position waits for that. So whoever is killed reads
/// flows again, which those who join know already, and nothing else: messages that were kept keep their numbers, and the judge takes each
/// once. While the broker is away no more is read than has room, and the logs keep the rest.
/// </remarks>
internal sealed class LogTelling : IOperationSink, INameSink, ILogKeeper, IHostedService, IDisposable
{
    /// <summary>Octets of messages that may wait; what is read at once comes to it.</summary>
    private const long MostOctets = 4L << 20;

    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromMilliseconds(500);

    private readonly IFlowLog _log;
    private readonly FlowLogWriting _writing;
    private readonly Func<StateStore>? _state;
    private readonly TimeProvider _time;
    private readonly StopDeadline _stop;
    private readonly ILogger<LogTelling> _logger;
    private readonly ToldByLogs _told;
    private readonly LogSubject _subject;
    private readonly Heartbeat _heartbeat;
    private readonly CancellationTokenSource _ending = new();

    // What the thread that follows logs and the one that sends share.
    private readonly Lock _lock = new();
    private LogPositionRows? _rows;
    private Checkpoint? _checkpoint;
    private LogPlace[] _latest = [];
    private LogPlace[] _kept = [];
    private bool _isFull;

    // In the store, and not confirmed yet.
    private byte[][] _unsent = [];
    private Task _running = Task.CompletedTask;
    private bool _isFailing;
    private bool _isStopped;

    /// <param name="state">Where positions are kept; asked for at the start; null when nothing is kept.</param>
    public LogTelling(
        ScaleOptions options, IFlowLog log, FlowLogWriting writing, ExporterCatalog catalog, Func<StateStore>? state,
        Heartbeats heartbeats, TimeProvider time, StopDeadline stop, ILogger<LogTelling> logger)
    {
        (_log, _writing, _state, _time, _stop, _logger) = (log, writing, state, time, stop, logger);
        _subject = LogSubject.Told(options.KnownAs);
        _told = new ToldByLogs(options.KnownAs, writing.Epoch, catalog.Directory, options.FindSite());
        _heartbeat = heartbeats.Add(new Heartbeat(Part.FlowLog, "what logs told", Heartbeat.OfWriter));
    }

    public bool HasRoom => !Volatile.Read(ref _isFull) && !_writing.IsHalfFull;

    public void Offer(in RpcOperation operation, long arrivalUnixMilliseconds)
    {
        lock (_lock)
        {
            _told.Add(operation, arrivalUnixMilliseconds);
            Volatile.Write(ref _isFull, _told.Octets >= MostOctets);
        }
    }

    public void Offer(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        lock (_lock)
        {
            _told.Add(lease, arrivalUnixMilliseconds);
            Volatile.Write(ref _isFull, _told.Octets >= MostOctets);
        }
    }

    public void Offer(HostAddress address, NamePeriod told)
    {
        lock (_lock)
        {
            _told.Add(address, told);
            Volatile.Write(ref _isFull, _told.Octets >= MostOctets);
        }
    }

    public void Offer(HostAddress client, LogonRow row)
    {
        lock (_lock)
        {
            _told.Add(client, row);
            Volatile.Write(ref _isFull, _told.Octets >= MostOctets);
        }
    }

    public IReadOnlyList<LogPlace> Load() => _rows is null ? [] : StoredPositions.LoadFrom(_rows);

    public void Keep(LogPlace[] positions, Func<bool> haveTaken)
    {
        lock (_lock)
        {
            _latest = positions;
            if (_checkpoint is not null || LogPlace.AreSame(positions, _kept)) return;
            _checkpoint = new Checkpoint(positions, TakeTold(), haveTaken);
        }
    }

    /// <exception cref="StartupException">What is kept cannot be read.</exception>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_state is not null)
        {
            _rows = new LogPositionRows(_state());
            _unsent = Read(StoreFolder.ReadOrRefuse("what logs told is kept, but", _rows.LoadTold));
        }

        _running = Task.Run(() => _heartbeat.RunAsync(RunAsync, _ending.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <summary>Those who read logs have ended, and what they handed on was sent, as far as there was time.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopped) return;
        _isStopped = true;
        await _ending.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!_writing.HasSentAll || !TryKeepLast()) return;
        using var patience = new CancellationTokenSource(_stop.Left(StopDeadline.Completing));
        await SendAsync(patience.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _ending.Dispose();

    private async Task RunAsync()
    {
        // What an earlier process has kept goes before all that has other numbers.
        await SendAsync(_ending.Token);
        while (await _heartbeat.DelayAsync(BetweenLooks, _time, _ending.Token))
        {
            if (_checkpoint is not { } checkpoint || !checkpoint.HaveLeft(_writing) || !TryKeep(checkpoint)) continue;
            lock (_lock) _checkpoint = null;
            await SendAsync(_ending.Token);
        }
    }

    private async Task SendAsync(CancellationToken stopping)
    {
        foreach (var message in _unsent)
        {
            while (!await TrySendAsync(message, stopping))
            {
                if (!await _heartbeat.DelayAsync(BetweenAttempts, _time, stopping)) return;
            }
        }

        _unsent = [];
    }

    private async Task<bool> TrySendAsync(byte[] message, CancellationToken stopping)
    {
        try
        {
            await _log.AppendAsync(_subject, message, stopping);
            return true;
        }
        catch (FlowLogException)
        {
            // Who writes flow starts says so.
            return false;
        }
    }

    private bool TryKeepLast()
    {
        lock (_lock)
        {
            var checkpoint = new Checkpoint(_latest, [.. _checkpoint?.Messages ?? [], .. TakeTold()], static () => true);
            _checkpoint = null;
            if (checkpoint.Messages.Length == 0 && LogPlace.AreSame(_latest, _kept)) return _unsent.Length > 0;
            return TryKeep(checkpoint);
        }
    }

    private bool TryKeep(Checkpoint checkpoint)
    {
        byte[][] unsent = [.. _unsent, .. checkpoint.Messages];
        try
        {
            _rows?.Save(checkpoint.Positions, Write(unsent));
            (_kept, _unsent, _isFailing) = (checkpoint.Positions, unsent, false);
            return true;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            if (!_isFailing) ZeekLogEvents.SaveFailed(_logger, failure.Message);
            _isFailing = true;
            return false;
        }
    }

    private byte[][] TakeTold()
    {
        Volatile.Write(ref _isFull, false);
        return _told.Take();
    }

    private static string Write(byte[][] messages) => string.Join('\n', messages.Select(Convert.ToBase64String));

    private static byte[][] Read(string? written) =>
        string.IsNullOrEmpty(written) ? [] : [.. written.Split('\n').Select(Convert.FromBase64String)];

    /// <summary>How far logs were read, what is to be sent of it, and whether its flows have been sent.</summary>
    private sealed class Checkpoint(LogPlace[] positions, byte[][] messages, Func<bool> haveTaken)
    {
        private Func<bool>? _haveLeft;

        public LogPlace[] Positions => positions;

        public byte[][] Messages => messages;

        public bool HaveLeft(FlowLogWriting writing)
        {
            if (_haveLeft is null && haveTaken()) _haveLeft = writing.Follow();
            return _haveLeft is { } left && left();
        }
    }
}
