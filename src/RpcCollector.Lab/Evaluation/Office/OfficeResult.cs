using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>An incident of the day, and whose doing its findings are.</summary>
/// <param name="Title">With names.</param>
internal sealed record OfficeIncident(Incident Incident, string Title, IReadOnlyList<(Finding Finding, OfficePart Part)> Findings)
{
    /// <summary>Whose doing it is: the intruder of most findings where there is one, else who has most.</summary>
    public OfficePart Part { get; } = Most(Findings.Select(one => one.Part));

    /// <summary>True when it tells the doings of several as one.</summary>
    public bool IsMixed { get; } = Findings.Select(one => Lowest(one.Part)).Where(part => part != OfficePart.None).Distinct().Count() > 1;

    private static OfficePart Most(IEnumerable<OfficePart> parts) => parts.GroupBy(Lowest)
        .OrderByDescending(group => (group.Key & OfficePart.Intruders) != OfficePart.None)
            .ThenByDescending(group => group.Key != OfficePart.None)
        .ThenByDescending(group => group.Count()).Select(group => group.Key).First();

    // Where flows of several went between two hosts it is the first's of them: intruders come first.
    private static OfficePart Lowest(OfficePart part) => (OfficePart)((byte)part & -(byte)part);
}

/// <summary>What came of one seed.</summary>
/// <param name="Rows">The incidents of the day, as a person sees them: the worst first.</param>
internal sealed record OfficeResult(ulong Seed, string Digest, IReadOnlyList<OfficeIncident> Rows)
{
    public const int MostIncidents = 5;

    public int NumFindings => Rows.Sum(row => row.Findings.Count);

    public int NumLookedAt => Rows.Count(row => row.Incident.Severity.IsAtLeast(FindingSeverity.Medium));

    public bool IntrudersAreFirst => Rows.Count >= 2 && (Rows[0].Part | Rows[1].Part) == OfficePart.Intruders;

    public int Mixed => Rows.Count(row => row.IsMixed);

    /// <summary>In how many incidents an intruder's doings are told.</summary>
    public int IncidentsOf(OfficePart intruder) =>
        Rows.Count(
            row => row.Findings.Any(
                one => (one.Part & intruder) != OfficePart.None && one.Finding.Severity.IsAtLeast(FindingSeverity.Medium)));

    public bool IntrudersAreWhole => IncidentsOf(OfficePart.FirstIntruder) == 1 && IncidentsOf(OfficePart.SecondIntruder) == 1;

    /// <summary>True when a person has few to look at.</summary>
    public bool AreFew => NumLookedAt <= MostIncidents;

    public bool HoldsAll => IntrudersAreFirst && Mixed == 0 && IntrudersAreWhole && AreFew;
}
