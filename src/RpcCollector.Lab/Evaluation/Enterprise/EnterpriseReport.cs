using System.Text.Json.Serialization;
using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Naming;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>The figures of the simulated enterprise as they are printed; what has no value is null.</summary>
internal sealed record EnterpriseReport(
    bool Synthetic,
    int Hosts,
    int Days,
    int LearningDays,
    IReadOnlyList<string> Sites,
    double AttacksPerSeed,
    bool LeasesTold,
    int WrongByChangedAddresses,
    IReadOnlyDictionary<string, IntervalJson> FindingsPerDayPerThousandHosts,
    IReadOnlyDictionary<string, IntervalJson> IncidentsPerDayPerThousandHosts,
    IReadOnlyDictionary<string, IntervalJson> Campaigns,
    IReadOnlyDictionary<string, IntervalJson> Recall,
    IReadOnlyDictionary<string, IntervalJson> Precision,
    IntervalJson CarActivitiesPerDayPerThousandHosts,
    IReadOnlyDictionary<string, IntervalJson> Judge,
    IReadOnlyList<SortJson> Sorts,
    IReadOnlyList<TargetJson> Targets,
    IReadOnlyList<AttackJson> Attacks,
    IReadOnlyList<KindJson> Kinds,
    IReadOnlyList<RoleJson> DaysUntilRoles,
    IReadOnlyList<SeedJson> Seeds)
{
    public static EnterpriseReport From(EnterpriseFigures figures) => new(
        Synthetic: true,
        figures.Shape.Hosts,
        figures.Shape.Days,
        figures.Shape.LearningDays,
        [.. AdverseSites.NamesOf(figures.Shape.Adverse)],
        figures.AttacksPerSeed,
        figures.LeasesTold,
        figures.OfChangedAddresses.Count,
        FindingsOf(figures),
        IncidentsOf(figures),
        new Dictionary<string, IntervalJson>(StringComparer.Ordinal)
        {
            ["in_one_incident"] = IntervalJson.From(figures.CampaignsInOne(onlyOfSteps: false)),
            ["of_several_steps_in_one_incident"] = IntervalJson.From(figures.CampaignsInOne(onlyOfSteps: true)),
            ["incidents_of_one_campaign"] = IntervalJson.From(figures.IncidentsOfOneCampaign),
            ["findings_of_such_incidents_about_an_attack"] = IntervalJson.From(figures.Purity),
        },
        RecallOf(figures),
        new Dictionary<string, IntervalJson>(StringComparer.Ordinal)
        {
            [$"top_{EnterpriseFigures.Top}"] = IntervalJson.From(figures.PrecisionAtTop),
            ["high_or_above"] = IntervalJson.From(figures.PrecisionOf(FindingSeverity.High)),
            ["medium_or_above"] = IntervalJson.From(figures.PrecisionOf(FindingSeverity.Medium)),
        },
        IntervalJson.From(figures.CarActivitiesPerDay),
        new Dictionary<string, IntervalJson>(StringComparer.Ordinal)
        {
            ["seconds"] = IntervalJson.From(figures.JudgeSeconds),
            ["events_per_second"] = IntervalJson.From(figures.EventsPerSecond),
            ["mebibytes"] = IntervalJson.From(figures.JudgeMebibytes),
        },
        [.. figures.BySort().Select(row => SortJson.From(row.Sort, row.Trials))],
        [.. figures.ByTarget().Select(TargetJson.From)],
        [.. figures.ByAttack().Select(AttackJson.From)],
        [.. figures.ByKind().Select(row => KindJson.From(row.Kind, row.Severity, row.Right, row.Wrong))],
        [.. figures.RoleDelays().Select(RoleJson.From)],
        [.. figures.Seeds.Select(SeedJson.From)]);

    private static Dictionary<string, IntervalJson> FindingsOf(EnterpriseFigures figures)
    {
        var findings = new Dictionary<string, IntervalJson>(StringComparer.Ordinal);
        foreach (var severity in Enum.GetValues<FindingSeverity>())
        {
            var name = $"{SnakeCase<FindingSeverity>.Of(severity)}_or_above";
            findings[name] = IntervalJson.From(figures.PerDay(severity, onlyWrong: false));
            findings[$"{name}_wrong"] = IntervalJson.From(figures.PerDay(severity, onlyWrong: true));
        }

        return findings;
    }

    private static Dictionary<string, IntervalJson> IncidentsOf(EnterpriseFigures figures)
    {
        var incidents = new Dictionary<string, IntervalJson>(StringComparer.Ordinal);
        foreach (var severity in Enum.GetValues<FindingSeverity>())
        {
            var name = $"{SnakeCase<FindingSeverity>.Of(severity)}_or_above";
            incidents[name] = IntervalJson.From(figures.IncidentsPerDay(severity, onlyWrong: false));
            incidents[$"{name}_wrong"] = IntervalJson.From(figures.IncidentsPerDay(severity, onlyWrong: true));
        }

        return incidents;
    }

    private static Dictionary<string, IntervalJson> RecallOf(EnterpriseFigures figures)
    {
        return new(StringComparer.Ordinal)
        {
            ["workstation_to_workstation"] = IntervalJson.From(figures.Recall(IsBetweenWorkstations)),
            ["workstation_to_workstation_any_severity"] = IntervalJson.From(figures.Recall(IsBetweenWorkstations, FindingSeverity.Low)),
            ["workstation_to_workstation_analytic_as_written"] = IntervalJson.From(figures.RecallOfCar(IsBetweenWorkstations)),
            ["all"] = IntervalJson.From(figures.Recall(_ => true)),
            ["all_any_severity"] = IntervalJson.From(figures.Recall(_ => true, FindingSeverity.Low)),
            ["all_analytic_as_written"] = IntervalJson.From(figures.RecallOfCar(_ => true)),
            ["controllers_and_servers"] = IntervalJson.From(figures.Recall(outcome => outcome.Attack.IsOnServer)),
            ["servers_used_before"] = IntervalJson.From(figures.Recall(outcome => outcome.Attack.IsUsedBefore)),
            ["recorded"] = IntervalJson.From(figures.Recall(outcome => outcome.Attack.IsRecorded)),
            ["library"] = IntervalJson.From(figures.Recall(outcome => !outcome.Attack.IsRecorded)),
        };

        static bool IsBetweenWorkstations(AttackOutcome outcome) => outcome.Attack.IsWorkstationToWorkstation;
    }
}

