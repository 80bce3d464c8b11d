using RpcCollector.Flows;

namespace RpcCollector.Detection.Advice;

/// <summary>Hosts that pass for what they are not.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Impostors() =>
    [
        new()
        {
            Kind = FindingKind.WorkstationServes,
            Deed = "began to serve",
            DeedAlone = "began to serve like a server:",
            AnswersOn = [WellKnownPort.Kerberos, WellKnownPort.Ldap, WellKnownPort.Smb],
            Means =
                "A host known for days as a client began to answer Kerberos or LDAP, or SMB to many. Domain controllers and file " +
                "servers do that, and so does who wants to pass for one.",
            Malicious =
            [
                new("Credentials are caught or relayed: a host answers where others look for a server.", Sources.Attack("T1557")),
                new("A rogue domain controller is set up to plant changes.", Sources.Attack("T1207")),
            ],
            Harmless =
            [
                new("The machine was promoted to a domain controller or became a file server.", Sources.DcPromotion),
                new("A developer runs a directory or a test domain.", Sources.DcPromotion),
                new("Somebody shared a folder with a whole department.", Sources.SecureSmb),
            ],
            Business = "Who answers as a server is trusted with passwords and policies.",
            Questions =
            [
                new("Was the machine meant to become a server?", "A change says so, and it is in the server list.", "Nobody knows."),
                new(
                    "Who are its new clients, and how did they find it?",
                    "A group that was told the name.",
                    "Machines at random, by broadcast names or a changed DNS entry."),
                new(
                    "Which process listens?",
                    "lsass.exe of a promoted controller, or the SMB server of Windows.",
                    "Python, Java or an unknown program on 88, 389 or 445."),
            ],
            Events =
            [
                WindowsEvents.ServiceInstalled.On(AdviceHost.Client, "A new service that listens."),
                WindowsEvents.ProcessCreated.On(AdviceHost.Client, "The program that opened the port."),
                WindowsEvents.SysmonConnection.On(
                    AdviceHost.Client,
                    "Connections that came in to TCP 88, 389 or 445, and the program."),
                WindowsEvents.ConnectionAllowed.On(AdviceHost.Client, "Direction inbound: application and port."),
                WindowsEvents.DirectoryCreated.On(
                    AdviceHost.DomainControllers,
                    "An object nTDSDSA or server in the configuration partition: a controller was added."),
                WindowsEvents.ComputerChanged.On(
                    AdviceHost.DomainControllers,
                    "Its account got service principal names of a controller."),
                WindowsEvents.NtlmDomain.On(AdviceHost.DomainControllers, "Accounts that authenticate by way of it."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.SystemSmb, ProcessLeads.PowerShell],
            Hardening =
            [
                Hardenings.SmbSigning, Hardenings.LdapSigning, Hardenings.RestrictNtlm, Hardenings.FirewallBetweenWorkstations,
            ],
            Techniques = ["T1207", "T1557"],
            NextOn = AdviceHost.Client,
            Next = "services 7045 and new processes 4688",
        },
        new()
        {
            Kind = FindingKind.DcShadow,
            Deed = "registered as a domain controller with",
            Means =
                "The client called DRSReplicaAdd or DRSAddEntry: it asked a controller to replicate from a new source. Only domain " +
                "controllers do that, and only when the topology changes.",
            Malicious =
            [
                new(
                    "DCShadow: a machine registers as a controller for a moment and pushes changes that no controller logs as such.",
                    Sources.Attack("T1207")),
            ],
            Harmless =
            [
                new("A new domain controller is promoted, or one is taken away.", Sources.DcPromotion),
                new("An administrator changes the replication topology with repadmin.", Sources.Repadmin),
            ],
            Business = "Changes of the directory that nobody made: hidden administrators, back doors in permissions.",
            Questions =
            [
                new("Is a controller being promoted or removed?", "Yes, announced, and the client is it.", "No."),
                new(
                    "Did the objects of the new controller vanish again within minutes?",
                    "They stayed.",
                    "Created and deleted within minutes."),
                new(
                    "Who called?",
                    "A domain administrator from an administration host or controller.",
                    "A workstation, or an account that is no administrator of the domain."),
            ],
            Events =
            [
                WindowsEvents.DirectoryCreated.On(AdviceHost.Server, "ObjectClass nTDSDSA or server below CN=Sites,CN=Configuration."),
                WindowsEvents.DirectoryDeleted.On(AdviceHost.Server, "The same objects deleted soon after."),
                WindowsEvents.ComputerChanged.On(
                    AdviceHost.Server,
                    "ServicePrincipalNames of the client's account with E3514235-4B06-11D1-AB04-00C04FC2DCD2 or GC/."),
                WindowsEvents.DirectoryAccess.On(
                    AdviceHost.Server,
                    "Rights to manage the topology (DS-Replication-Manage-Topology, DS-Install-Replica)."),
                WindowsEvents.ReplicaSourceAdded.On(AdviceHost.Server, "A new source of replication: Source DRA is the client."),
                WindowsEvents.ReplicaSourceRemoved.On(AdviceHost.Server, "It was taken away again."),
                WindowsEvents.DirectoryModified.On(AdviceHost.Server, "What was changed after it."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.DirectoryTools],
            Hardening = [Hardenings.ReplicationRights, Hardenings.RpcFilterReplication, Hardenings.TieredAdministration],
            Techniques = ["T1207"],
            NextOn = AdviceHost.Server,
            Next = "events 4742, 5137 and 5141 (nTDSDSA)",
        },
    ];
}
