using RpcCollector.Flows;

namespace RpcCollector.Detection.Advice;

/// <summary>Servers that come back to their clients, and files that are written where nobody writes.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Contacts() =>
    [
        new()
        {
            Kind = FindingKind.ContactInReturn,
            Deed = "was contacted in return by",
            AnswersOn = [WellKnownPort.EndpointMapper, WellKnownPort.Smb],
            Means =
                "The client contacted the server by RPC or SMB, and within five seconds the server opened a connection to the client on " +
                "135 or 445, which it never did before; or a domain controller that does so now and then did it at once. Servers " +
                "answer, they do not call back: a host that is made to authenticate, or a domain controller that is made to replicate " +
                "from a rogue one, does so within milliseconds.",
            Malicious =
            [
                new(
                    "Forced authentication (PetitPotam, PrinterBug, DFSCoerce): the server's machine account comes to the client, which " +
                    "keeps or relays it.",
                    Sources.Attack("T1187")),
                new(
                    "DCShadow: a controller replicates from a machine that registered as one for a moment.",
                    Sources.Attack("T1207")),
            ],
            Harmless =
            [
                new("A print server that tells its print clients of changes in the old way.", Sources.RprnSpec),
                new("A product on a server that looks at each host as soon as it appears: an identity sensor, a scanner.",
                    Sources.DefenderSamr),
                new("A new domain controller, from which the others replicate.", Sources.DcPromotion),
            ],
            Business =
                "The account of a server in other hands opens what that server may open; that of a domain controller opens everything.",
            Questions =
            [
                new(
                    "Does something on the client answer on that port that should?",
                    "Windows' own SMB server, with a share that the server uses.",
                    "A script, a tool or a port that was opened minutes before."),
                new(
                    "What did the client call on the server just before?",
                    "Printing, or files of its day's work.",
                    "efsrpc, lsarpc, spoolss, netdfs or drsuapi: look at Zeek's dce_rpc.log or event 5145."),
                new(
                    "Was the server's machine account used elsewhere right after?",
                    "No.",
                    "A logon or a certificate of the server's account that came from another address."),
            ],
            Events =
            [
                WindowsEvents.ShareChecked.On(
                    AdviceHost.Server,
                    "IPC$ with efsrpc, lsarpc, lsass, netlogon, samr, spoolss, netdfs or FssagentRpc, from the client."),
                WindowsEvents.NtlmOutgoing.On(AdviceHost.Server, "The server authenticates to the client: TargetName."),
                WindowsEvents.SysmonConnection.On(
                    AdviceHost.Server,
                    "lsass.exe, spoolsv.exe or System connects to the client."),
                WindowsEvents.ReplicaSourceAdded.On(AdviceHost.Server, "A source of replication was added: DCShadow."),
                WindowsEvents.Logon.On(
                    AdviceHost.DomainControllers,
                    "The server's machine account with the IpAddress of another host: it was relayed."),
                WindowsEvents.CertificateIssued.On(
                    AdviceHost.CertificateAuthorities,
                    "A certificate for the server's machine account."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "The program that made the call, or that listens."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.SpoolSv, ProcessLeads.DfsSvc, ProcessLeads.SystemSmb],
            Hardening =
            [
                Hardenings.FirewallServersOutbound, Hardenings.RpcFilterEfs, Hardenings.SpoolerOff, Hardenings.SmbSigning,
                Hardenings.LdapSigning, Hardenings.CertificateRelay, Hardenings.RestrictNtlm,
            ],
            Techniques = ["T1187", "T1207"],
            NextOn = AdviceHost.Server,
            Next = "event 5145 (pipe names) and NTLM 8001",
        },
        new()
        {
            Kind = FindingKind.LargeUpload,
            Deed = "wrote much by SMB to",
            Means =
                "The client sent 50 KB or more over SMB and got a fifth of that at most: it wrote a file, to a host that hardly anybody " +
                "else writes to. A program that is copied and then started as a service, a task or by WMI looks like this; and where " +
                "three connections follow at once that carry little, one that is driven by a console, whoever else writes there.",
            Malicious =
            [
                new("A tool is copied to the next machine.", Sources.Attack("T1570")),
                new("The service binary of PsExec and its like, or a library that a program will load.", Sources.ToolAnalysis),
            ],
            Harmless =
            [
                new("Somebody puts a file into a colleague's folder, or onto a new share.", Sources.SecureSmb),
                new("An administrator copies a program to a host and starts it there.", Sources.PsExec),
                new("A deployment product pushes a package or its agent.", Sources.ClientPush),
            ],
            Business = "What is copied to one machine is often copied to many: an encrypting program comes this way.",
            Questions =
            [
                new(
                    "Which file was written, and to which share?",
                    "A document, in a shared folder.",
                    "A program or library in ADMIN$, C$ or below the Windows folder."),
                new(
                    "Was something started there within the next minutes?",
                    "Nothing.",
                    "A service, a task or a process whose file is the one that was written."),
                new(
                    "Whose account was it?",
                    "The person's own, in working hours.",
                    "An administrator's, from a machine where none works."),
            ],
            Events =
            [
                WindowsEvents.ShareChecked.On(
                    AdviceHost.Server,
                    "RelativeTargetName of what was written, with WriteData: in ADMIN$ or C$?"),
                WindowsEvents.SysmonFile.On(AdviceHost.Server, "Files created in those minutes: programs and libraries."),
                WindowsEvents.ServiceInstalled.On(AdviceHost.Server, "A service whose file was just written."),
                WindowsEvents.TaskCreated.On(AdviceHost.Server, "A task that starts it."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "What ran within minutes: its file, parent and account."),
                WindowsEvents.Logon.On(AdviceHost.Server, "The account, LogonType 3, from the client."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "The program that copied it."),
            ],
            Processes = [ProcessLeads.SystemSmb, ProcessLeads.ServicesExe, ProcessLeads.PsExeSvc, ProcessLeads.WmiPrvSe],
            Hardening =
            [
                Hardenings.FirewallBetweenWorkstations, Hardenings.TieredAdministration, Hardenings.DenyNetworkLogonOfLocalAccounts,
                Hardenings.AsrPsExecWmi, Hardenings.SmbSigning,
            ],
            Techniques = ["T1021.002", "T1569.002", "T1570"],
            NextOn = AdviceHost.Server,
            Next = "event 5145 (files written) and services 7045",
        },
    ];
}
