using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>One export of a scenario, run through the pipeline of a replay.</summary>
/// <param name="Activities">Between attacker and victim.</param>
/// <param name="Contacts">Between attacker and victim.</param>
/// <param name="Findings">All, ranked.</param>
internal sealed record ScenarioRun(
    Scenario Scenario, string Export,
    IReadOnlyList<RpcActivity> Activities, IReadOnlyList<AdministrationContact> Contacts, IReadOnlyList<Finding> Findings)
{
    /// <summary>What the analytic as written shows of the attack.</summary>
    public int CarPairs => Activities.Count(activity => activity.Basis == JoinBasis.Car);

    /// <summary>The findings about the attacker and the victim, or about the attacker alone.</summary>
    public IEnumerable<Finding> About =>
        Findings.Where(finding => finding.Client == Scenario.Client && (finding.Server is not { } server || server == Scenario.Server));

    /// <summary>Those that name neither: of the recording's background, or wrong.</summary>
    public IEnumerable<Finding> Others => Findings.Except(About);

    /// <summary>All incidents, the worst first.</summary>
    public IReadOnlyList<Incident> Incidents
    {
        get
        {
            var book = new IncidentBook();
            book.Take(Findings.Select(finding => new FindingChange(ActivityChangeKind.Added, finding)));
            return book.InOrder();
        }
    }

    /// <summary>The worst incident that names attacker and victim; null when none does.</summary>
    public Incident? Naming => Incidents.FirstOrDefault(incident =>
        incident.Acts.Any(act => act.Client.Address == Scenario.Client)
        && incident.Servers.Any(server => server.Address == Scenario.Server));

    /// <summary>How it was exported, such as ipfix-biflow.</summary>
    public string Format => Export.Split("-sensor-", 2)[0];

    /// <summary>Which sensor saw it, such as sensor-a; empty where there is one.</summary>
    public string Sensor => Export.Contains("-sensor-", StringComparison.Ordinal) ? $"sensor-{Export.Split("-sensor-", 2)[1]}" : "";
}
