namespace RpcCollector.Detection.Advice;

/// <summary>Objects and secrets of another machine.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Activation() =>
    [
        new()
        {
            Kind = FindingKind.RemoteActivation,
            Deed = "activated objects on",
            Means =
                "The client activated a COM object remotely (IRemoteSCMActivator or IActivation). WMI, consoles and certificate " +
                "enrolment begin so; so do MMC20.Application, ShellWindows and ShellBrowserWindow, which run commands.",
            Malicious =
            [
                new(
                    "A program is started by MMC20.Application, ShellWindows or Excel on the other machine.",
                    Sources.Attack("T1021.003")),
                new("WMI of an attack begins with an activation.", Sources.Attack("T1047")),
            ],
            Harmless =
            [
                new(
                    "An administrator's console (mmc), such as event viewer or disk management, against a server.",
                    Sources.RemoteTools),
                new("WMI of monitoring and inventory: each session begins so.", Sources.RemoteWmi),
                new("Certificate enrolment at a certificate authority.", Sources.WcceSpec),
            ],
            Business = "From workstation to workstation it is nearly always a program that is started there.",
            Questions =
            [
                new(
                    "Which process did the activation start?",
                    "WmiPrvSE.exe or an enrolment service.",
                    "mmc.exe -Embedding with children, or Excel or explorer.exe that starts a shell."),
                new("What are the two hosts to each other?", "A management host and a server.", "Two workstations."),
                new("Which other calls followed?", "IWbemServices queries, as every day.", "None that are known, and new processes."),
            ],
            Events =
            [
                WindowsEvents.SysmonProcess.On(
                    AdviceHost.Server,
                    "mmc.exe -Embedding, dllhost.exe or an Office program below svchost.exe -k DcomLaunch, and their children."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Server, "The same without Sysmon."),
                WindowsEvents.DcomRefused.On(AdviceHost.Server, "Activations that were refused: account and address of the client."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.SysmonConnection.On(AdviceHost.Server, "mmc.exe or explorer.exe that accepts connections."),
            ],
            Processes = [ProcessLeads.DcomLaunchSvchost, ProcessLeads.MmcExe, ProcessLeads.DllHost, ProcessLeads.WmiPrvSe],
            Hardening = [Hardenings.DcomHardening, Hardenings.FirewallBetweenWorkstations, Hardenings.DcomAccess, Hardenings.Laps],
            Techniques = ["T1021.003", "T1047"],
            NextOn = AdviceHost.Server,
            Next = "children of mmc, dllhost (4688, Sysmon 1)",
        },
        new()
        {
            Kind = FindingKind.RemoteSecrets,
            Deed = "read secrets from",
            NamedDeeds =
            [
                new("saved registry hives on", "BaseRegSaveKey", "BaseRegSaveKeyEx"),
                new("read an LSA secret of", "LsarRetrievePrivateData", "LsarQuerySecret"),
                new("wrote an LSA secret of", "LsarCreateSecret", "LsarSetSecret", "LsarStorePrivateData"),
                new("asked for machine or trust passwords of", "NetrServerPasswordGet", "NetrServerTrustPasswordsGet",
                    "NetrServerGetTrustInfo"),
            ],
            Means =
                "The client saved keys of the registry to a file (BaseRegSaveKey), or read an LSA secret (LsarRetrievePrivateData). " +
                "SAM, SYSTEM and SECURITY together hold the passwords of local accounts, services and cached logons.",
            Malicious =
            [
                new("secretsdump or reg save takes the hives SAM, SYSTEM and SECURITY.", Sources.Attack("T1003.002")),
                new("LSA secrets are read: passwords of services and tasks.", Sources.Attack("T1003.004")),
            ],
            Harmless =
            [
                new("A backup product or an administrator saves a key before a change.", Sources.RegSave),
                new("A vulnerability scanner reads the registry (reading alone is no finding; saving is).", Sources.CredentialedScan),
            ],
            Business =
                "Local administrators and service accounts of that machine count as stolen. Where the local password is the same " +
                "everywhere, so do all machines.",
            Questions =
            [
                new("Which keys were saved?", "One key of a product.", "SAM, SYSTEM or SECURITY, two or three of them."),
                new(
                    "Did the Remote Registry service start just before and stop after?",
                    "It always runs.",
                    "Yes: tools switch it on and off."),
                new("Was a file fetched from ADMIN$ after it?", "No.", "A file with a random name from Temp or System32."),
            ],
            Events =
            [
                WindowsEvents.ServiceState.On(AdviceHost.Server, "Remote Registry starts and stops."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "IPC$ with winreg; a file fetched from ADMIN$."),
                WindowsEvents.ObjectAccess.On(
                    AdviceHost.Server,
                    "ObjectName \\REGISTRY\\MACHINE\\SAM or SECURITY, where they are audited."),
                WindowsEvents.DirectoryAccess.On(
                    AdviceHost.Server,
                    "ObjectServer LSA, ObjectType SecretObject: the secret that was read (on controllers)."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.SpecialLogon.On(AdviceHost.Server, "SeBackupPrivilege among its privileges."),
                WindowsEvents.SysmonFile.On(AdviceHost.Server, "A file below Temp or System32 that svchost.exe wrote."),
            ],
            Processes = [ProcessLeads.RemoteRegistrySvchost, ProcessLeads.LsassExe],
            Hardening =
            [
                Hardenings.RemoteRegistry, Hardenings.Laps, Hardenings.DenyNetworkLogonOfLocalAccounts,
                Hardenings.FirewallBetweenWorkstations, Hardenings.TieredAdministration,
            ],
            Techniques = ["T1003.002", "T1003.004", "T1555.004"],
            NextOn = AdviceHost.Server,
            Next = "7036 (Remote Registry), 5145, 4663",
        },
    ];
}
