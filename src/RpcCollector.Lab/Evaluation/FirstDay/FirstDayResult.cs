using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Lab.Evaluation.Enterprise;

namespace RpcCollector.Lab.Evaluation.FirstDay;

/// <summary>What a sensor that was started in one simulated network at one hour showed within a day.</summary>
/// <param name="FromHour">Of the first day, a Monday.</param>
/// <param name="Pages">Clients with a finding of severity high or above that no attack is behind, and what caused it.</param>
/// <param name="Incidents">Those that stand at the end of the day, of severity medium or above, and no attack is behind them.</param>
/// <param name="Attacks">Each attack placed in that day, and the worst finding about it that stands.</param>
internal sealed record FirstDayResult(
    ulong Seed, int FromHour, int Findings, int Mediums, IReadOnlyList<FirstDayPage> Pages,
    IReadOnlyList<Incident> Incidents, IReadOnlyList<AttackOutcome> Attacks)
{
    public int NumHigh => Incidents.Count(incident => incident.Severity.IsAtLeast(FindingSeverity.High));
}

/// <summary>A client that a person would be paged for without an attack.</summary>
/// <param name="Stands">False when its severity was lowered, or it was withdrawn, before the day was over.</param>
internal sealed record FirstDayPage(string Client, FindingKind Kind, bool Stands, string Reason, IReadOnlyList<string> Causes);
