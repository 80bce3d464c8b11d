namespace RpcCollector.Detection.Advice;

/// <summary>Services and tasks: programs that the server starts.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Services() =>
    [
        new()
        {
            Kind = FindingKind.RemoteService,
            Deed = "created or started a service on",
            NamedDeeds =
            [
                new("created a service on", "CreateServiceWOW64W", "CreateServiceWOW64A", "CreateServiceW", "CreateServiceA",
                    "CreateWowService"),
                new("changed a service on", "ChangeServiceConfigW", "ChangeServiceConfigA", "ChangeServiceConfig2W",
                    "ChangeServiceConfig2A", "SetServiceObjectSecurity"),
                new("deleted a service on", "DeleteService"),
                new("started a service on", "StartServiceW", "StartServiceA"),
                new("stopped or controlled a service on", "ControlService", "ControlServiceExA", "ControlServiceExW"),
                new("opened the service control manager of", "OpenSCManagerW", "OpenSCManagerA", "OpenSCManager2"),
            ],
            Means =
                "The client opened the service control manager (svcctl) and, as far as the operations tell, created, changed, " +
                "started or deleted a service. A service runs a program as SYSTEM.",
            Malicious =
            [
                new("PsExec, smbexec, Cobalt Strike and their like start a program as a service.", Sources.Attack("T1569.002")),
                new("A service is created or changed to stay after a restart.", Sources.Attack("T1543.003")),
                new("Services of security products or backups are stopped before encryption.", Sources.Attack("T1489")),
            ],
            Harmless =
            [
                new("A deployment product installs its agent.", Sources.ClientPush),
                new("An administrator uses sc.exe, services.msc or PsExec.", Sources.PsExec),
                new("A monitoring product reads states: it opens the manager and does nothing more.", Sources.ScmrSpec),
            ],
            Business = "The program ran with all rights on that machine. On a server it means its data; on a controller, all accounts.",
            Questions =
            [
                new(
                    "What is the service called, and what does it run?",
                    "A product of yours, signed, below Program Files.",
                    "Eight random letters, PSEXESVC, cmd.exe or powershell.exe, or a path in ADMIN$ or a temporary folder."),
                new("Was it deleted again within minutes?", "It is still there.", "Created, started, deleted."),
                new(
                    "Did the client do the same to others at that hour?",
                    "To all machines of a group, by a deployment account.",
                    "To a few, by an administrator who knows nothing of it."),
            ],
            Events =
            [
                WindowsEvents.ServiceInstalled.On(AdviceHost.Server, "ServiceName, ImagePath, AccountName."),
                WindowsEvents.ServiceInstalledAudited.On(AdviceHost.Server, "The same, with SubjectUserName and its logon id."),
                WindowsEvents.ServiceState.On(AdviceHost.Server, "Which service started or stopped."),
                WindowsEvents.ServiceStartType.On(AdviceHost.Server, "A service whose start type was changed."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "IPC$ with svcctl; the program written to ADMIN$."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "Children of services.exe."),
                WindowsEvents.SysmonRegistry.On(AdviceHost.Server, "HKLM\\System\\CurrentControlSet\\Services: ImagePath."),
                WindowsEvents.SysmonPipe.On(AdviceHost.Server, "A pipe of a tool, such as \\PSEXESVC."),
            ],
            Processes = [ProcessLeads.ServicesExe, ProcessLeads.PsExeSvc, ProcessLeads.SystemSmb],
            Hardening =
            [
                Hardenings.RpcFilterServices, Hardenings.FirewallRemoteServices, Hardenings.AsrPsExecWmi, Hardenings.Laps,
                Hardenings.DenyNetworkLogonOfLocalAccounts, Hardenings.TieredAdministration,
            ],
            Techniques = ["T1489", "T1543.003", "T1569.002"],
            NextOn = AdviceHost.Server,
            Next = "events 7045 and 4697 (a new service)",
        },
        new()
        {
            Kind = FindingKind.RemoteTask,
            Deed = "scheduled a task on",
            NamedDeeds =
            [
                new("scheduled a task on", "SchRpcRegisterTask", "NetrJobAdd"),
                new("ran a scheduled task on", "SchRpcRun"),
                new("enabled a scheduled task on", "SchRpcEnableTask"),
                new("deleted a scheduled task on", "SchRpcDelete", "NetrJobDel"),
                new("changed or stopped tasks on", "SchRpcCreateFolder", "SchRpcSetSecurity", "SchRpcStopInstance", "SchRpcStop",
                    "SchRpcRename", "SASetAccountInformation", "SASetNSAccountInformation"),
                new("listed the scheduled tasks of", "NetrJobEnum"),
            ],
            Means =
                "The client called the task scheduler (ITaskSchedulerService or atsvc): it registered, ran, enabled, deleted or " +
                "listed tasks.",
            Malicious =
            [
                new("atexec or schtasks runs a command once, as SYSTEM, and deletes the task.", Sources.Attack("T1053.005")),
                new("The old at interface is used, which nothing of today needs.", Sources.Attack("T1053.002")),
                new("A task is left behind that runs after each restart.", Sources.Attack("T1053.005")),
            ],
            Harmless =
            [
                new("Remote group policy update: Invoke-GPUpdate registers a task on each machine.", Sources.GroupPolicyUpdate),
                new("An administrator uses schtasks /s or the console of the task scheduler.", Sources.Schtasks),
                new("A deployment, backup or database product schedules its jobs.", Sources.Schtasks),
            ],
            Business = "The command ran, or will run, with the rights of the account that the task names, often SYSTEM.",
            Questions =
            [
                new(
                    "What does the task run, and as whom?",
                    "gpupdate.exe, or a program of a product of yours.",
                    "cmd.exe /C with output into a file in Temp, encoded PowerShell, an unknown program."),
                new(
                    "Is the task still there?",
                    "It is, with a name that says what it does.",
                    "Registered, run and deleted within seconds."),
                new("Which machines got the same task?", "A whole group, by a management account.", "A few."),
            ],
            Events =
            [
                WindowsEvents.TaskCreated.On(AdviceHost.Server, "TaskName and TaskContent: the command and the account."),
                WindowsEvents.TaskDeleted.On(AdviceHost.Server, "It was deleted again."),
                WindowsEvents.TaskUpdated.On(AdviceHost.Server, "An existing task was changed."),
                WindowsEvents.TaskRegistered.On(AdviceHost.Server, "The same where the audit is off: name and user."),
                WindowsEvents.TaskChanged.On(AdviceHost.Server, "A change of an existing one."),
                WindowsEvents.TaskAction.On(AdviceHost.Server, "The program that was started."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "Children of svchost.exe -k netsvcs -p -s Schedule."),
            ],
            Processes = [ProcessLeads.ScheduleSvchost, ProcessLeads.TaskHost],
            Hardening =
            [
                Hardenings.RpcFilterTasks, Hardenings.FirewallRemoteTasks, Hardenings.Laps, Hardenings.DenyNetworkLogonOfLocalAccounts,
                Hardenings.TieredAdministration,
            ],
            Techniques = ["T1053.002", "T1053.005"],
            NextOn = AdviceHost.Server,
            Next = "events 4698, TaskScheduler 106 and 200",
        },
    ];
}
