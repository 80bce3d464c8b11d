using RpcCollector.Detection;
using RpcCollector.Store.Findings;

namespace RpcCollector.Backtest;

/// <summary>What was found, and what would be: the same past judged by the present settings and by others.</summary>
internal sealed class BacktestResult
{
    private const double DayMilliseconds = 24 * 3_600_000.0;

    /// <param name="present">By the present settings.</param>
    /// <param name="tried">By those that are tried; null when none are.</param>
    public BacktestResult(
        StoredPast past, long since, long until, TimeSpan learningPeriod, IReadOnlyList<TriedSetting> settings, JudgedAgain present,
        JudgedAgain? tried)
    {
        (Past, Since, Until, LearningPeriod, Settings, Judged) = (past, since, until, learningPeriod, settings, present);
        (Found, Present) = (FindingSet.Of(past.Findings, since, until), FindingSet.Of(present.Findings, since, until));
        Tried = tried is null ? null : FindingSet.Of(tried.Findings, since, until);
        Beyond = present.Beyond + (tried?.Beyond ?? 0);
        Findings = Compare(past.Findings, present.Findings, tried?.Findings ?? []);
    }

    public StoredPast Past { get; }

    /// <summary>What is compared was seen from here on, in Unix milliseconds.</summary>
    public long Since { get; }

    /// <summary>And began before this.</summary>
    public long Until { get; }

    /// <summary>By the settings that are tried.</summary>
    public TimeSpan LearningPeriod { get; }

    /// <summary>Those that differ.</summary>
    public IReadOnlyList<TriedSetting> Settings { get; }

    /// <summary>What judging by the present settings took.</summary>
    public JudgedAgain Judged { get; }

    public FindingSet Found { get; }

    public FindingSet Present { get; }

    public FindingSet? Tried { get; }

    /// <summary>Findings of which only the number was kept.</summary>
    public long Beyond { get; }

    /// <summary>All that is a finding in any of the three ways, the worst first.</summary>
    public IReadOnlyList<ComparedFinding> Findings { get; }

    public double Days => (Until - Since) / DayMilliseconds;

    /// <summary>How long was learned before what is compared.</summary>
    public double DaysBefore => (Since - Past.FirstArrival) / DayMilliseconds;

    public bool IsLearnedEnough => DaysBefore >= LearningPeriod.TotalDays;

    public IEnumerable<ComparedFinding> Gone =>
        Tried is null ? [] : Findings.Where(static finding => finding is { Present: not null, Tried: null });

    public IEnumerable<ComparedFinding> New =>
        Tried is null ? [] : Findings.Where(static finding => finding is { Present: null, Tried: not null });

    public IEnumerable<ComparedFinding> Changed => Tried is null ? [] : Findings.Where(static finding =>
        finding is { Present: not null, Tried: not null } && finding.Present != finding.Tried);

    /// <summary>What was found, and is none or another when it is judged again by the same settings.</summary>
    public IEnumerable<ComparedFinding> NotAgain => Findings.Where(static finding => finding.Found != finding.Present);

    private List<ComparedFinding> Compare(
        IReadOnlyCollection<StoredFinding> found, IReadOnlyCollection<Finding> present, IReadOnlyCollection<Finding> tried)
    {
        var verdicts = found.Where(static finding => finding.Verdict is not null)
            .ToDictionary(static finding => finding.Id, static finding => finding.Verdict!.Meaning);
        var compared = new Dictionary<long, ComparedFinding>();
        foreach (var finding in tried.Concat(present)) Add(Compared(finding.Id, finding.Kind) with
        {
            Client = finding.Client,
            Server = finding.Server,
            Reason = finding.Reason,
            FirstSeenUnixMilliseconds = finding.FirstSeenUnixMilliseconds,
            LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds,
        });
        foreach (var finding in found) Add(Compared(finding.Id, finding.Kind) with
        {
            Client = finding.Client,
            Server = finding.Server,
            Reason = finding.Reason,
            FirstSeenUnixMilliseconds = finding.FirstSeenUnixMilliseconds,
            LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds,
        });
        return
        [
            .. compared.Values.OrderByDescending(static finding => finding.Worst)
                .ThenBy(static finding => finding.FirstSeenUnixMilliseconds).ThenBy(static finding => finding.Id),
        ];

        ComparedFinding Compared(long id, FindingKind kind) => new(
            id, kind, default, null, Found.SeverityOf(id), Present.SeverityOf(id), Tried?.SeverityOf(id), "", 0, 0,
            verdicts.TryGetValue(id, out var meaning) ? meaning : null);

        void Add(ComparedFinding finding)
        {
            if (finding is not { Found: null, Present: null, Tried: null }) compared.TryAdd(finding.Id, finding);
        }
    }
}
