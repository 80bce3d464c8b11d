using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>What kind of machine a scenario's victim is.</summary>
internal enum ScenarioTarget : byte
{
    Workstation,
    Server,
    DomainController,
}

/// <summary>A recorded attack with its label: one row of scenarios.csv and the exports in the folder of its name.</summary>
/// <param name="Technique">ATT&amp;CK techniques or CVE numbers, separated by slashes.</param>
/// <param name="Client">The attacker's host.</param>
/// <param name="Server">The victim.</param>
/// <param name="Exports">Files, ordered by name.</param>
internal sealed record Scenario(
    string Name, string Technique, HostAddress Client, HostAddress Server, ScenarioTarget Target, IReadOnlyList<string> Exports);
