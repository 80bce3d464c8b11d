namespace RpcCollector.Detection.Advice;

/// <summary>Calls that list accounts, and calls that make a server authenticate.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Listing() =>
    [
        new()
        {
            Kind = FindingKind.Enumeration,
            Deed = "enumerated accounts or shares of",
            Means =
                "The client called operations of samr, lsarpc, srvsvc or wkssvc that list accounts, groups, sessions and shares. " +
                "Each logon calls some of them; several that Windows does not call by itself tell a tool.",
            Malicious =
            [
                new(
                    "BloodHound (SharpHound) and its like collect sessions and local administrators of all machines.",
                    Sources.Attack("T1087")),
                new("net.exe, enum4linux or rpcclient list accounts and password policy to guess passwords.", Sources.Attack("T1069")),
                new("Sessions and logged-on users are listed to find where an administrator sits.", Sources.Attack("T1033")),
            ],
            Harmless =
            [
                new("Microsoft Defender for Identity asks machines for their local administrators.", Sources.DefenderSamr),
                new("A vulnerability scanner or an inventory.", Sources.CredentialedScan),
                new("An administrator's console or script; a person who opens the list of users.", Sources.SamrSpec),
            ],
            Business = "Somebody draws the map: which account opens which machine. It comes before the theft, by hours or days.",
            Questions =
            [
                new(
                    "Is the client one of those that ask everybody?",
                    "A scanner or the sensor of a security product: tell its role.",
                    "An ordinary workstation."),
                new("How many machines were asked?", "One, a server or controller.", "Many, workstations among them."),
                new("With which account?", "The service account of the product.", "A person who has nothing to do with it."),
            ],
            Events =
            [
                WindowsEvents.SamHandle.On(
                    AdviceHost.Server,
                    "ObjectType SAM_DOMAIN, SAM_GROUP or SAM_USER: what was asked for, by whom."),
                WindowsEvents.GroupEnumerated.On(AdviceHost.Server, "Administrators was listed, and by which account."),
                WindowsEvents.UserGroupsEnumerated.On(AdviceHost.Server, "Groups of a local user were listed."),
                WindowsEvents.ShareChecked.On(AdviceHost.Server, "IPC$ with samr, lsarpc, srvsvc, wkssvc: one address, several pipes."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "SharpHound, net.exe, PowerShell, Python."),
                WindowsEvents.SysmonPipeConnected.On(AdviceHost.Client, "Image that connects to pipes of other machines."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.NetExe, ProcessLeads.LanmanServerSvchost],
            Hardening =
            [
                Hardenings.RestrictRemoteSam, Hardenings.SessionEnumeration, Hardenings.FirewallBetweenWorkstations,
                Hardenings.TieredAdministration,
            ],
            Techniques = ["T1016", "T1018", "T1033", "T1049", "T1069", "T1082", "T1083", "T1087", "T1124", "T1135"],
            NextOn = AdviceHost.Server,
            Next = "events 4661, 4799 and 5145 (pipe names)",
        },
        new()
        {
            Kind = FindingKind.ForcedAuthentication,
            Deed = "made a call that can force authentication to",
            Means =
                "The client called an operation that makes the server open a path of the caller's choice and authenticate there: EFS " +
                "(PetitPotam), print notifications (PrinterBug), DFS (DFSCoerce), shadow copies (ShadowCoerce).",
            Malicious =
            [
                new(
                    "The server's machine account is lured to a host that relays it, to a certificate authority or to LDAP.",
                    Sources.Attack("T1187")),
                new("The answer is kept to be cracked, or relayed to another server by SMB.", Sources.Attack("T1557.001")),
            ],
            Harmless =
            [
                new("Print clients subscribe to changes of a printer at a print server.", Sources.RprnSpec),
                new("Encrypted files on a file server, where EFS is used over the network.", Sources.EfsrSpec),
                new("A backup product that takes shadow copies of shares, or an administrator who sets up DFS.", Sources.FsrvpSpec),
            ],
            Business =
                "A domain controller that is lured to a certificate authority without protection is the domain in a few minutes.",
            Questions =
            [
                new(
                    "Where did the server connect to right after?",
                    "Nowhere new, or back to a print client.",
                    "To the client or a third host by SMB or HTTP (80, 445), which went on to a certificate authority or LDAP."),
                new(
                    "Is the server what the call is for?",
                    "A print server, a file server with EFS, a DFS root.",
                    "A domain controller or certificate authority."),
                new(
                    "Was a certificate issued to a machine account in these minutes?",
                    "No.",
                    "Yes: 4887 for the server's account, asked for by another host."),
            ],
            Events =
            [
                WindowsEvents.ShareChecked.On(
                    AdviceHost.Server,
                    "IPC$ with efsrpc, lsarpc, lsass, netlogon, samr, spoolss, netdfs or FssagentRpc."),
                WindowsEvents.NtlmOutgoing.On(AdviceHost.Server, "The server authenticates to another: TargetName."),
                WindowsEvents.NtlmDomain.On(
                    AdviceHost.DomainControllers,
                    "The server's machine account authenticates by way of a third host."),
                WindowsEvents.Logon.On(
                    AdviceHost.DomainControllers,
                    "The server's machine account with the IpAddress of another host: it was relayed."),
                WindowsEvents.CertificateIssued.On(
                    AdviceHost.CertificateAuthorities,
                    "A certificate for the server's machine account."),
                WindowsEvents.SysmonConnection.On(
                    AdviceHost.Server,
                    "lsass.exe, spoolsv.exe or System connects to the client or a third host."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.SpoolSv, ProcessLeads.DfsSvc],
            Hardening =
            [
                Hardenings.RpcFilterEfs, Hardenings.SpoolerOff, Hardenings.SmbSigning, Hardenings.LdapSigning,
                Hardenings.CertificateRelay, Hardenings.RestrictNtlm,
            ],
            Techniques = ["T1187", "T1557.001"],
            NextOn = AdviceHost.Server,
            Next = "event 5145 (pipe names) and NTLM 8001",
        },
    ];
}
