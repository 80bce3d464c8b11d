using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.Scale;
using RpcCollector.Scale.Words;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector;

/// <summary>
/// What people say, on its way between judges: this one's words to the log, and what others took out of it, so that whichever judge takes
/// changes knows all that was said.
/// </summary>
internal sealed class JudgeWords
{
    private static readonly TimeSpan Breath = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan BetweenAttempts = TimeSpan.FromSeconds(1);

    // What is before a word in the log may be held up by a disk; then the word does not wait for all of it.
    private static readonly TimeSpan LongestSettling = TimeSpan.FromSeconds(30);

    private readonly StateStore _state;
    private readonly IncidentKeeper _keeper;
    private readonly VerdictStore _verdicts;
    private readonly FindingStore _findings;
    private readonly FindingFeed _feed;
    private readonly FindingEvents _events;
    private readonly IncidentEvents _told;
    private readonly JudgeThread _judge;
    private readonly HeardAccounts _accounts;
    private readonly LogGauges _gauges;
    private readonly TimeProvider _time;
    private readonly ILogger<JudgeWords> _logger;
    private readonly WordLog _own;
    private WordReader? _reader;
    private long? _begun;

    public JudgeWords(
        WordLog own, StateStore state, IncidentKeeper keeper, VerdictStore verdicts, FindingStore findings, FindingFeed feed,
        FindingEvents events, IncidentEvents told, JudgeThread judge, HeardAccounts accounts, LogGauges gauges, TimeProvider time,
        ILogger<JudgeWords> logger)
    {
        (_own, _state, _keeper, _verdicts, _findings, _feed) = (own, state, keeper, verdicts, findings, feed);
        (_events, _told, _judge, _accounts, _gauges, _time, _logger) = (events, told, judge, accounts, gauges, time, logger);
        state.Words = own;
        accounts.Watch(own);
        gauges.DroppedWords = () => own.Dropped;
    }

    /// <summary>Who takes words out of the log.</summary>
    /// <param name="from">Where a store that never heard anything begins.</param>
    public IWordTaker BeginReader(long from)
    {
        _reader = new WordReader(_state, _keeper, _verdicts, _judge, _own, _logger, from) { Accounts = _accounts.Take, Heard = Tell };
        _gauges.RejectedWords = _reader.Rejected;
        return _reader;
    }

    /// <summary>Lets count what was read, once the judge and the store have what stood before it.</summary>
    public async Task ApplyAsync(CancellationToken stopping)
    {
        if (!_reader!.HasWaiting) return;
        if (_reader.AreOfOthers) await SettleAsync(stopping);
        while (_reader.HasWaiting)
        {
            try
            {
                _reader.Apply();
            }
            catch (Exception failure) when (Database.IsDiskFailure(failure))
            {
                // The store says so itself. Nothing more is read until it has this.
                await Task.Delay(BetweenAttempts, _time, stopping);
            }
        }
    }

    /// <summary>
    /// Whether this judge may take changes: it holds the lease, and has read in the log that it began to speak, so that it knows all that
    /// was said to whoever did before. Renewed late, but over its own mark, nobody else had it in between.
    /// </summary>
    /// <exception cref="FlowLogException">The broker did not confirm that it begins.</exception>
    public async Task<bool> MaySpeakAsync(LogLease lease, CancellationToken stopping)
    {
        if (!lease.IsOwn) _begun = null;
        else if (lease.IsSure) _begun ??= await _own.BeginAsync(stopping);
        return _begun is { } begun && _reader!.OwnRead >= begun;
    }

    /// <summary>Says what nobody waited for.</summary>
    /// <exception cref="FlowLogException">The broker did not confirm it: it waits on.</exception>
    public async Task SayRestAsync(CancellationToken stopping)
    {
        await _own.FlushAsync(stopping);
        var changes = _accounts.Changes();
        await _own.SayAsync(changes, stopping);
        _accounts.Remember(changes);
    }

    /// <summary>Keeps how far it has read.</summary>
    public void Note() => _reader!.Note();

    private async Task SettleAsync(CancellationToken stopping)
    {
        var (began, turns) = (_time.GetTimestamp(), _judge.Turns);
        while (!(_judge.HasTakenAllBefore(turns) && _feed.IsSettled) && _time.GetElapsedTime(began) < LongestSettling)
        {
            _judge.Hurry();
            await Task.Delay(Breath, _time, stopping);
        }
    }

    private void Tell(IReadOnlyList<long> findings, IReadOnlyList<IncidentEvent> incidents)
    {
        _events.Publish(
        [
            .. findings.Select(id => _findings.Find(id)).OfType<StoredFinding>()
                .Select(finding => new FindingStep(Detection.ActivityChangeKind.Revised, finding, IsVerdict: true)),
        ]);
        _told.Publish(incidents);
    }
}
