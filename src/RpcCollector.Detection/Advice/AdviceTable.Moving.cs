namespace RpcCollector.Detection.Advice;

/// <summary>From host to host.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Moving() =>
    [
        new()
        {
            Kind = FindingKind.FirewalledServiceControl,
            Deed = "controlled services through a firewall on",
            Means =
                "The mapper answered, the dynamic port did not, and SMB to the same host opened 21 seconds after: so the client of " +
                "the service control manager falls back to the named pipe svcctl. Six of six such pairs in public recordings were " +
                "remote service control.",
            Malicious =
            [
                new(
                    "PsExec or its like starts a program as a service on a machine whose firewall lets SMB pass.",
                    Sources.Attack("T1569.002")),
                new("A service is installed to stay.", Sources.Attack("T1543.003")),
            ],
            Harmless =
            [
                new("An administrator runs sc.exe, services.msc or PsExec against a machine behind a firewall.", Sources.ScCommand),
                new("A deployment or backup product installs its agent as a service.", Sources.ClientPush),
                new("A monitoring product asks for the state of services.", Sources.ScmrSpec),
            ],
            Business = "A service runs as SYSTEM: what was started owns that machine.",
            Questions =
            [
                new(
                    "Was a service installed or changed on the server in those minutes?",
                    "None, or the agent of a product of yours.",
                    "A random name, PSEXESVC, a shell in ImagePath, or a path in a temporary folder."),
                new("Was a file written to ADMIN$ just before?", "No, or a signed installer.", "An unknown .exe."),
                new(
                    "Is it somebody's job to administer that server from there?",
                    "The client belongs to administration, deployment or monitoring, and a change or a ticket names the hour.",
                    "An ordinary person's machine, or a server that administers nothing, and nobody knows of it."),
            ],
            Events =
            [
                WindowsEvents.ServiceInstalled.On(AdviceHost.Server, "ServiceName, ImagePath and AccountName of a new service."),
                WindowsEvents.ServiceInstalledAudited.On(
                    AdviceHost.Server,
                    "The same, with the account that installed it and its logon id."),
                WindowsEvents.ServiceState.On(AdviceHost.Server, "Which service started or stopped."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "IPC$ with svcctl; files written to ADMIN$."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "Children of services.exe."),
                WindowsEvents.ExplicitCredentials.On(AdviceHost.Client, "The account that was used, and the process that used it."),
            ],
            Processes = [ProcessLeads.ServicesExe, ProcessLeads.PsExeSvc, ProcessLeads.SystemSmb],
            Hardening =
            [
                Hardenings.FirewallBetweenWorkstations, Hardenings.RpcFilterServices, Hardenings.AsrPsExecWmi, Hardenings.Laps,
                Hardenings.DenyNetworkLogonOfLocalAccounts,
            ],
            Techniques = ["T1543.003", "T1569.002"],
            NextOn = AdviceHost.Server,
            Next = "events 7045 and 4697 (a new service)",
        },
        new()
        {
            Kind = FindingKind.Pivot,
            Deed = "was contacted itself and moved on to",
            Means =
                "A host that was contacted for the first time went on within a day to contact a third host for the first time. Each " +
                "is reported by itself; together they are somebody moving on.",
            Malicious =
            [
                new("An intruder uses the machine he took to reach the next one.", Sources.Attack("T1021")),
                new("Tools are handed on from host to host.", Sources.Attack("T1570")),
            ],
            Harmless =
            [
                new(
                    "A helpdesk session: an administrator connects to a machine and looks for something on another from there.",
                    Sources.RemoteTools),
                new("Two causes that happened by chance on one day, such as a scan and a new shared folder.", Sources.CredentialedScan),
                new("A new server that is tested before it is put to use.", Sources.PortOverview),
            ],
            Business = "The intruder is no longer on one machine. Count those he may hold now, and act on all of them at once.",
            Questions =
            [
                new(
                    "Are the account that came in and the one that went out the same?",
                    "The person at the machine went out; somebody else came in.",
                    "The same account, or one that came in a minute before."),
                new(
                    "Is the first client explained?",
                    "A known administrator or scanner.",
                    "It is suspect itself: look at its findings first."),
                new(
                    "What started on the machine in the middle between the two?",
                    "Nothing new.",
                    "A service, a task, a shell or a tool."),
            ],
            Events =
            [
                WindowsEvents.Logon.On(AdviceHost.Client, "On the machine in the middle: who came in, LogonType 3 or 10, from where."),
                WindowsEvents.SpecialLogon.On(AdviceHost.Client, "Whether that came with administrative rights."),
                WindowsEvents.ProcessCreated.On(
                    AdviceHost.Client,
                    "On the machine in the middle: what was started between coming in and going out."),
                WindowsEvents.ExplicitCredentials.On(AdviceHost.Client, "Credentials that it used towards the third host."),
                WindowsEvents.ServiceInstalled.On(AdviceHost.Client, "A service by which it was driven."),
                WindowsEvents.Logon.On(AdviceHost.Server, "On the third host: LogonType 3 from the machine in the middle."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "On the third host: what was started."),
            ],
            Processes = [ProcessLeads.ServicesExe, ProcessLeads.WmiPrvSe, ProcessLeads.WsmProvHost, ProcessLeads.ScheduleSvchost],
            Hardening =
            [
                Hardenings.FirewallBetweenWorkstations, Hardenings.Laps, Hardenings.TieredAdministration, Hardenings.ProtectedUsers,
                Hardenings.DenyNetworkLogonOfLocalAccounts,
            ],
            Techniques = ["T1021", "T1570"],
            NextOn = AdviceHost.Client,
            Next = "logons 4624 type 3 and new processes 4688",
        },
    ];
}
