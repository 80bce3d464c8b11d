using RpcCollector.Detection;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>What one export of a labelled scenario holds between attacker and victim, ready to be placed elsewhere.</summary>
/// <param name="Export">The file's name without extension, such as ipfix-sensor-a.</param>
internal sealed record RecordedAttack(
    Scenario Scenario, string Export, IReadOnlyList<RpcActivity> Activities, IReadOnlyList<AdministrationContact> Contacts)
{
    /// <summary>The earliest start, in Unix milliseconds.</summary>
    public long Start => Math.Min(
        Activities.Select(activity => activity.StartUnixMilliseconds).DefaultIfEmpty(long.MaxValue).Min(),
        Contacts.Select(contact => contact.Flow.StartUnixMilliseconds).DefaultIfEmpty(long.MaxValue).Min());

    public static RecordedAttack From(ScenarioRun run) => new(run.Scenario, run.Export, run.Activities, run.Contacts);

    public bool IsEmpty => Activities.Count == 0 && Contacts.Count == 0;
}