/// <summary>A figure with its 95 % interval.</summary>
internal sealed record IntervalJson(double? Value, double? Low, double? High)
{
    public static IntervalJson From(Interval interval) => new(Rounded(interval.Value), Rounded(interval.Low), Rounded(interval.High));

    private static double? Rounded(double value) => double.IsFinite(value) ? Math.Round(value, 6) : null;
}

/// <summary>How many findings of a kind there were with an attack behind them, and without.</summary>
internal sealed record KindJson(string Kind, string Severity, double RightPerDay, double WrongPerDay)
{
    public static KindJson From(FindingKind kind, FindingSeverity severity, double right, double wrong) =>
        new(KebabCase<FindingKind>.Of(kind), KebabCase<FindingSeverity>.Of(severity), right, wrong);
}

/// <summary>How many days it took until servers of a kind had the role that is theirs; null where so many never had it.</summary>
internal sealed record RoleJson(string Kind, string Role, int Servers, double? MedianDays, double? NinetiethPercentileDays, int Never)
{
    public static RoleJson From(RoleDelay delay) => new(
        KebabCase<MachineKind>.Of(delay.Kind), RoleName.Of(delay.Role), delay.Count, Rounded(delay.Median), Rounded(delay.Ninetieth),
        delay.Never);

    private static double? Rounded(double? days) => days is { } some ? Math.Round(some, 3) : null;
}

/// <summary>What came of one seed, and the findings of it that a person looks at.</summary>
internal sealed record SeedJson(
    ulong Seed, string Digest, long Activities, long Contacts, int Attacks, int Found, int Findings, IReadOnlyList<OutcomeJson> Outcomes,
    IReadOnlyList<LookedAtJson> LookedAt, IReadOnlyList<IncidentJson> Incidents)
{
    public static SeedJson From(SeedResult seed) => new(
        seed.Seed, seed.Digest, seed.Activities, seed.Contacts, seed.Attacks.Count,
        seed.Attacks.Count(outcome => outcome.IsFound(EnterpriseFigures.Looked)), seed.Findings.Count,
        [.. seed.Attacks.Select(OutcomeJson.From)],
        [.. seed.Findings.Where(judged => judged.Finding.Severity.IsAtLeast(EnterpriseFigures.Looked)).Select(LookedAtJson.From)],
        [.. seed.Incidents.Where(judged => judged.Incident.Severity.IsAtLeast(EnterpriseFigures.Looked)).Select(IncidentJson.From)]);
}

/// <summary>An incident that a person looks at, with what is behind it.</summary>
internal sealed record IncidentJson(
    string Severity, string Title, int Findings, int Clients, int Servers, int Campaigns, double ShareRight,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? RaisedBecause, string Behind)
{
    public static IncidentJson From(JudgedIncident judged) => new(
        KebabCase<FindingSeverity>.Of(judged.Incident.Severity), IncidentTitle.Of(judged.Incident, host => host.Address.ToString()),
        judged.Findings.Count, judged.Incident.NumClients, judged.Incident.NumServers, judged.NumCampaigns,
        Math.Round(judged.ShareRight, 3), judged.Incident.RaisedBecause,
        string.Join(", ", judged.Findings.SelectMany(one => one.IsRight
            ? one.Attacks.Select(attack => $"{attack.Name} ({attack.Campaign})") : one.Causes).Distinct(StringComparer.Ordinal)));
}

/// <summary>A finding with what is behind it.</summary>
internal sealed record LookedAtJson(
    string Kind, string Severity, string Confidence, string Client,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] string? Server,
    DateTimeOffset FirstSeen, string Reason, bool Right, bool OfChangedAddress, string Behind)
{
    public static LookedAtJson From(JudgedFinding judged) => new(
        KebabCase<FindingKind>.Of(judged.Finding.Kind),
        KebabCase<FindingSeverity>.Of(judged.Finding.Severity),
        KebabCase<FindingConfidence>.Of(judged.Finding.Confidence),
        judged.Finding.Client.ToString(),
        judged.Finding.Server?.ToString(),
        DateTimeOffset.FromUnixTimeMilliseconds(judged.Finding.FirstSeenUnixMilliseconds),
        judged.Finding.Reason,
        judged.IsRight,
        judged.IsOfChangedAddress,
        string.Join(", ", judged.IsRight ? judged.Attacks.Select(attack => attack.Name) : judged.Causes));
}

/// <summary>Generated, so that the program can be trimmed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(EnterpriseReport))]
internal sealed partial class EnterpriseJson : JsonSerializerContext;
