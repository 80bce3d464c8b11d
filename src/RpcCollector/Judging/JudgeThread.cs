using System.Collections.Concurrent;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows.Time;
using RpcCollector.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Judging;

/// <summary>
/// The thread that owns the judge: takes facts from the shards and from Zeek over bounded queues, keeps the judge's clock and its
/// journal, and answers questions between.
/// </summary>
/// <remarks>
/// Who puts facts in never waits: what finds no room is dropped and counted. Where nothing is to be judged there is neither judge nor
/// thread, and facts end here.
/// </remarks>
internal sealed class JudgeThread : IOperationSink, IHostedService, IDisposable
{
    private const int MaxQuestions = 64;

    // A turn is so far from the next when little comes; a queue that fills wakes the thread before.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);

    // A turn of the journal has no more facts; between two of them it may be handed over.
    private const int MaxFactsInTurn = 2_048;

    // Without facts a position is kept once in so many milliseconds of the log's time.
    private const long BetweenPositions = 5_000;

    private readonly Func<Judge>? _create;
    private readonly Func<JudgeMemory> _remember;
    private readonly Func<IReadOnlyList<Verdict>> _verdicts;
    private readonly Func<IReadOnlyList<ToldRole>> _toldRoles;
    private readonly JudgeGauges _gauges;
    private readonly ArrivalClock _clock;
    private readonly ILogger _logger;
    private readonly FactQueue<ActivityChange> _activities;
    private readonly FactQueue<ContactChange> _contacts;
    private readonly FactQueue<RpcOperation> _operations;
    private readonly FactQueue<AddressLease> _leases;
    private readonly ConcurrentQueue<Action<Judge?>> _questions = new();
    private readonly AutoResetEvent _wake = new(false);

    // What one message of a log says is taken whole, with how far its reader has come.
    private readonly Lock _delivering = new();
    private ReadOnlyMemory<byte> _position;
    private long _logTime;
    private bool _followsLog;
    private readonly int _wakeAt;
    private readonly StopDeadline _stop;
    private JudgeMemory _memory = null!;
    private int _factsInTurn;
    private long _positionTold;
    private long _turns;
    private Thread? _thread;
    private volatile bool _ending;
    private volatile bool _ended;

    /// <param name="create">Makes a judge that knows nothing yet; null when nothing is to be judged.</param>
    /// <param name="capacity">Of each queue.</param>
    /// <param name="remember">What brings the judge back and keeps what it takes: asked for once, at the start.</param>
    /// <param name="verdicts">The latest of every finding: asked for once, at the start.</param>
    /// <param name="toldRoles">The roles that people told and that hold: the same; none when null.</param>
    public JudgeThread(
        Func<Judge>? create, int capacity, Func<JudgeMemory> remember, Func<IReadOnlyList<Verdict>> verdicts, JudgeGauges gauges,
        ArrivalClock clock, ILogger<JudgeThread> logger, StopDeadline? stop = null, Func<IReadOnlyList<ToldRole>>? toldRoles = null)
    {
        _toldRoles = toldRoles ?? (static () => []);
        _stop = stop ?? new StopDeadline(logger);
        (_create, _remember, _verdicts, _gauges, _clock, _logger) = (create, remember, verdicts, gauges, clock, logger);
        (_activities, _contacts, _operations, _leases) = (new(capacity), new(capacity), new(capacity), new(capacity));
        _wakeAt = Math.Max(1, capacity / 4);
    }

    /// <summary>What the shards may ask at any time.</summary>
    public CurrentEndpoints KnownEndpoints { get; } = new();

    public Heartbeat Heartbeat { get; } = new(Part.Judge, "judge", Heartbeat.OfWriter);

    /// <summary>True before the start and while it judges.</summary>
    public bool IsRunning => !_ended || _ending;

    /// <summary>How often it has taken what waited.</summary>
    public long Turns => Volatile.Read(ref _turns);

    /// <summary>True once it has taken all that was put in before its turns were so many: one may have been under way then.</summary>
    public bool HasTakenAllBefore(long turns) => _create is null || Turns >= turns + 2;

    public long Queued(JudgedFact fact) => fact switch
    {
        JudgedFact.Activity => _activities.Count,
        JudgedFact.Contact => _contacts.Count,
        JudgedFact.Operation => _operations.Count,
        _ => _leases.Count,
    };

