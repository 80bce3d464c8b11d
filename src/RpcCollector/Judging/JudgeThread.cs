using System.Collections.Concurrent;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Store;

namespace RpcCollector.Judging;

/// <summary>The thread that owns the judge: takes facts from the shards and from Zeek over bounded queues, keeps the judge's clock, saves what it knows, and answers questions between.</summary>
/// <remarks>Who puts facts in never waits: what finds no room is dropped and counted.</remarks>
internal sealed class JudgeThread : IOperationSink, IHostedService, IDisposable
{
    private const int MaxQuestions = 64;

    // A turn is so far from the next when little comes; a queue that fills wakes the thread before.
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan SaveEvery = TimeSpan.FromMinutes(5);

    private readonly Func<IJudge> _create;
    private readonly JudgementKeeper _keeper;
    private readonly Func<IReadOnlyList<Verdict>> _verdicts;
    private readonly JudgeGauges _gauges;
    private readonly ArrivalClock _clock;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly FactQueue<ActivityChange> _activities;
    private readonly FactQueue<ContactChange> _contacts;
    private readonly FactQueue<RpcOperation> _operations;
    private readonly ConcurrentQueue<Action<IJudge?>> _questions = new();
    private readonly AutoResetEvent _wake = new(false);
    private readonly int _wakeAt;
    private ArrivalTime _taken;
    private Thread? _thread;
    private volatile bool _ending;
    private volatile bool _ended;

    /// <param name="create">Makes a judge that knows nothing yet.</param>
    /// <param name="capacity">Of each queue.</param>
    /// <param name="verdicts">The latest of every finding: asked once, at the start.</param>
    public JudgeThread(
        Func<IJudge> create,
        int capacity,
        JudgementKeeper keeper,
        Func<IReadOnlyList<Verdict>> verdicts,
        JudgeGauges gauges,
        ArrivalClock clock,
        TimeProvider time,
        ILogger<JudgeThread> logger)
    {
        (_create, _keeper, _verdicts, _gauges, _clock, _time, _logger) = (create, keeper, verdicts, gauges, clock, time, logger);
        (_activities, _contacts, _operations) = (new(capacity), new(capacity), new(capacity));
        _wakeAt = Math.Max(1, capacity / 4);
    }

    /// <summary>What the shards may ask at any time.</summary>
    public CurrentEndpoints KnownEndpoints { get; } = new();

    /// <summary>True before the start and while it judges.</summary>
    public bool IsRunning => !_ended || _ending;

    public long Queued(JudgedFact fact) => fact switch
    {
        JudgedFact.Activity => _activities.Count,
        JudgedFact.Contact => _contacts.Count,
        _ => _operations.Count,
    };

    public long Dropped(JudgedFact fact) => fact switch
    {
        JudgedFact.Activity => _activities.Dropped,
        JudgedFact.Contact => _contacts.Dropped,
        _ => _operations.Dropped,
    };

    public void Put(in ActivityChange change) => WakeIfMany(_activities.TryPut(change));

    public void Put(in ContactChange change) => WakeIfMany(_contacts.TryPut(change));

    /// <remarks>The judge's clock is one for all its facts: when the line was read does not matter to it.</remarks>
    public void Offer(in RpcOperation operation, long arrivalUnixMilliseconds) => Put(operation);

    public void Put(in RpcOperation operation) => WakeIfMany(_operations.TryPut(operation));

    /// <summary>Asks the judge on its own thread, between two turns.</summary>
    /// <exception cref="JudgeBusyException">Too many ask, or it has ended.</exception>
    public Task<T> AskAsync<T>(Func<IJudge, T> ask)
    {
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
    public void Apply(Verdict verdict)
    {
        _questions.Enqueue(judge => judge?.Apply(verdict));
        _wake.Set();
        if (_ended) AnswerNone();
    }

    public Task StartAsync(CancellationToken cancellationToken)
    {
        var judge = _keeper.Load(_create);
        try
        {
            foreach (var verdict in _verdicts()) judge.Apply(verdict);
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
        _thread?.Join();
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

    private void Run(IJudge judge)
    {
        try
        {
            Judge(judge);
        }
        catch (Exception failure)
        {
            // A bug in one rule shall not end the collecting.
            JudgementLog.Failed(_logger, failure);
        }

        _ended = true;
        AnswerNone();
    }

    private void Judge(IJudge judge)
    {
        var (saved, learned) = (_time.GetTimestamp(), judge.KnownEndpoints);
        while (true)
        {
            // Read before the queues are: what was put before the end is taken.
            var ending = _ending;
            var any = Take(judge);
            Show(judge);
            if (ending && !any) break;

            // A closed hour has changed what everything later is judged by.
            var hasLearned = judge.KnownEndpoints != learned;
            if (hasLearned)
            {
                learned = judge.KnownEndpoints;
                _gauges.LearnedUnixMilliseconds = _clock.UnixMilliseconds;
            }

            if (hasLearned || _time.GetElapsedTime(saved) >= SaveEvery)
            {
                _keeper.Save(judge);
                saved = _time.GetTimestamp();
            }

            if (!any) _wake.WaitOne(Turn);
        }

        // Hours that are open stay open: the next process goes on with them.
        _keeper.Save(judge);
    }

    private bool Take(IJudge judge)
    {
        var arrival = _clock.Read();
        var now = arrival.UnixMilliseconds;
        if (arrival.Era != _taken.Era && now < _taken.UnixMilliseconds) judge.SetBackTo(now);
        _taken = arrival;
        var activities = _activities.Take();
        var contacts = _contacts.Take();
        var operations = _operations.Take();
        foreach (ref readonly var change in activities) judge.Take(change, now);
        foreach (ref readonly var change in contacts) judge.Take(change, now);
        foreach (ref readonly var operation in operations) judge.Take(operation, now);
        judge.AdvanceTo(now);

        for (var asked = 0; asked < MaxQuestions && _questions.TryDequeue(out var question); asked++) question(judge);
        return !activities.IsEmpty || !contacts.IsEmpty || !operations.IsEmpty;
    }

    private void Show(IJudge judge)
    {
        _gauges.Counts = judge.Counts;
        KnownEndpoints.Latest = judge.KnownEndpoints;
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
}

/// <summary>The judge cannot be asked now.</summary>
internal sealed class JudgeBusyException() : Exception("The judge cannot be asked: too many ask at once, or it has ended.");
