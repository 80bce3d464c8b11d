namespace RpcCollector.Detection.Advice;

/// <summary>Directory replication.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Replication() =>
    [
        new()
        {
            Kind = FindingKind.ReplicationToClient,
            Deed = "drew directory data from",
            Means =
                "A transfer from a domain controller to a host that is none had the shape of directory replication. Encrypted flows " +
                "tell no more; it is sure only where the port is known to carry drsuapi.",
            Malicious =
            [
                new("DCSync: passwords of all accounts are asked for as a controller would.", Sources.Attack("T1003.006")),
            ],
            Harmless =
            [
                new("Synchronisation with the cloud that has the right: Microsoft Entra Connect.", Sources.EntraConnect),
                new("A new controller that is not known as one yet.", Sources.DcPromotion),
                new("Another large answer of a controller, such as a long list of objects by another interface.", Sources.DrsrSpec),
            ],
            Business = "If it was DCSync every password of the domain counts as stolen.",
            Questions =
            [
                new(
                    "Does event 4662 on the server name a replication right in those minutes?",
                    "None (and the audit is on).",
                    "1131f6ad-9c07-11d1-f79f-00c04fc2dcd2 by an account that is no controller's."),
                new(
                    "Is the client a controller, or a host that synchronises the directory?",
                    "Yes: tell its role (Judgement:Roles).",
                    "A workstation or another server."),
                new(
                    "Which account was used?",
                    "That of the synchronisation, from its own host.",
                    "A person's, or that of the synchronisation from another host."),
            ],
            Events =
            [
                WindowsEvents.DirectoryAccess.On(
                    AdviceHost.Server,
                    "Properties with 1131f6aa-… (Get-Changes), 1131f6ad-… (Get-Changes-All) or 89e95b76-… (in filtered set); " +
                    "SubjectUserName is no controller."),
                WindowsEvents.Logon.On(AdviceHost.Server, "The same logon id: LogonType 3 and IpAddress of the client."),
                WindowsEvents.KerberosService.On(
                    AdviceHost.Server,
                    "Tickets for the service of the controller, asked for from the client."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "The tool: command line and parent."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "The same without Sysmon."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.DirectoryTools],
            Hardening =
            [
                Hardenings.ReplicationRights, Hardenings.RpcFilterReplication, Hardenings.TieredAdministration, Hardenings.KrbtgtReset,
            ],
            Techniques = ["T1003.006"],
            NextOn = AdviceHost.Server,
            Next = "event 4662 with a replication right",
        },
        new()
        {
            Kind = FindingKind.DcSync,
            Deed = "replicated the directory from",
            NamedDeeds =
            [
                new("asked for replication of the directory from", "DRSGetNCChanges"),
                new("ordered a replication on", "DRSReplicaSync"),
            ],
            Means =
                "The client called DRSGetNCChanges or DRSReplicaSync and is not known as a domain controller. The answer holds what " +
                "it asks for, password hashes included.",
            Malicious =
            [
                new(
                    "DCSync with Mimikatz, secretsdump or DSInternals: the hashes of krbtgt and of all accounts.",
                    Sources.Attack("T1003.006")),
            ],
            Harmless =
            [
                new("Microsoft Entra Connect with password hash synchronisation.", Sources.EntraConnect),
                new("A domain controller that was not told or learned as one yet.", Sources.DcPromotion),
                new("An administrator looks at replication with repadmin from another host.", Sources.Repadmin),
            ],
            Business =
                "Every password of the domain counts as stolen, the key of all Kerberos tickets included: rebuilding trust takes " +
                "weeks.",
            Questions =
            [
                new("Is the client a domain controller or the host of Entra Connect?", "Yes: tell its role (Judgement:Roles).", "No."),
                new(
                    "Which account used the right?",
                    "A controller's, or that of the synchronisation from its own host.",
                    "A person's, or a service account elsewhere."),
                new(
                    "Who has the right, and since when?",
                    "As documented.",
                    "Somebody got it days or hours before (5136 on the domain object)."),
            ],
            Events =
            [
                WindowsEvents.DirectoryAccess.On(
                    AdviceHost.Server,
                    "Properties with 1131f6aa-… (Get-Changes), 1131f6ad-… (Get-Changes-All) or 89e95b76-… (in filtered set); " +
                    "SubjectUserName is no controller."),
                WindowsEvents.Logon.On(AdviceHost.Server, "The same logon id: IpAddress of the client."),
                WindowsEvents.SpecialLogon.On(AdviceHost.Server, "Its privileges."),
                WindowsEvents.DirectoryModified.On(
                    AdviceHost.DomainControllers,
                    "nTSecurityDescriptor of the domain object changed: who was given the right."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "mimikatz, secretsdump, Python, PowerShell."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "The same without Sysmon."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.DirectoryTools],
            Hardening =
            [
                Hardenings.ReplicationRights, Hardenings.RpcFilterReplication, Hardenings.TieredAdministration,
                Hardenings.ProtectedUsers, Hardenings.KrbtgtReset,
            ],
            Techniques = ["T1003.006"],
            NextOn = AdviceHost.Server,
            Next = "event 4662 with a replication right",
        },
    ];
}