    public long Dropped(JudgedFact fact) => fact switch
    {
        JudgedFact.Activity => _activities.Dropped,
        JudgedFact.Contact => _contacts.Dropped,
        JudgedFact.Operation => _operations.Dropped,
        _ => _leases.Dropped,
    };

    public void Put(in ActivityChange change)
    {
        if (_create is not null) WakeIfMany(_activities.TryPut(change));
    }

    public void Put(in ContactChange change)
    {
        if (_create is not null) WakeIfMany(_contacts.TryPut(change));
    }

    /// <remarks>The judge's clock is one for all its facts: when the line was read does not matter to it.</remarks>
    public void Offer(in RpcOperation operation, long arrivalUnixMilliseconds) => Put(operation);

    /// <remarks>The same.</remarks>
    public void Offer(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        if (_create is not null) WakeIfMany(_leases.TryPut(lease));
    }

    public void Put(in RpcOperation operation)
    {
        if (_create is not null) WakeIfMany(_operations.TryPut(operation));
    }

    /// <summary>
    /// How far whoever reads a log for the judge had come when what the judge knows was kept last; empty before the start, and where
    /// nothing is kept.
    /// </summary>
    public ReadOnlyMemory<byte> KeptPosition { get; private set; }

    /// <summary>Before the start: a log tells the time, and no other clock does.</summary>
    public void FollowLog() => _followsLog = true;

    /// <summary>
    /// Puts in what one message of a log says. The judge takes all of it in one turn, by the log's time, and keeps how far that is with
    /// what it knows: who goes on from <see cref="KeptPosition"/> takes nothing twice and leaves nothing out.
    /// </summary>
    /// <param name="put">Puts the facts in; there must be room for them.</param>
    public void Deliver(ReadOnlyMemory<byte> position, long unixMilliseconds, Action put)
    {
        lock (_delivering)
        {
            put();
            _position = position;
            Volatile.Write(ref _logTime, unixMilliseconds);
        }
    }

    /// <summary>Somebody waits for room: do not wait for the turn.</summary>
    public void Hurry() => _wake.Set();

    /// <summary>Asks the judge on its own thread, between two turns.</summary>
    /// <param name="unjudged">The answer where nothing is judged.</param>
    /// <exception cref="JudgeBusyException">Too many ask, or it has ended.</exception>
    public Task<T> AskAsync<T>(Func<Judge, T> ask, T unjudged)
    {
        if (_create is null) return Task.FromResult(unjudged);
        if (_questions.Count >= MaxQuestions) throw new JudgeBusyException();
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        _questions.Enqueue(judge =>
        {
            try
            {
                if (judge is null) answer.SetException(new JudgeBusyException());
                else answer.SetResult(ask(judge));
            }
            catch (Exception failure)
            {
                answer.SetException(failure);
            }
        });
        _wake.Set();
        if (_ended) AnswerNone();
        return answer.Task;
    }

    /// <summary>Hands a verdict on; it is stored already, and told again at the next start if this process ends before.</summary>
    public void Apply(Verdict verdict) => Apply([verdict]);

    /// <summary>The same of several at once.</summary>
    public void Apply(IReadOnlyList<Verdict> verdicts)
    {
        if (_create is null || verdicts.Count == 0) return;
        _questions.Enqueue(judge =>
        {
            if (judge is not null) Apply(judge, verdicts);
        });
        _wake.Set();
        if (_ended) AnswerNone();
    }

    /// <summary>Hands a role on that a person told; it is stored already.</summary>
    public void Tell(ToldRole told)
    {
        if (_create is null) return;
        _questions.Enqueue(judge =>
        {
            if (judge is not null) Tell(judge, [told]);
        });
        _wake.Set();
        if (_ended) AnswerNone();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        if (_create is null) return Task.CompletedTask;
        _memory = _remember();
        _memory.Stopping = cancellationToken;
        var judge = _memory.Recall(_create);
        _memory.Beat = judge.Progress = Heartbeat.Beat;
        KeptPosition = judge.Position;
        try
        {
            Apply(judge, _verdicts());
            Tell(judge, Differences(judge.ToldRoles, _toldRoles()));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            JudgementLog.VerdictsNotRead(_logger, failure.Message);
        }

        Show(judge);
        _thread = new Thread(() => Run(judge)) { Name = "judge", IsBackground = true };
        _thread.Start();
        return Task.CompletedTask;
    }

