namespace RpcCollector.Detection.Advice;

/// <summary>Accounts, logs and power.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Changes() =>
    [
        new()
        {
            Kind = FindingKind.AccountManipulation,
            Deed = "changed accounts on",
            NamedDeeds =
            [
                new("created an account on", "SamrCreateUser2InDomain", "SamrCreateUserInDomain"),
                new("added a member to a group on", "SamrAddMemberToGroup", "SamrAddMemberToAlias", "SamrAddMultipleMembersToAlias"),
                new("gave an account rights on", "LsarAddAccountRights", "LsarAddPrivilegesToAccount", "LsarSetSystemAccessAccount"),
                new("gave an account the rights of another on", "DRSAddSidHistory"),
                new("set the password of the restore mode of", "SamrSetDSRMPassword"),
                new("changed an account on", "SamrSetInformationUser2", "SamrSetInformationUser"),
                new("changed a password on", "SamrUnicodeChangePasswordUser2"),
            ],
            Means =
                "The client created or changed accounts, groups or rights over samr or lsarpc, or changed a password. On a domain " +
                    "controller that is " +
                "administration or a machine that joins; elsewhere it is a local account.",
            Malicious =
            [
                new("A password is reset to take an account over.", Sources.Attack("T1098")),
                new("A local or machine account is made as a way back in.", Sources.Attack("T1136")),
                new("A machine account is added to be misused for delegation or certificates.", Sources.Attack("T1136")),
            ],
            Harmless =
            [
                new("A machine joins the domain.", Sources.DomainJoin),
                new("A person changes his password.", Sources.SamrSpec),
                new("Administration of accounts, by console or identity management.", Sources.RemoteTools),
            ],
            Business = "An account is a door that stays open after the intruder is gone.",
            Questions =
            [
                new(
                    "Which account was created or changed?",
                    "The client's own machine account, or one that a ticket names.",
                    "An administrator, a service account, or a new local administrator."),
                new(
                    "Who did it?",
                    "A domain administrator, identity management, or a person with the own password.",
                    "A workstation's user, or an account that has not done so before."),
                new("Was it put into a group?", "No.", "Into an administrative group within the hour (4728, 4732)."),
            ],
            Events =
            [
                WindowsEvents.AccountCreated.On(AdviceHost.Server, "TargetUserName, and SubjectUserName who did it."),
                WindowsEvents.PasswordReset.On(AdviceHost.Server, "A reset by another than the owner."),
                WindowsEvents.AccountChanged.On(AdviceHost.Server, "UserAccountControl and what else was changed."),
                WindowsEvents.ComputerCreated.On(AdviceHost.Server, "A machine account, and who created it."),
                WindowsEvents.ComputerChanged.On(AdviceHost.Server, "Service principal names, delegation."),
                WindowsEvents.GroupMemberAddedGlobal.On(AdviceHost.Server, "Added to a global group such as Domain Admins."),
                WindowsEvents.GroupMemberAdded.On(AdviceHost.Server, "Added to Administrators."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.NetExe],
            Hardening =
            [
                Hardenings.MachineAccountQuota, Hardenings.TieredAdministration, Hardenings.RestrictRemoteSam,
                Hardenings.DenyNetworkLogonOfLocalAccounts,
            ],
            Techniques = ["T1098", "T1134.005", "T1136"],
            NextOn = AdviceHost.Server,
            Next = "events 4720, 4724, 4738 and 4742",
        },
        new()
        {
            Kind = FindingKind.EventLogCleared,
            Deed = "cleared the event log of",
            Means = "The client cleared an event log of the server remotely (ElfrClearELF, EvtRpcClearLog, LsarClearAuditLog).",
            Malicious =
            [
                new("Traces are removed after the deed.", Sources.Attack("T1070.001")),
            ],
            Harmless =
            [
                new("An administrator clears a log that is full, or after a test.", Sources.Wevtutil),
                new("A script that prepares a machine or an image.", Sources.Wevtutil),
            ],
            Business =
                "What happened there before cannot be told from that machine any more: rely on forwarded logs, flows and the " +
                "neighbours.",
            Questions =
            [
                new(
                    "Which log, and by whom?",
                    "An application's log, by an administrator who says so.",
                    "Security, System or PowerShell."),
                new("What was found about the two hosts in the hours before?", "Nothing.", "Any finding: take it for one story."),
                new(
                    "Are the events forwarded?",
                    "They are, and the copy is complete: read it.",
                    "They are not; secure disk and memory of the server."),
            ],
            Events =
            [
                WindowsEvents.SecurityLogCleared.On(AdviceHost.Server, "SubjectUserName: who cleared Security."),
                WindowsEvents.SystemLogCleared.On(AdviceHost.Server, "Channel and SubjectUserName of any other log."),
                WindowsEvents.Logon.On(
                    AdviceHost.Server,
                    "The logon with that logon id, and its IpAddress (if it came after the clearing)."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "IPC$ with eventlog."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "wevtutil /r, Clear-EventLog, eventvwr."),
            ],
            Processes = [ProcessLeads.EventLogSvchost, ProcessLeads.Wevtutil],
            Hardening = [Hardenings.ForwardEvents, Hardenings.LogRights, Hardenings.FirewallEventLog, Hardenings.TieredAdministration],
            Techniques = ["T1070.001"],
            NextOn = AdviceHost.Server,
            Next = "events 1102 (Security) and 104 (System)",
        },
        new()
        {
            Kind = FindingKind.RemoteShutdown,
            Deed = "shut down",
            Means = "The client asked the server to shut down or restart (InitShutdown, winreg, WindowsShutdown, winstation_rpc).",
            Malicious =
            [
                new("Disruption, or the last step of ransomware: machines restart into what was prepared.", Sources.Attack("T1529")),
            ],
            Harmless =
            [
                new("Updates: a management server restarts machines in their window.", Sources.ClientPush),
                new("An administrator restarts a machine with shutdown /m or Restart-Computer.", Sources.ShutdownCommand),
            ],
            Business = "What the server does is not done for minutes; many at once are an outage.",
            Questions =
            [
                new("Is it the window of maintenance?", "Yes.", "No, or in working hours."),
                new(
                    "What reason and account does 1074 name?",
                    "Operating system or planned, by a management account.",
                    "No reason, by a person or SYSTEM of another machine."),
                new("How many machines?", "One, or one after the other.", "Many at once."),
            ],
            Events =
            [
                WindowsEvents.ShutdownRequested.On(AdviceHost.Server, "Process, user, reason and comment."),
                WindowsEvents.EventLogStopped.On(AdviceHost.Server, "When it went down."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client before it."),
                WindowsEvents.ServiceInstalled.On(AdviceHost.Server, "What was installed before the restart."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "shutdown.exe /m, PowerShell."),
            ],
            Processes = [ProcessLeads.WinInit, ProcessLeads.ShutdownExe],
            Hardening = [Hardenings.ShutdownRight, Hardenings.FirewallRemoteShutdown, Hardenings.TieredAdministration],
            Techniques = ["T1529"],
            NextOn = AdviceHost.Server,
            Next = "event 1074: who asked, and why",
        },
    ];
}
