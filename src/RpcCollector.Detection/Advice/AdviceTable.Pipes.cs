namespace RpcCollector.Detection.Advice;

/// <summary>Pipes of which only the name was seen.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Pipes() =>
    [
        new()
        {
            Kind = FindingKind.PipeOpened,
            Deed = "opened a pipe of",
            Means =
                "The client opened the named pipe of an RPC interface on the server, and no call through it was seen: it is encrypted, " +
                "or the sensor does not read calls. The pipe says which interface was wanted, not what was done.",
            Malicious =
            [
                new("A tool creates a service through the pipe svcctl: PsExec, smbexec.", Sources.Attack("T1569.002")),
                new("A tool reads or changes the registry through winreg.", Sources.Attack("T1112")),
                new("A tool schedules a task through atsvc.", Sources.Attack("T1053.005")),
                new("A server is made to authenticate through efsrpc or FssagentRpc.", Sources.Attack("T1187")),
            ],
            Harmless =
            [
                new("A console or a monitoring product asks for services or values.", Sources.ScmrSpec),
                new("An administrator looks at another machine with the usual tools.", Sources.RemoteTools),
            ],
            Business = "By itself little: it tells which door was tried, not whether anything was carried through it.",
            Questions =
            [
                new("Which pipe is it?", "One that every logon opens.", "svcctl, atsvc or winreg of a workstation."),
                new("Does the client manage others?", "Yes: tell its role.", "No, it is a desk."),
                new(
                    "What happened on the server in those minutes?",
                    "Nothing.",
                    "A new service, task or registry value, or a logon of an administrator."),
            ],
            Events =
            [
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "IPC$ with RelativeTargetName of the pipe, and the account."),
                WindowsEvents.SysmonPipeConnected.On(AdviceHost.Server, "The pipe and the process behind it."),
                WindowsEvents.ServiceInstalled.On(AdviceHost.Server, "A service that was created in those minutes."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
            ],
            Processes = [ProcessLeads.SystemSmb, ProcessLeads.ServicesExe, ProcessLeads.RemoteRegistrySvchost],
            Hardening =
            [
                Hardenings.RpcFilterServices, Hardenings.FirewallRemoteServices, Hardenings.RemoteRegistry,
                Hardenings.FirewallBetweenWorkstations,
            ],
            Techniques = ["T1021.002"],
            NextOn = AdviceHost.Server,
            Next = "event 5145 with the name of the pipe",
        },
    ];
}