    /// <summary>The shards have ended: takes what waits, judges it, saves, and ends the thread.</summary>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        if (_ending) return Task.CompletedTask;
        _ending = true;
        _wake.Set();
        if (_thread is not null) _stop.Await("judge", StopDeadline.Judge, _thread.Join);
        return Task.CompletedTask;
    }

    public void Dispose()
    {
        StopAsync(CancellationToken.None).GetAwaiter().GetResult();
        _wake.Dispose();
    }

    private void WakeIfMany(int waiting)
    {
        if (waiting == _wakeAt) _wake.Set();
    }

    private void Run(Judge judge)
    {
        Heartbeat.Run(() => TakeAll(judge));
        if (Heartbeat.Death is { } failure) JudgementLog.Failed(_logger, failure);
        _ended = true;
        AnswerNone();
    }

    private void TakeAll(Judge judge)
    {
        var learned = judge.KnownEndpoints;
        while (true)
        {
            // Read before the queues are: what was put before the end is taken.
            var ending = _ending;
            Heartbeat.Beat();
            var any = Take(judge);
            Show(judge);
            if (ending && (!any || _stop.IsOver(StopDeadline.Judging))) break;

            // A closed hour has changed what everything later is judged by.
            if (judge.KnownEndpoints != learned)
            {
                learned = judge.KnownEndpoints;
                _gauges.LearnedUnixMilliseconds = _clock.UnixMilliseconds;
            }

            TellRoleChanges(judge);
            _memory.Keep(judge);
            Volatile.Write(ref _turns, _turns + 1);
            if (!any) _wake.WaitOne(Turn);
        }

        // Hours that are open stay open: the next process goes on with them.
        DropRest();
        if (!_memory.End(judge, () => _stop.Left(StopDeadline.Keeping))) JudgementLog.NotKeptAtEnd(_logger);
    }

    /// <summary>What waits when the time to stop is over.</summary>
    private void DropRest()
    {
        var rest = _activities.Count + _contacts.Count + _operations.Count + _leases.Count;
        if (rest == 0) return;
        _activities.DropAll();
        _contacts.DropAll();
        _operations.DropAll();
        _leases.DropAll();
        JudgementLog.NotJudged(_logger, rest);
    }

    private bool Take(Judge judge)
    {
        var journal = _memory.Journal;
        long now;
        ReadOnlySpan<AddressLease> leases;
        ReadOnlySpan<ActivityChange> activities;
        ReadOnlySpan<ContactChange> contacts;
        ReadOnlySpan<RpcOperation> operations;
        ReadOnlyMemory<byte> position;
        lock (_delivering)
        {
            now = PassTime(judge);
            leases = _leases.Take();
            activities = _activities.Take();
            contacts = _contacts.Take();
            operations = _operations.Take();
            position = _position;
        }

        var any = !leases.IsEmpty || !activities.IsEmpty || !contacts.IsEmpty || !operations.IsEmpty;

        // Each is in the journal before the judge takes it. Time that passes in vain is not written: the next turn tells it too.
        var isTurn = any || judge.IsDue(now) || (!position.IsEmpty && now - _positionTold >= BetweenPositions);
        if (isTurn) BeginTurn(now);
        foreach (ref readonly var lease in leases)
        {
            CountFact(judge, now);
            journal?.Add(lease);
            judge.Take(lease, now);
        }

        for (var i = 0; i < activities.Length; i++)
        {
            if (i % Judge.GroupSize == 0) judge.Expect(activities[i..Math.Min(activities.Length, i + Judge.GroupSize)]);
            ref readonly var change = ref activities[i];
            CountFact(judge, now);
            journal?.Add(change);
            judge.Take(change, now);
        }

        for (var i = 0; i < contacts.Length; i++)
        {
            if (i % Judge.GroupSize == 0) judge.Expect(contacts[i..Math.Min(contacts.Length, i + Judge.GroupSize)]);
            ref readonly var change = ref contacts[i];
            CountFact(judge, now);
            journal?.Add(change);
            judge.Take(change, now);
        }

        foreach (ref readonly var operation in operations)
        {
            CountFact(judge, now);
            journal?.Add(operation);
            judge.Take(operation, now);
        }

        if (isTurn)
        {
            TellPosition(judge, position, now);
            EndTurn(judge, now);
        }
        else
        {
            judge.AdvanceTo(now);
        }

        for (var asked = 0; asked < MaxQuestions && _questions.TryDequeue(out var question); asked++)
        {
            question(judge);
            Heartbeat.Beat();
        }

        return any;
    }

    private void Apply(Judge judge, IReadOnlyList<Verdict> verdicts)
    {
        if (verdicts.Count == 0) return;
        var now = PassTime(judge);
        BeginTurn(now);
        foreach (var verdict in verdicts)
        {
            _memory.Journal?.Add(verdict);
            judge.AdvanceTo(now);
            judge.Apply(verdict);
        }

        EndTurn(judge, now);
    }

    /// <summary>What makes of what the judge knows to be told what is: what is no longer, first.</summary>
    private static List<ToldRole> Differences(IReadOnlyList<ToldRole> known, IReadOnlyList<ToldRole> told)
    {
        var hold = told.Select(static role => role.Hosts).ToHashSet();
        return
        [
            .. known.Where(role => !hold.Contains(role.Hosts)).Select(static role => role with { Role = null }),
            .. told.Except(known),
        ];
    }

    private void Tell(Judge judge, List<ToldRole> roles)
    {
        if (roles.Count == 0) return;
        var now = PassTime(judge);
        BeginTurn(now);
        foreach (var told in roles)
        {
            _memory.Journal?.Add(told);
            judge.AdvanceTo(now);
            judge.Tell(told);
        }

        EndTurn(judge, now);
    }

    private void TellPosition(Judge judge, ReadOnlyMemory<byte> position, long now)
    {
        if (position.IsEmpty) return;
        _positionTold = now;
        _memory.Journal?.AddPosition(position.Span);
        judge.Reach(position);
    }

    private void BeginTurn(long now)
    {
        _factsInTurn = 0;
        _memory.Journal?.BeginTurn(now);
    }

    private void EndTurn(Judge judge, long now)
    {
        _memory.Journal?.EndTurn();
        judge.AdvanceTo(now);
    }

    private void CountFact(Judge judge, long now)
    {
        // What a log delivered is kept with its position or not at all; whoever delivers bounds it.
        if (++_factsInTurn < MaxFactsInTurn || _followsLog) return;
        EndTurn(judge, now);
        _memory.Keep(judge);
        Heartbeat.Beat();
        BeginTurn(now);
    }

    /// <summary>The time. Where the clock of arrivals was set back, the judge goes back with it; a log's time does not run back.</summary>
    private long PassTime(Judge judge)
    {
        if (_followsLog) return Math.Max(Volatile.Read(ref _logTime), judge.ClockUnixMilliseconds);
        var now = _clock.UnixMilliseconds;
        var former = judge.ClockUnixMilliseconds;
        if (now >= former - ArrivalClock.StepMilliseconds) return Math.Max(now, former);

        // Time that passed in vain was not written: who replays this has to stand where the judge stands.
        BeginTurn(former);
        EndTurn(judge, former);
        BeginTurn(former);
        _memory.Journal?.SetBackTo(now);
        judge.SetBackTo(now);
        EndTurn(judge, now);
        return now;
    }

    private void Show(Judge judge)
    {
        _gauges.Counts = judge.Counts;
        KnownEndpoints.Latest = judge.KnownEndpoints;
    }

    private void TellRoleChanges(Judge judge)
    {
        while (judge.TryTellRoleChange(out var change))
        {
            _gauges.CountRoleChange(change.To);
            JudgementLog.RoleChanged(
                _logger, change.Host.ToString(), RoleName.Of(change.To),
                DateTimeOffset.FromUnixTimeMilliseconds(change.ActsFromUnixMilliseconds), RoleName.Of(change.From), change.Reason,
                string.Join(", ", change.Witnesses));
        }
    }

    private void AnswerNone()
    {
        while (_questions.TryDequeue(out var question)) question(null);
    }
}

/// <summary>What the judge takes: a closed list.</summary>
internal enum JudgedFact
{
    Activity,
    Contact,
    Operation,
    Lease,
}

/// <summary>The judge cannot be asked now.</summary>
internal sealed class JudgeBusyException() : Exception("The judge cannot answer: too many ask at once, or it has stopped.");
