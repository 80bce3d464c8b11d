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
                "or the sensor does not read calls. The pipe says which interface was wanted, not what was done. From flows alone, " +
                "where no pipe is named: an SMB session that carried calls rather than files and was over within seconds, as a tool " +
                "with an SMB of its own makes it; Windows keeps its sessions for ten seconds or more.",
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
                new("A copier, a Linux host or an inventory product speaks SMB by itself, and is new here.", Sources.PortOverview),
            ],
            Business = "By itself little: it tells which door was tried, not whether anything was carried through it.",
            Questions =
            [
                new("Which pipe is it?", "One that every logon opens.", "svcctl, atsvc or winreg of a workstation."),
                new(
                    "Does the client manage others, or does something on it speak SMB by itself?",
                    "Yes: tell its role, or call it benign, and these two are silent from then on.",
                    "No, it is an ordinary Windows desk."),
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
