using RpcCollector.Detection;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>A finding of the measured days, and what stands behind it.</summary>
/// <param name="Attacks">The placed attacks behind it; none when it is wrong.</param>
/// <param name="Causes">The habits whose traffic it is about, when it is wrong.</param>
internal sealed record JudgedFinding(Finding Finding, IReadOnlyList<PlacedAttack> Attacks, IReadOnlyList<string> Causes)
{
    public bool IsRight => Attacks.Count > 0;

    /// <summary>True when it is wrong, and there only because an address changed hands; see <see cref="AddressChanges"/>.</summary>
    public bool IsOfChangedAddress { get; init; }
}

/// <summary>An attack, and the gravest finding about it.</summary>
/// <param name="HasCarActivity">Whether the analytic as written has something of it.</param>
internal sealed record AttackOutcome(PlacedAttack Attack, FindingSeverity? Gravest, bool HasCarActivity, IReadOnlyList<FindingKind> Kinds)
{
    public bool IsFound(FindingSeverity atLeast) => Gravest is { } gravest && gravest.IsAtLeast(atLeast);
}

/// <summary>The result of one seed.</summary>
/// <param name="Findings">Those that began, or became worse, after the learning period, ranked.</param>
/// <param name="CarActivities">In the measured days: what the analytic as written would show.</param>
/// <param name="Incidents">Those of which a finding began after the learning period, the worst first.</param>
/// <param name="Campaigns">Those of which something was found.</param>
/// <param name="JudgeBytes">What the judge holds in the end, as far as the heap tells.</param>
internal sealed record SeedResult(
    ulong Seed,
    string Digest,
    long Activities,
    long Contacts,
    long CarActivities,
    int MeasuredDays,
    IReadOnlyList<JudgedFinding> Findings,
    IReadOnlyList<AttackOutcome> Attacks,
    double JudgeSeconds,
    long JudgeBytes,
    IReadOnlyList<(string Habit, long Count)> Mix,
    IReadOnlyList<RoleTime> Roles,
    IReadOnlyList<JudgedIncident> Incidents,
    IReadOnlyList<CampaignOutcome> Campaigns)
{
    public double PerDay(FindingSeverity atLeast, bool onlyWrong) =>
        (double)Findings.Count(judged => judged.Finding.Severity.IsAtLeast(atLeast) && !(onlyWrong && judged.IsRight)) / MeasuredDays;

    /// <summary>Incidents a day of a severity or above.</summary>
    public double IncidentsPerDay(FindingSeverity atLeast, bool onlyWrong) => (double)Incidents.Count(judged =>
        judged.Incident.Severity.IsAtLeast(atLeast) && !(onlyWrong && judged.IsRight)) / MeasuredDays;

    /// <summary>The share of attacks found; not a number when there were none of the sort.</summary>
    public double Recall(Func<AttackOutcome, bool> sort, FindingSeverity atLeast)
    {
        var some = Attacks.Where(sort).ToList();
        return some.Count == 0 ? double.NaN : (double)some.Count(outcome => outcome.IsFound(atLeast)) / some.Count;
    }

    /// <summary>The share of right findings among the top ones, or among all when there are fewer.</summary>
    public double PrecisionAt(int count) =>
        Findings.Count == 0 ? double.NaN : Findings.Take(count).Average(judged => judged.IsRight ? 1.0 : 0.0);
}
