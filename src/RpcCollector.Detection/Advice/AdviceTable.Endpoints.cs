namespace RpcCollector.Detection.Advice;

/// <summary>Ports of servers that their clients hardly ever use.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Endpoints() =>
    [
        new()
        {
            Kind = FindingKind.UnusualEndpoint,
            Deed = "used a rarely used RPC port of",
            Means =
                "A client that uses RPC of this server every day used a port of it that hardly anybody uses, while the port that its " +
                "clients use was in use. The directory, logons and lookups of names share the port of lsass.exe; services, tasks, WMI, " +
                "the spooler and DCOM have others.",
            Malicious =
            [
                new("A service or task is created on a server that the client may reach anyway.", Sources.Attack("T1569.002")),
                new("A program is started by WMI or DCOM.", Sources.Attack("T1021.003")),
                new("A printer driver is planted by the spooler (PrintNightmare).", Sources.PrintNightmare),
            ],
            Harmless =
            [
                new("An administrator manages this server for the first time from this machine.", Sources.RemoteTools),
                new("One service of the server restarted and has another port since.", Sources.PortOverview),
                new("A new application or agent is served there, and this is one of its first clients.", Sources.PortOverview),
            ],
            Business = "On a server such calls run programs with all rights: its data; on a controller, every account.",
            Questions =
            [
                new(
                    "Which process listens on the port (netstat -ano on the server)?",
                    "lsass.exe after a restart, or an application that the client's user works with.",
                    "services.exe, spoolsv.exe, or the svchost.exe of Schedule or Winmgmt."),
                new(
                    "Does somebody administer this server from the client?",
                    "Yes, and says so.",
                    "It is an ordinary workstation."),
                new(
                    "What was started or installed on the server in that minute?",
                    "Nothing, or what a change says.",
                    "A service, a task or a child of WmiPrvSE.exe that nobody knows."),
            ],
            Events =
            [
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client in that minute."),
                WindowsEvents.ServiceInstalled.On(AdviceHost.Server, "ServiceName and ImagePath."),
                WindowsEvents.TaskCreated.On(AdviceHost.Server, "TaskName and its action."),
                WindowsEvents.ProcessCreated.On(
                    AdviceHost.Server, "Children of services.exe, WmiPrvSE.exe, spoolsv.exe, or mmc.exe -Embedding."),
                WindowsEvents.PrinterDriverAdded.On(AdviceHost.Server, "A driver that was added in that minute."),
                WindowsEvents.ConnectionAllowed.On(AdviceHost.Server, "Application and port: which program it was."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "The program that connected."),
            ],
            Processes =
            [
                ProcessLeads.ServicesExe, ProcessLeads.ScheduleSvchost, ProcessLeads.WmiPrvSe, ProcessLeads.SpoolSv, ProcessLeads.MmcExe,
            ],
            Hardening =
            [
                Hardenings.RpcFilterServices, Hardenings.RpcFilterTasks, Hardenings.FirewallServers, Hardenings.SpoolerOff,
                Hardenings.TieredAdministration, Hardenings.DenyNetworkLogonOfLocalAccounts,
            ],
            Techniques = ["T1021", "T1021.003", "T1569.002"],
            NextOn = AdviceHost.Server,
            Next = "logons 4624, services 7045, tasks 4698",
        },
    ];
}
