namespace RpcCollector.Detection.Advice;

/// <summary>Many hosts within minutes, and lists of what they offer.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Sweeps() =>
    [
        new()
        {
            Kind = FindingKind.RpcSweep,
            Deed = "swept",
            Means = "One client opened RPC, SMB or WinRM to many hosts that were new to it within minutes up to an hour.",
            Malicious =
            [
                new("The network is searched for open administration ports before the next move.", Sources.Attack("T1046")),
                new("Shares and sessions of every machine are collected, as BloodHound and its like do.", Sources.Attack("T1135")),
                new("Ransomware or a worm tries every machine with what it has.", Sources.Attack("T1021.002")),
            ],
            Harmless =
            [
                new("A vulnerability or inventory scan from a machine that nobody has named as a scanner.", Sources.CredentialedScan),
                new("A deployment server at its first round, or after a change of its scope.", Sources.ClientPush),
                new("A monitoring product that was installed that day.", Sources.RemoteWmi),
            ],
            Business =
                "It is what happens minutes or hours before many machines are taken. There is time to take the client off the " +
                "network.",
            Questions =
            [
                new("Is a scan or a roll-out planned for that hour?", "Yes, from this very address.", "No, or from another one."),
                new(
                    "Did the targets answer, and was anything done there?",
                    "Port checks only; nothing started.",
                    "Logons with administrative rights, services or tasks on some of them."),
                new(
                    "Which program did it?",
                    "A signed scanner or agent.",
                    "A shell, a script host, an unknown program, or a remote session."),
            ],
            Events =
            [
                WindowsEvents.SysmonConnection.On(AdviceHost.Client, "Image: the program that connected to many hosts."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "The same program: command line, parent, user."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "The same without Sysmon."),
                WindowsEvents.ConnectionAllowed.On(AdviceHost.Client, "Application and remote address of each connection."),
                WindowsEvents.Logon.On(AdviceHost.Server, "On some of the hosts: LogonType 3 from the client."),
                WindowsEvents.LogonFailed.On(AdviceHost.Server, "On some of the hosts: the same password tried everywhere."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "On some of the hosts: IPC$ and the pipes srvsvc, samr, wkssvc."),
            ],
            Processes = [ProcessLeads.PowerShell, ProcessLeads.SystemSmb],
            Hardening =
            [
                Hardenings.FirewallBetweenWorkstations, Hardenings.SessionEnumeration, Hardenings.RestrictRemoteSam,
                Hardenings.TieredAdministration,
            ],
            Techniques = ["T1018", "T1021.002", "T1046", "T1135"],
            NextOn = AdviceHost.Client,
            Next = "the program: 4688, or Sysmon 1 and 3",
        },
        new()
        {
            Kind = FindingKind.EndpointMapperDump,
            Deed = "listed all RPC endpoints of",
            Means =
                "The client read the whole table of the endpoint mapper (ept_lookup). Windows asks for the one interface it needs " +
                "(ept_map); tools list everything.",
            Malicious =
            [
                new("Reconnaissance: which interfaces and named pipes the server offers.", Sources.Attack("T1046")),
                new("A tool for exploits or forced authentication checks what is there first.", Sources.Attack("T1187")),
            ],
            Harmless =
            [
                new("A vulnerability scanner or nmap of your own.", Sources.EndpointScan),
                new("An administrator uses PortQry or rpcdump to find a fault.", Sources.PortQry),
            ],
            Business = "Nothing is lost yet: somebody looks for the door.",
            Questions =
            [
                new("Is the client a scanner of yours?", "Yes, and in its hours.", "No."),
                new("Were other hosts listed too?", "One, while somebody looked for a fault.", "Several, one after the other."),
                new("What did the client do at the server after it?", "Nothing.", "It bound efsrpc, spoolss, samr, drsuapi or svcctl."),
            ],
            Events =
            [
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "Command line: nmap, rpcdump, PortQry, Python, PowerShell."),
                WindowsEvents.SysmonConnection.On(AdviceHost.Client, "The program that connected to TCP 135."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "The same without Sysmon."),
                WindowsEvents.ConnectionAllowed.On(AdviceHost.Client, "Application of the connections to TCP 135."),
                WindowsEvents.Logon.On(AdviceHost.Server, "A logon of the client after it: ept_lookup itself needs none."),
            ],
            Processes = [ProcessLeads.RpcSsSvchost, ProcessLeads.PowerShell],
            Hardening = [Hardenings.RestrictRemoteClients, Hardenings.FirewallBetweenWorkstations, Hardenings.FirewallServers],
            Techniques = ["T1046", "T1187"],
            NextOn = AdviceHost.Client,
            Next = "the scanner: 4688, or Sysmon 1 and 3",
        },
    ];
}
