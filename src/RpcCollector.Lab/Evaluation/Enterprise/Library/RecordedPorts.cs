using RpcCollector.Lab.Evaluation.Enterprise.Simulation;
using RpcCollector.Lab.Evaluation.Scenarios;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>
/// Whose dynamic port the endpoint connections of a recorded attack go to, so that they are placed on the port that the simulated victim
/// has for it.
/// </summary>
internal static class RecordedPorts
{
    // By what the packet captures behind the exports bind to.
    private static readonly Dictionary<string, RpcService> ByScenario = new(StringComparer.Ordinal)
    {
        ["dcsync-covenant"] = RpcService.SecurityAuthority,
        ["zerologon-mimikatz"] = RpcService.SecurityAuthority,
        ["zerologon-burst"] = RpcService.SecurityAuthority,
        ["samr-domain-admins"] = RpcService.SecurityAuthority,
        ["find-local-admin"] = RpcService.ServiceControl,
        ["sharpsc-create"] = RpcService.ServiceControl,
        ["sharpsc-start"] = RpcService.ServiceControl,
        ["smbexec"] = RpcService.ServiceControl,
        ["schtasks-create"] = RpcService.Tasks,
        ["sharpwmi-create"] = RpcService.Wmi,
        ["wmi-invoke"] = RpcService.Wmi,
        ["wmi-wbemcomn"] = RpcService.Wmi,
        ["dcom-registerxll"] = RpcService.Activation,
        ["dcom-shellwindows"] = RpcService.Activation,
        ["dcom-excel4-blocked"] = RpcService.Activation,
        ["printnightmare-tcp"] = RpcService.Spooler,
    };

    // Of scenarios that the lab was not told of: the first technique that says it.
    private static readonly (string Technique, RpcService Service)[] ByTechnique =
    [
        ("T1003.006", RpcService.SecurityAuthority), ("CVE-2020-1472", RpcService.SecurityAuthority),
        ("T1069", RpcService.SecurityAuthority), ("T1087", RpcService.SecurityAuthority), ("T1207", RpcService.SecurityAuthority),
        ("T1543.003", RpcService.ServiceControl), ("T1569.002", RpcService.ServiceControl), ("T1053", RpcService.Tasks),
        ("T1047", RpcService.Wmi), ("T1546.003", RpcService.Wmi), ("T1021.003", RpcService.Activation),
        ("CVE-2021-1675", RpcService.Spooler), ("CVE-2021-34527", RpcService.Spooler),
    ];

    public static RpcService ServiceOf(Scenario scenario)
    {
        if (ByScenario.TryGetValue(scenario.Name, out var service)) return service;
        foreach (var (technique, known) in ByTechnique)
            if (scenario.Technique.Contains(technique, StringComparison.Ordinal)) return known;
        return RpcService.Application;
    }

    /// <summary>The attack with the simulated victim's ports in place of the recorded ones.</summary>
    /// <param name="at">When it begins, in milliseconds since the day began.</param>
    /// <remarks>Each recorded attack drives one process; a second endpoint port of a recording would become the same.</remarks>
    public static RecordedAttack On(this RecordedAttack recorded, SimulatedDay day, Machine victim, int at)
    {
        var port = day.PortOf(victim, ServiceOf(recorded.Scenario), at);
        return recorded with
        {
            Activities = [.. recorded.Activities.Select(activity => activity.Endpoint is { } endpoint
                ? activity with { Endpoint = endpoint with { ServerPort = port } }
                : activity)],
        };
    }
}
