using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Http;
using RpcCollector.Judging;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Scale.Names;
using RpcCollector.Scale.Sensors;
using RpcCollector.Store;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector;

/// <summary>
/// What stands in a judge in the place of the collecting process: reads the judge's log, and hands what it says to the store and the
/// judge. Of several judges each does so; the one that holds the lease tells people.
/// </summary>
/// <remarks>Nothing is dropped on the way: while the judge or the store is behind, nothing is read, and the log keeps it.</remarks>
internal sealed class JudgingProcess : IHostedService, IDisposable
{
    /// <summary>The name under which the store says up to where it has everything.</summary>
    private const string StoredName = "judge_log_offset";

    // What one message says, and what waits already, is one turn of the judge.
    private const int MostWaiting = 2_048;

    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan BetweenNotes = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(2);

    private readonly CollectorOptions _options;
    private readonly IFlowLog _log;
    private readonly ExporterDirectory _exporters;
    private readonly IActivitySink _sink;
    private readonly ActivityFeed _feed;
    private readonly JudgeThread _judge;
    private readonly StateStore _state;
    private readonly SensorReports _sensors;
    private readonly JudgeWords _words;
    private readonly HeardNames _names;
    private readonly ArrivalClock _clock;
    private readonly LogGauges _gauges;
    private readonly JudgeStanding _standing;
    private readonly CollectorHealth _health;
    private readonly TimeProvider _time;
    private readonly StopDeadline _stop;
    private readonly ILogger<JudgingProcess> _logger;
    private readonly LogLease _lease;
    private readonly Heartbeat _heartbeat = new(Part.FlowLog, "broker", Heartbeat.OfWriter);
    private readonly LogAttempts _attempts;
    private readonly CancellationTokenSource _ending = new();
    private Task _running = Task.CompletedTask;
    private Task _telling = Task.CompletedTask;
    private IKnownEndpoints? _told;
    private ulong _version;
    private ActReader? _reader;
    private long _noted;
    private long _notedAt;
    private bool _isStopped;

    public JudgingProcess(
        CollectorOptions options, IFlowLog log, ExporterCatalog catalog, IActivitySink sink, ActivityFeed feed, JudgeThread judge,
        StateStore state, SensorReports sensors, JudgeWords words, HeardNames names, ArrivalClock clock, LogGauges gauges,
        JudgeStanding standing, CollectorHealth health, Heartbeats heartbeats, TimeProvider time, StopDeadline stop,
        ILogger<JudgingProcess> logger)
    {
        (_options, _log, _exporters, _sink, _feed, _judge) = (options, log, catalog.Directory, sink, feed, judge);
        (_state, _sensors, _words, _names, _clock, _gauges) = (state, sensors, words, names, clock, gauges);
        (_standing, _health) = (standing, health);
        gauges.RejectedNames = () => names.Refused;
        (_time, _stop, _logger) = (time, stop, logger);
        _lease = new LogLease(log, options.Scale, LogLease.Judge, LogLease.HolderOf(options.Scale));
        _standing.Set(isActive: false, other: null);
        _judge.FollowLog();
        _attempts = new LogAttempts(log, _heartbeat);
        heartbeats.Add(_heartbeat);
    }

    /// <summary>True while the judge or the store has so much to do that nothing more is read.</summary>
    private bool IsBehind => _judge.Queued(JudgedFact.Activity) >= MostWaiting || _judge.Queued(JudgedFact.Contact) >= MostWaiting
        || _judge.Queued(JudgedFact.Operation) >= MostWaiting || _judge.Queued(JudgedFact.Lease) >= MostWaiting
        || _feed.Backlog > _options.Store.MaxBacklog / 2;

