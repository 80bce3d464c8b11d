using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Vitals;

namespace RpcCollector.Sinks;

/// <summary>The task of one sink: reads what is to be told, tells it, keeps how far it is, and tries again as long as it takes.</summary>
internal abstract class SinkRunner(SinkOptions options, SinkStatus status, SinkReader reader, SinkTools tools)
{
    // A person shall see at once what happens; looking costs a read of a number.
    private static readonly TimeSpan BetweenLooks = TimeSpan.FromMilliseconds(200);

    private readonly SinkBackoff _backoff = tools.Backoff();

    public SinkOptions Options => options;

    public SinkStatus Status => status;

    protected SinkReader Reader => reader;

    protected SinkTools Tools => tools;

    /// <summary>The last line of the journal that was acknowledged, or passed over.</summary>
    protected long Cursor { get; set; }

    protected long Now => tools.Clock.UnixMilliseconds;

    /// <summary>How many wait, and since when the first of them does.</summary>
    public abstract (long Count, long? OldestUnixMilliseconds) Waiting();

    public async Task RunAsync(Heartbeat heartbeat, CancellationToken stopping)
    {
        await BeginAsync(heartbeat, stopping);
        while (!stopping.IsCancellationRequested)
        {
            heartbeat.Beat();
            var turn = await TakeTurnAsync(stopping);
            if (turn.Failure is { } failure)
            {
                status.Fail(failure.Reason, Now);
                await heartbeat.DelayAsync(_backoff.Next(failure.RetryAfter), tools.Time, stopping);
                continue;
            }

            if (turn.DidSomething) _backoff.Reset();
            else await Task.Delay(BetweenLooks, tools.Time, stopping).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>One look at what is to be told, and one attempt to tell some of it.</summary>
    public async Task<SinkTurn> TakeTurnAsync(CancellationToken stopping)
    {
        try
        {
            if (!tools.Standing.IsActive)
            {
                StandBy();
                return SinkTurn.Idle;
            }

            return await TurnAsync(stopping);
        }
        catch (OperationCanceledException) when (stopping.IsCancellationRequested)
        {
            return SinkTurn.Idle;
        }
        catch (Exception failure) when (Store.Database.IsDiskFailure(failure))
        {
            return SinkTurn.Failed(new SinkFailure($"the store cannot be used: {failure.Message}"));
        }
        catch (Exception bug)
        {
            // Whatever it is: what is collected and judged is not to end by it.
            SinkLog.Bug(tools.Logger, status.Name, bug);
            return SinkTurn.Failed(new SinkFailure($"an error of ours: {bug.GetType().Name}"));
        }
    }

    /// <summary>Takes up where the sink was.</summary>
    public virtual void Begin() => Cursor = reader.Outbox.Begin(status.Name, options.From == SinkBeginning.Beginning);

    /// <summary>Another judge tells it: what it had time enough to tell is passed over.</summary>
    protected virtual void StandBy()
    {
    }

    protected abstract Task<SinkTurn> TurnAsync(CancellationToken stopping);

    private async Task BeginAsync(Heartbeat heartbeat, CancellationToken stopping)
    {
        while (!stopping.IsCancellationRequested)
        {
            try
            {
                Begin();
                SinkLog.Begins(tools.Logger, status.Name, status.Kind, status.Target, Waiting().Count);
                return;
            }
            catch (Exception failure) when (failure is not OperationCanceledException)
            {
                if (!Store.Database.IsDiskFailure(failure)) SinkLog.Bug(tools.Logger, status.Name, failure);
                status.Fail($"the store cannot be used: {failure.Message}", Now);
                await heartbeat.DelayAsync(_backoff.Next(asked: null), tools.Time, stopping);
            }
        }
    }
}

/// <summary>What came of a turn.</summary>
internal readonly record struct SinkTurn(bool DidSomething, SinkFailure? Failure)
{
    public static SinkTurn Idle => new(DidSomething: false, Failure: null);

    public static SinkTurn Done => new(DidSomething: true, Failure: null);

    public static SinkTurn Failed(SinkFailure failure) => new(DidSomething: true, failure);
}

/// <summary>What all sinks are given.</summary>
internal sealed record SinkTools(SinkTexts Texts, ArrivalClock Clock, TimeProvider Time, ILogger Logger)
{
    public Func<SinkBackoff> Backoff { get; init; } = static () => SinkBackoff.Usual;

    /// <summary>A judge that stands by tells nobody.</summary>
    public JudgeStanding Standing { get; init; } = new();
}
