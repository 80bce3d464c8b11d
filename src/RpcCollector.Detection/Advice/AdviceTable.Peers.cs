namespace RpcCollector.Detection.Advice;

/// <summary>Remote calls and remote administration between hosts that are no servers.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Peers() =>
    [
        new()
        {
            Kind = FindingKind.PeerToPeerRpc,
            Deed = "drove",
            Means =
                "One machine that is no server called RPC interfaces of another: it asked the endpoint mapper (TCP 135) and used the " +
                "dynamic port that it named, or a known one. Workstations serve their users, not each other.",
            Malicious =
            [
                new(
                    "Somebody who holds the client starts programs on the next machine: by services, tasks, WMI or DCOM.",
                    Sources.Attack("T1021")),
                new("A tool lists accounts, sessions and shares of its neighbours to choose where to go.", Sources.Attack("T1087")),
                new("A worm or ransomware spreads itself from desk to desk.", Sources.Attack("T1570")),
            ],
            Harmless =
            [
                new("The helpdesk works from an ordinary workstation, with remote consoles or PsExec.", Sources.PsExec),
                new(
                    "A machine that deploys software or updates, and that nobody has named as a management server.",
                    Sources.ClientPush),
                new("A vulnerability scanner with credentials runs on a workstation or laptop.", Sources.CredentialedScan),
                new(
                    "The server is a server in truth: it shares printers or an application, and was not seen as one yet.",
                    Sources.PortOverview),
            ],
            Business =
                "Whoever can do this from one desk to the next reaches every desk with the same password or rights: the way from one " +
                "infected machine to an outage of all of them.",
            Questions =
            [
                new(
                    "Who was signed in at the client then, and is it their job to administer other machines?",
                    "A person of the helpdesk, or a service account of a known product, with a ticket.",
                    "An ordinary user, an account that nobody uses any more, or a local administrator."),
                new(
                    "What started on the server in those minutes?",
                    "Nothing, or a signed program of a product that you run.",
                    "A shell, a script host, or a program from a temporary folder or ADMIN$."),
                new(
                    "Does the client do the same to others, and did it ever before?",
                    "Every week to the same machines.",
                    "For the first time, or to one machine after the other."),
            ],
            Events =
            [
                WindowsEvents.Logon.On(
                    AdviceHost.Server,
                    "LogonType 3 with IpAddress of the client: the account, and whether it came by NTLM."),
                WindowsEvents.SpecialLogon.On(AdviceHost.Server, "The same logon id: it came with administrative rights."),
                WindowsEvents.ProcessCreated.On(
                    AdviceHost.Server,
                    "Children of services.exe, svchost.exe, WmiPrvSE.exe, mmc.exe or dllhost.exe, and their command lines."),
                WindowsEvents.ServiceInstalled.On(AdviceHost.Server, "A service that nobody announced."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "IPC$ with the name of the pipe, and files written to ADMIN$."),
                WindowsEvents.ExplicitCredentials.On(AdviceHost.Client, "Another account was used, and by which process."),
                WindowsEvents.SysmonConnection.On(AdviceHost.Client, "The program that connected to TCP 135 or 445 of the server."),
            ],
            Processes =
            [
                ProcessLeads.ServicesExe, ProcessLeads.ScheduleSvchost, ProcessLeads.WmiPrvSe, ProcessLeads.MmcExe,
                ProcessLeads.DllHost,
            ],
            Hardening =
            [
                Hardenings.FirewallBetweenWorkstations, Hardenings.RpcFilterServices, Hardenings.RpcFilterTasks, Hardenings.Laps,
                Hardenings.DenyNetworkLogonOfLocalAccounts, Hardenings.TieredAdministration,
            ],
            Techniques = ["T1021", "T1021.003", "T1087", "T1570"],
            NextOn = AdviceHost.Server,
            Next = "logons 4624 type 3 and new processes 4688",
        },
        new()
        {
            Kind = FindingKind.FirstAdministration,
            Deed = "administered for the first time",
            Means =
                "A first connection to SMB, WinRM or RPC over HTTP between two hosts that are no servers, or the first WinRM of a " +
                "workstation to anybody. Flows do not tell a file that was opened from a tool that was copied.",
            Malicious =
            [
                new("A tool is copied to ADMIN$ or C$ of the next machine, to be started there.", Sources.Attack("T1021.002")),
                new("Commands are given by PowerShell remoting.", Sources.Attack("T1021.006")),
                new(
                    "Service control, task scheduler and registry are reached by named pipes, without any port but 445.",
                    Sources.Attack("T1021.002")),
            ],
            Harmless =
            [
                new("Somebody opened a colleague's shared folder or printer.", Sources.SecureSmb),
                new("An administrator uses PowerShell remoting or Windows Admin Center for the first time.", Sources.AdminCenter),
                new("A scanner or an inventory looks at each machine.", Sources.CredentialedScan),
            ],
            Business = "One more machine may be in other hands. What is copied there today is what runs there tonight.",
            Questions =
            [
                new(
                    "Which share or session was opened?",
                    "A folder that a person shares on purpose.",
                    "ADMIN$, C$ or IPC$ with the pipes svcctl, atsvc, samr or winreg."),
                new(
                    "Which account was used?",
                    "That of the person who sits at the client.",
                    "A local administrator, or an administrator who was not there."),
                new(
                    "Did anything start on the server after it?",
                    "Nothing new.",
                    "A service, a task, a shell or wsmprovhost.exe with children."),
            ],
            Events =
            [
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.ShareAccessed.On(AdviceHost.Server, "ShareName: ADMIN$ and C$ are for administrators."),
                WindowsEvents.ShareChecked.On(
                    AdviceHost.Server,
                    "RelativeTargetName on IPC$ is the pipe: svcctl, atsvc, samr, winreg, spoolss, lsarpc."),
                WindowsEvents.WinRmServerShell.On(AdviceHost.Server, "A shell was opened over WinRM, and by whom."),
                WindowsEvents.WinRmClientSession.On(AdviceHost.Client, "The session as the client began it: the target."),
                WindowsEvents.ScriptBlock.On(AdviceHost.Server, "What PowerShell ran, in clear text."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "Children of wsmprovhost.exe or services.exe."),
            ],
            Processes = [ProcessLeads.WsmProvHost, ProcessLeads.ServicesExe, ProcessLeads.SystemSmb],
            Hardening =
            [
                Hardenings.FirewallBetweenWorkstations, Hardenings.WinRmFromManagementOnly, Hardenings.SmbSigning, Hardenings.Laps,
                Hardenings.DenyNetworkLogonOfLocalAccounts,
            ],
            Techniques = ["T1021", "T1021.002", "T1021.003", "T1021.006"],
            NextOn = AdviceHost.Server,
            Next = "logons 4624 type 3 and shares 5140, 5145",
        },
    ];
}
