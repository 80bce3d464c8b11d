namespace RpcCollector.Detection.Advice;

/// <summary>Clients that are new to servers, and servers that behave like clients.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Newcomers() =>
    [
        new()
        {
            Kind = FindingKind.NewRpcClient,
            Deed = "used RPC for the first time on",
            Means =
                "A client used RPC, SMB or RPC over HTTP of a server or domain controller that it did not use before, and that is " +
                "rarely used by such clients. It rests on novelty alone.",
            Malicious =
            [
                new("A stolen account is tried where it may be worth more.", Sources.Attack("T1021")),
                new("Servers are looked at one by one: shares, sessions, accounts.", Sources.Attack("T1018")),
            ],
            Harmless =
            [
                new("A new person, a new machine, or a new task of an old one.", Sources.PortOverview),
                new("An application or a mapped drive moved to another server.", Sources.PortOverview),
                new("An administrator looks at a server that is rarely looked at.", Sources.RemoteTools),
            ],
            Business = "By itself little; it matters where the server holds what others want: personal data, backups, the directory.",
            Questions =
            [
                new(
                    "Was the machine or its user given this server?",
                    "A new hire, a move, a new application in those days.",
                    "Nobody asked for it."),
                new(
                    "Did the account succeed at once?",
                    "One logon, then ordinary work.",
                    "Failures (4625) before it, or several accounts from one machine."),
                new(
                    "Is the server one of a row?",
                    "The only new one.",
                    "One of several new ones within a day: look for rpc-sweep and enumeration."),
            ],
            Events =
            [
                WindowsEvents.Logon.On(AdviceHost.Server, "The account, and IpAddress of the client."),
                WindowsEvents.LogonFailed.On(AdviceHost.Server, "Failures from the same address before it."),
                WindowsEvents.SpecialLogon.On(AdviceHost.Server, "Did the account have administrative rights there?"),
                WindowsEvents.ShareAccessed.On(AdviceHost.Server, "Which share it was for."),
                WindowsEvents.KerberosService.On(
                    AdviceHost.DomainControllers,
                    "ServiceName of the server and IpAddress of the client: when the ticket was asked for."),
            ],
            Processes = [ProcessLeads.SystemSmb, ProcessLeads.LsassExe],
            Hardening =
            [
                Hardenings.TieredAdministration, Hardenings.DenyNetworkLogonOfLocalAccounts, Hardenings.FirewallServers,
                Hardenings.ProtectedUsers,
            ],
            Techniques = ["T1018", "T1021"],
            NextOn = AdviceHost.Server,
            Next = "logons 4624 type 3 from this client",
        },
        new()
        {
            Kind = FindingKind.ServerTurnsClient,
            Deed = "drove, as it never did before,",
            Means =
                "A host known as a server or domain controller drove a host that is none, or opened WinRM, as it did not before. Who " +
                "owns a server owns its way to everybody else.",
            Malicious =
            [
                new(
                    "An intruder works from a server that he took: from there his calls look like management.",
                    Sources.Attack("T1021")),
                new("Malware is handed out from a domain controller or a deployment server.", Sources.Attack("T1570")),
                new("A service of the server was exploited and works with the rights of its machine.", Sources.Attack("T1210")),
            ],
            Harmless =
            [
                new("A product on that server got a new task: deployment, backup, inventory, monitoring.", Sources.ClientPush),
                new("An administrator is signed in at the server and works from there.", Sources.PsExec),
                new("Remote group policy update from a controller: it registers tasks on each machine.", Sources.GroupPolicyUpdate),
            ],
            Business = "A server in other hands is worse than a desk: it holds data and service accounts, and others trust it.",
            Questions =
            [
                new(
                    "Was anything installed or changed on that server in the last days?",
                    "A product or an update, with a change record.",
                    "Nothing, or nobody knows."),
                new(
                    "Who was signed in at the server, and from where?",
                    "An administrator from his usual machine.",
                    "A service account that signed in interactively, or a session from a workstation."),
                new(
                    "Which process on the server made the connections?",
                    "The service of a known product.",
                    "A shell, a script host, or a name that is nearly that of Windows."),
            ],
            Events =
            [
                WindowsEvents.Logon.On(
                    AdviceHost.Client,
                    "Sessions on the server that turned client: who came in before, from where, LogonType 3 and 10."),
                WindowsEvents.ExplicitCredentials.On(
                    AdviceHost.Client,
                    "TargetServerName is the driven host: the account and the process."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "What ran on the server in those minutes."),
                WindowsEvents.SysmonConnection.On(AdviceHost.Client, "The program that connected to TCP 135, 445 or 5985."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with the address of the server that turned client."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "What was started there."),
                WindowsEvents.WinRmClientSession.On(AdviceHost.Client, "WinRM sessions that it began, and their targets."),
            ],
            Processes = [ProcessLeads.PowerShell, ProcessLeads.WsmProvHost, ProcessLeads.WmiPrvSe, ProcessLeads.ServicesExe],
            Hardening =
            [
                Hardenings.FirewallServersOutbound, Hardenings.FirewallBetweenWorkstations, Hardenings.TieredAdministration,
                Hardenings.ProtectedUsers, Hardenings.WinRmFromManagementOnly,
            ],
            Techniques = ["T1021", "T1021.002", "T1021.003", "T1021.006", "T1210", "T1570"],
            NextOn = AdviceHost.Client,
            Next = "logons 4624, 4648 and new processes 4688",
        },
    ];
}
