namespace RpcCollector.Detection.Advice;

/// <summary>What stays after a restart.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Persistence() =>
    [
        new()
        {
            Kind = FindingKind.RemotePersistence,
            Deed = "planted something that stays on",
            NamedDeeds =
            [
                new("added a printer driver on", "RpcAddPrinterDriver", "RpcAddPrinterDriverEx", "RpcAsyncAddPrinterDriver",
                    "RpcInstallPrinterDriverFromPackage", "RpcAsyncInstallPrinterDriverFromPackage"),
                new("added a port monitor on", "RpcAddMonitor", "RpcAsyncAddMonitor"),
                new("added a print processor on", "RpcAddPrintProcessor", "RpcAsyncAddPrintProcessor"),
                new("started a process as another user on", "SeclCreateProcessWithLogonW", "SeclCreateProcessWithLogonExW"),
                new("wrote an instance into WMI on", "PutInstance", "PutInstanceAsync", "PutClass", "PutClassAsync"),
            ],
            Means =
                "The client added a printer driver, port monitor or print processor, called the secondary logon service, or wrote an " +
                "instance into WMI. The spooler loads what it is given as SYSTEM; a WMI subscription runs a command whenever its " +
                "event comes.",
            Malicious =
            [
                new("PrintNightmare (CVE-2021-34527): a library is loaded by the spooler.", Sources.PrintNightmare),
                new("A port monitor or print processor is loaded at each start.", Sources.Attack("T1547.010")),
                new("A print processor is loaded by the spooler.", Sources.Attack("T1547.012")),
                new("A WMI event subscription runs a command again and again.", Sources.Attack("T1546.003")),
            ],
            Harmless =
            [
                new("An administrator installs a driver on a print server.", Sources.PointAndPrint),
                new("A print management product hands out drivers.", Sources.PointAndPrint),
                new("A management product writes settings or its own subscriptions into WMI.", Sources.RemoteWmi),
            ],
            Business = "It runs with all rights and comes back after each restart: cleaning up one program is not enough.",
            Questions =
            [
                new(
                    "What was added?",
                    "A driver of a known maker, signed, on a print server.",
                    "A library with a random name or from another machine's share, or a consumer that runs a command line or a " +
                    "script."),
                new("Is the server a print server?", "Yes, and a ticket names the printer.", "A domain controller or a workstation."),
                new(
                    "Did spoolsv.exe, scrcons.exe or WmiPrvSE.exe start anything?",
                    "No.",
                    "A shell, rundll32.exe, or an unknown program."),
            ],
            Events =
            [
                WindowsEvents.PrinterDriverAdded.On(AdviceHost.Server, "Name and files of the driver."),
                WindowsEvents.PrintPluginFailed.On(
                    AdviceHost.Server,
                    "A library that could not be loaded: typical of tries of PrintNightmare."),
                WindowsEvents.WmiPermanent.On(AdviceHost.Server, "Filter, consumer and command of a permanent subscription."),
                WindowsEvents.SysmonWmiConsumer.On(AdviceHost.Server, "The consumer: command line or script."),
                WindowsEvents.SysmonWmiBinding.On(AdviceHost.Server, "The binding that makes it act."),
                WindowsEvents.SysmonRegistry.On(
                    AdviceHost.Server,
                    "Control\\Print\\Monitors, Environments (drivers, print processors)."),
                WindowsEvents.SysmonFile.On(AdviceHost.Server, "A library below System32\\spool\\drivers."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "Children of spoolsv.exe, scrcons.exe or WmiPrvSE.exe."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
            ],
            Processes = [ProcessLeads.SpoolSv, ProcessLeads.ScrCons, ProcessLeads.WmiPrvSe, ProcessLeads.SecLogonSvchost],
            Hardening = [Hardenings.SpoolerOff, Hardenings.PrinterDrivers, Hardenings.AsrWmiPersistence, Hardenings.FirewallWmi],
            Techniques = ["T1546.003", "T1547.004", "T1547.010", "T1547.012"],
            NextOn = AdviceHost.Server,
            Next = "PrintService 316 and 808, WMI 5861",
        },
    ];
}
