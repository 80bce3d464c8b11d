using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>An incident of the measured days, and what stands behind its findings of those days.</summary>
internal sealed record JudgedIncident(Incident Incident, IReadOnlyList<JudgedFinding> Findings)
{
    public bool IsRight => Findings.Any(judged => judged.IsRight);

    /// <summary>The findings that a person looks at.</summary>
    public IEnumerable<JudgedFinding> LookedAt =>
        Findings.Where(judged => judged.Finding.Severity.IsAtLeast(EnterpriseFigures.Looked));

    /// <summary>How many campaigns it tells as one.</summary>
    public int NumCampaigns => LookedAt.SelectMany(judged => judged.Attacks).Select(attack => attack.Campaign).Distinct().Count();

    /// <summary>The share of its findings that are about an attack.</summary>
    public double ShareRight => Findings.Average(judged => judged.IsRight ? 1.0 : 0.0);
}

/// <summary>What became of a campaign of which something was found.</summary>
/// <param name="Steps">Attacks of it that were found.</param>
/// <param name="Incidents">In how many incidents they are told.</param>
internal sealed record CampaignOutcome(int Campaign, int Steps, int Incidents);
