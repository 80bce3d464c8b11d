using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Enterprise.Library;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>The figures over all seeds, each a mean with its 95 % interval; counts are for each thousand hosts.</summary>
internal sealed class EnterpriseFigures(EnterpriseShape shape, IReadOnlyList<SeedResult> seeds)
{
    /// <summary>From which severity on an attack counts as found, and a finding as one that a person looks at.</summary>
    public const FindingSeverity Looked = FindingSeverity.Medium;

    public const int Top = 25;

    public EnterpriseShape Shape => shape;

    /// <summary>Whether the DHCP server's answers were told.</summary>
    public bool LeasesTold { get; init; }

    public IReadOnlyList<SeedResult> Seeds => seeds;

    /// <summary>Findings a day of a severity or above.</summary>
    /// <param name="onlyWrong">Only those with no placed attack behind them.</param>
    public Interval PerDay(FindingSeverity atLeast, bool onlyWrong) => Mean(seed => seed.PerDay(atLeast, onlyWrong) * 1_000 / shape.Hosts);

    /// <summary>Incidents a day of a severity or above.</summary>
    /// <param name="onlyWrong">Only those with no placed attack behind any finding.</param>
    public Interval IncidentsPerDay(FindingSeverity atLeast, bool onlyWrong) =>
        Mean(seed => seed.IncidentsPerDay(atLeast, onlyWrong) * 1_000 / shape.Hosts);

    /// <summary>Of the campaigns that were found: those that one incident tells.</summary>
    /// <param name="onlyOfSteps">Only those of which several steps were found.</param>
    public Interval CampaignsInOne(bool onlyOfSteps) => Share(seed =>
    {
        var some = seed.Campaigns.Where(campaign => !onlyOfSteps || campaign.Steps > 1).ToList();
        return some.Count == 0 ? double.NaN : some.Average(campaign => campaign.Incidents == 1 ? 1.0 : 0.0);
    });

    /// <summary>Of the incidents with a campaign behind them: those that tell of one only.</summary>
    public Interval IncidentsOfOneCampaign => Share(seed =>
    {
        var some = seed.Incidents.Where(incident => incident.NumCampaigns > 0).ToList();
        return some.Count == 0 ? double.NaN : some.Average(incident => incident.NumCampaigns == 1 ? 1.0 : 0.0);
    });

    /// <summary>Of the findings of such incidents: those that are about an attack.</summary>
    public Interval Purity => Share(seed =>
    {
        var some = seed.Incidents.Where(incident => incident.NumCampaigns > 0).ToList();
        return some.Count == 0 ? double.NaN : some.Average(incident => incident.ShareRight);
    });

    /// <summary>What incidents are about that have no attack behind them: the causes of their worst findings.</summary>
    public IEnumerable<(string Cause, string Kinds, FindingSeverity Severity, double PerDay)> WrongIncidents() =>
        seeds.SelectMany(seed => seed.Incidents)
        .Where(judged => !judged.IsRight && judged.Incident.Severity.IsAtLeast(Looked))
        .GroupBy(judged => (Cause: CauseOf(judged), Kinds: string.Join(", ", judged.Incident.Kinds.Take(3)), judged.Incident.Severity))
        .OrderByDescending(group => group.Key.Severity).ThenByDescending(group => group.Count())
            .ThenBy(group => group.Key.Cause, StringComparer.Ordinal)
        .Select(group => (group.Key.Cause, group.Key.Kinds, group.Key.Severity, Rate(group.Count())));

    private static string CauseOf(JudgedIncident incident) =>
        string.Join(" + ", incident.Findings.MaxBy(judged => judged.Finding.Severity)!.Causes);

    public Interval Recall(Func<AttackOutcome, bool> sort, FindingSeverity atLeast = Looked) => Share(seed => seed.Recall(sort, atLeast));

    public Interval RecallOfCar(Func<AttackOutcome, bool> sort) => Share(seed =>
    {
        var some = seed.Attacks.Where(sort).ToList();
        return some.Count == 0 ? double.NaN : some.Average(outcome => outcome.HasCarActivity ? 1.0 : 0.0);
    });

    public Interval PrecisionAtTop => Share(seed => seed.PrecisionAt(Top));

    public Interval PrecisionOf(FindingSeverity atLeast) => Share(seed =>
    {
        var some = seed.Findings.Where(judged => judged.Finding.Severity.IsAtLeast(atLeast)).ToList();
        return some.Count == 0 ? double.NaN : some.Average(judged => judged.IsRight ? 1.0 : 0.0);
    });

    public Interval CarActivitiesPerDay => Mean(seed => (double)seed.CarActivities / seed.MeasuredDays * 1_000 / shape.Hosts);

    public Interval JudgeSeconds => Mean(seed => seed.JudgeSeconds);

    public Interval EventsPerSecond => Mean(seed => (seed.Activities + seed.Contacts) / seed.JudgeSeconds);

