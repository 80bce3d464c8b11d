namespace RpcCollector.Detection.Advice;

/// <summary>WMI.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Wmi() =>
    [
        new()
        {
            Kind = FindingKind.WmiQuery,
            Deed = "queried WMI on",
            Means = "The client ran queries through WMI (IWbemServices::ExecQuery or ExecNotificationQuery).",
            Malicious =
            [
                new("Reconnaissance: processes, users, security products of a machine.", Sources.Attack("T1047")),
                new("The step before: the tool that queries is the one that starts processes next.", Sources.Attack("T1047")),
            ],
            Harmless =
            [
                new("Monitoring and inventory: they do it all day, to servers above all.", Sources.RemoteWmi),
                new("A vulnerability scanner with credentials.", Sources.CredentialedScan),
                new("An administrator's script or console.", Sources.RemoteWmi),
            ],
            Business =
                "What a machine tells of itself. Little by itself; from a host that manages nothing it is a sign that somebody has " +
                "its administrator's password.",
            Questions =
            [
                new("Is the client a monitor, an inventory or a scanner?", "Yes: tell its role (Judgement:Roles).", "No."),
                new(
                    "Was a method invoked too?",
                    "Queries alone, again and again at an even pace.",
                    "wmi-invoke or new processes below WmiPrvSE.exe."),
                new("With which account?", "A service account for that purpose.", "A person's, or a local administrator."),
            ],
            Events =
            [
                WindowsEvents.WmiProviderLoaded.On(AdviceHost.Server, "Which provider was loaded, and in which host process."),
                WindowsEvents.WmiFailed.On(AdviceHost.Server, "Failed operations with ClientMachine, User and the query."),
                WindowsEvents.WmiTemporary.On(AdviceHost.Server, "Temporary subscriptions, with the client."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.SpecialLogon.On(AdviceHost.Server, "Whether it came with administrative rights."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "wmic, PowerShell, a script host or a tool."),
            ],
            Processes = [ProcessLeads.WmiPrvSe, ProcessLeads.PowerShell],
            Hardening =
            [
                Hardenings.FirewallWmi, Hardenings.DenyNetworkLogonOfLocalAccounts, Hardenings.Laps, Hardenings.TieredAdministration,
            ],
            Techniques = ["T1047"],
            NextOn = AdviceHost.Server,
            Next = "WMI-Activity events 5857 and 5858",
        },
        new()
        {
            Kind = FindingKind.WmiInvoke,
            Deed = "ran something by WMI on",
            Means =
                "The client invoked a WMI method (IWbemServices::ExecMethod). Win32_Process.Create starts a program that way; other " +
                "methods restart services or set values. The name of the method is not in the log.",
            Malicious =
            [
                new(
                    "wmiexec, wmic /node or Invoke-WmiMethod starts a command without leaving a service or a file.",
                    Sources.Attack("T1047")),
                new("Shadow copies are deleted before encryption.", Sources.Attack("T1490")),
            ],
            Harmless =
            [
                new("A management product starts its agent or a script.", Sources.RemoteWmi),
                new("An administrator's script: restart of a service, setting of an address.", Sources.RemoteWmi),
                new("Monitoring that uses the registry provider (StdRegProv), whose every read is a method.", Sources.StdRegProv),
            ],
            Business = "A program may have run with administrative rights on that machine.",
            Questions =
            [
                new(
                    "Did WmiPrvSE.exe start anything in those minutes?",
                    "Nothing, or a known agent.",
                    "cmd.exe, powershell.exe, rundll32.exe, often with output into \\\\127.0.0.1\\ADMIN$."),
                new("Is the client one that manages?", "A management server, with a service account.", "A workstation."),
                new("Was it the only machine?", "Always the same group.", "The next ones follow within the hour."),
            ],
            Events =
            [
                WindowsEvents.SysmonProcess.On(AdviceHost.Server, "ParentImage WmiPrvSE.exe: command line and user."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "Creator process WmiPrvSE.exe: the same without Sysmon."),
                WindowsEvents.WmiFailed.On(AdviceHost.Server, "Failed calls with ClientMachine, User and Operation (ExecMethod)."),
                WindowsEvents.WmiProviderLoaded.On(AdviceHost.Server, "Which provider was loaded (CIMWin32, StdRegProv)."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "Output that the tool fetches from ADMIN$."),
                WindowsEvents.ExplicitCredentials.On(AdviceHost.Client, "The account that was used, and the process that used it."),
            ],
            Processes = [ProcessLeads.WmiPrvSe, ProcessLeads.WmiSvchost],
            Hardening =
            [
                Hardenings.FirewallWmi, Hardenings.AsrPsExecWmi, Hardenings.DcomHardening, Hardenings.Laps,
                Hardenings.DenyNetworkLogonOfLocalAccounts,
            ],
            Techniques = ["T1047", "T1490"],
            NextOn = AdviceHost.Server,
            Next = "children of WmiPrvSE.exe (4688, Sysmon 1)",
        },
    ];
}