    /// <exception cref="StartupException">The broker refuses. One that is away is waited for.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var isOpen = await _attempts.TryAsync(() => _log.OpenAsync(cancellationToken));
        if (!isOpen) ScaleLog.Waiting(_logger, _heartbeat.Fault ?? "");
        _health.ListenersBound = true;
        _running = Task.Run(() => _heartbeat.RunAsync(() => RunAsync(isOpen), _ending.Token), CancellationToken.None);
    }

    /// <summary>Reads no more, and lets another judge tell people at once.</summary>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        if (_isStopped) return;
        _isStopped = true;
        await _ending.CancelAsync();
        await _running.WaitAsync(_stop.Left(StopDeadline.Shards), CancellationToken.None)
            .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        using var patience = new CancellationTokenSource(_stop.Left(StopDeadline.Completing));
        if (_standing.IsActive)
            await ((Task)_attempts.TryAsync(() => _words.SayRestAsync(patience.Token)))
                .ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _standing.Set(isActive: false, other: null);
        await ((Task)_attempts.TryAsync(() => _lease.GiveBackAsync(patience.Token))).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public void Dispose() => _ending.Dispose();

    private async Task RunAsync(bool isOpen)
    {
        while (!isOpen && await WaitAsync()) isOpen = await _attempts.TryOpenAsync(_ending.Token);
        _reader = BeginReader();
        ScaleLog.Reading(_logger, _reader.Offset, string.Join(", ", _options.Scale.Nats.Urls), _lease.Holder);
        var reading = ReadAsync(_reader);
        do
        {
            if (reading.IsFaulted) await reading;
            await StandAsync();
            if (_standing.IsActive) await SayRestAsync();
            if (_standing.IsActive && _telling.IsCompleted && _judge.KnownEndpoints.Latest is { } known && known != _told)
                _telling = TellAsync(known, _reader.UnixMilliseconds);
            if (_telling.IsFaulted) await _telling;
        }
        while (await WaitAsync());

        await reading.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        NoteStored(isDue: true);
    }

    /// <summary>Goes on from what the judge and the store have.</summary>
    private ActReader BeginReader()
    {
        var stored = _state.Value(StoredName) is { } text
            && long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var offset) ? offset : 0;
        var position = new LogPosition { Offset = stored };
        if (_options.Judgement.Enabled)
        {
            try
            {
                position = LogPosition.Read(_judge.KeptPosition);
            }
            catch (InvalidDataException damage)
            {
                position = new LogPosition();
                ScaleLog.PositionIsDamaged(_logger, damage.Message);
            }
        }

        _noted = stored;
        return new ActReader(position, stored, _exporters, _sink, _feed, _judge, _gauges.OfJudge, _logger)
        {
            Deed = _sensors.Take,
            Words = _words.BeginReader(stored),
            Names = _names,
        };
    }

    private async Task ReadAsync(ActReader reader)
    {
        while (!_ending.IsCancellationRequested)
        {
            try
            {
                await foreach (var entry in _log.ReadAsync(LogSubject.AllActs, reader.Offset + 1, _ending.Token))
                {
                    while (IsBehind)
                    {
                        _judge.Hurry();
                        await Task.Delay(Breath, _time, _ending.Token);
                    }

                    reader.Take(entry, _clock.UnixMilliseconds);
                    await _words.ApplyAsync(_ending.Token);
                    NoteStored(isDue: false);
                }
            }
            catch (FlowLogException)
            {
                await Task.Delay(BetweenAttempts, _time, _ending.Token);
            }
        }
    }

    /// <summary>Says to the store up to where it has everything; a moment late, so that it is never more than it has.</summary>
    private void NoteStored(bool isDue)
    {
        if (!isDue && Environment.TickCount64 - _notedAt < BetweenNotes.TotalMilliseconds) return;
        _notedAt = Environment.TickCount64;
        _reader!.Settle();
        try
        {
            _words.Note();
            if (_reader.Stored == _noted) return;
            _state.SetValue(StoredName, _reader.Stored.ToString(CultureInfo.InvariantCulture));
            _noted = _reader.Stored;
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            // The store says so itself. What it has not is handed to it again.
        }
    }

    /// <summary>Says to all partitions which endpoints are known: from that offset of their logs on they join by it.</summary>
    private async Task TellAsync(IKnownEndpoints known, long now)
    {
        _version = Math.Max(_version + 1, (ulong)Math.Max(0, now));
        var messages = KnownEndpointsMessages.Of(_options.Scale.KnownAs, epoch: _version, _version, now, known);
        try
        {
            for (var partition = 0; partition < _options.Scale.Partitions; partition++)
            {
                foreach (var message in messages) await _log.AppendAsync(LogSubject.KnownEndpoints(partition), message, _ending.Token);
            }

            _told = known;
        }
        catch (Exception failure) when (failure is FlowLogException or OperationCanceledException)
        {
            // Said anew to all at the next look.
        }
    }

    /// <summary>Holds the lease for longer, or sees who does.</summary>
    private async Task StandAsync()
    {
        var (fault, isActive) = (_log.Absence, false);
        try
        {
            if (_lease.IsDue) await _lease.RenewAsync(_ending.Token);
            isActive = await _words.MaySpeakAsync(_lease, _ending.Token) && _lease.IsSure;
        }
        catch (FlowLogException away)
        {
            // For as long as the lease lasts it remains what it was.
            fault = away.Message;
            isActive = _standing.IsActive && _lease.IsSure;
        }

        if (isActive != _standing.IsActive)
        {
            // The one before may have told what it knew: this one tells what it knows.
            if (isActive) _told = null;
            if (isActive) ScaleLog.Active(_logger, _lease.Holder);
            else ScaleLog.StandsBy(_logger, _lease.Other ?? "nobody yet");
        }

        _standing.Set(isActive, _lease.Other);
        if (!isActive)
            fault ??= _lease.Other is { } other ? $"stands by: {other} judges"
                : _lease.IsSure ? "takes over: reads what was said before" : "the lease is not held";
        _heartbeat.Fault = fault;
    }

    /// <summary>What nobody waited for; while the broker is away it waits on.</summary>
    private async Task SayRestAsync()
    {
        try
        {
            await _words.SayRestAsync(_ending.Token);
        }
        catch (Exception failure) when (failure is FlowLogException || Database.IsDiskFailure(failure))
        {
            // At the next look.
        }
    }

    private Task<bool> WaitAsync() => _heartbeat.DelayAsync(BetweenAttempts, _time, _ending.Token);
}