    public Interval JudgeMebibytes => Mean(seed => seed.JudgeBytes / 1_048_576.0);

    private IEnumerable<AttackOutcome> Outcomes => seeds.SelectMany(seed => seed.Attacks);

    public double AttacksPerSeed => seeds.Average(seed => (double)seed.Attacks.Count);

    /// <summary>Each scenario and tool; each attack of all seeds is one trial, here and below.</summary>
    public IEnumerable<AttackRecall> ByAttack() => Outcomes
        .GroupBy(outcome => (outcome.Attack.Name, outcome.Attack.Technique, outcome.Attack.Source))
        .OrderBy(group => group.Key.Source).ThenBy(group => group.Key.Name, StringComparer.Ordinal)
        .Select(group => new AttackRecall(group.Key.Name, group.Key.Technique, group.Key.Source, Trials.Of(group)));

    /// <summary>Each kind of target, those that the attacker's machine had used before apart.</summary>
    public IEnumerable<TargetRecall> ByTarget() => Outcomes
        .GroupBy(outcome => (outcome.Attack.Target, outcome.Attack.IsSweep, outcome.Attack.IsUsedBefore))
        .OrderBy(group => group.Key.IsSweep).ThenBy(group => group.Key.Target).ThenBy(group => group.Key.IsUsedBefore)
        .Select(group => new TargetRecall(group.Key.Target, group.Key.IsSweep, group.Key.IsUsedBefore, Trials.Of(group)));

    /// <summary>The attacks of a sort, of all seeds together.</summary>
    public IEnumerable<(AttackSort Sort, Trials Trials)> BySort() =>
        AttackSort.All.Select(sort => (sort, Trials.Of(Outcomes.Where(outcome => sort.Has(outcome.Attack)))));

    /// <summary>Right and wrong findings a day of each kind and severity, for each thousand hosts.</summary>
    public IEnumerable<(FindingKind Kind, FindingSeverity Severity, double Right, double Wrong)> ByKind() =>
        seeds.SelectMany(seed => seed.Findings)
        .GroupBy(judged => (judged.Finding.Kind, judged.Finding.Severity)).OrderByDescending(group => group.Key.Severity)
            .ThenBy(group => group.Key.Kind)
        .Select(group =>
            (group.Key.Kind, group.Key.Severity, Rate(group.Count(judged => judged.IsRight)),
                Rate(group.Count(judged => !judged.IsRight))));

    /// <summary>What wrong findings are about: a habit, kind and severity, with how many a day for each thousand hosts.</summary>
    public IEnumerable<(string Cause, FindingKind Kind, FindingSeverity Severity, double PerDay)> WrongByCause() =>
        seeds.SelectMany(seed => seed.Findings)
        .Where(judged => !judged.IsRight && judged.Finding.Severity.IsAtLeast(Looked))
        .GroupBy(judged => (Cause: string.Join(" + ", judged.Causes), judged.Finding.Kind, judged.Finding.Severity))
        .OrderByDescending(group => group.Key.Severity).ThenByDescending(group => group.Count())
            .ThenBy(group => group.Key.Cause, StringComparer.Ordinal)
        .Select(group => (group.Key.Cause, group.Key.Kind, group.Key.Severity, Rate(group.Count())));

    /// <summary>
    /// Wrong findings to look at that are there only because an address changed hands: of all seeds, not for each thousand.
    /// </summary>
    public IReadOnlyList<JudgedFinding> OfChangedAddresses =>
        [.. seeds.SelectMany(seed => seed.Findings)
            .Where(judged => judged.IsOfChangedAddress && judged.Finding.Severity.IsAtLeast(Looked))];

    /// <summary>Activities and contacts of each habit, a day for each thousand hosts.</summary>
    public IEnumerable<(string Habit, double PerDay)> Mix() =>
        seeds.SelectMany(seed => seed.Mix).GroupBy(entry => entry.Habit, StringComparer.Ordinal)
        .Select(group => (group.Key, group.Sum(entry => (double)entry.Count) / seeds.Count / shape.Days * 1_000 / shape.Hosts));

    /// <summary>How long it takes until real servers are known for what they are; all seeds together.</summary>
    public IEnumerable<RoleDelay> RoleDelays() => seeds.SelectMany(seed => seed.Roles).GroupBy(time => (time.Kind, time.Role))
        .OrderBy(group => group.Key.Kind).Select(group => RoleDelay.Of(group.Key.Kind, group.Key.Role, [.. group]));

    private double Rate(int count) => (double)count / seeds.Count / (shape.Days - shape.LearningDays) * 1_000 / shape.Hosts;

    // A seed in which a thing does not occur says nothing about it.
    private Interval Mean(Func<SeedResult, double> figure) =>
        Interval.OfMean([.. seeds.Select(figure).Where(value => !double.IsNaN(value))]).Above(0);

    private Interval Share(Func<SeedResult, double> figure) => Mean(figure).Below(1);
}
