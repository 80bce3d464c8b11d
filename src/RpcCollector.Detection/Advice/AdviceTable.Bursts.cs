namespace RpcCollector.Detection.Advice;

/// <summary>More than Windows does: the mapper and Netlogon.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Bursts() =>
    [
        new()
        {
            Kind = FindingKind.MapperBurst,
            Deed = "asked without pause the endpoint mapper of",
            Means =
                "One pair opened connections to the endpoint mapper far faster than Windows does, or made dozens or hundreds of small " +
                "calls to a domain controller over one connection within seconds. An exploit that must be tried hundreds of times " +
                "looks like this: Zerologon (CVE-2020-1472) needs 256 tries on average, and most of its exploits open a connection " +
                "for each.",
            Malicious =
            [
                new("Zerologon against a domain controller, tried until it works.", Sources.Zerologon),
                new("Another exploit or a brute force over RPC.", Sources.Attack("T1210")),
            ],
            Harmless =
            [
                new("A program that opens a new connection for each call, or tries again and again after an error.", Sources.RpceSpec),
                new("A vulnerability scanner that tests for this very fault.", Sources.CredentialedScan),
                new("A monitoring product with a very short interval.", Sources.RemoteWmi),
            ],
            Business = "If it was Zerologon and it worked, the directory, and with it every account, is in other hands within minutes.",
            Questions =
            [
                new(
                    "Is the server a domain controller, and was a computer account's password set in those minutes?",
                    "No event 4742 for a controller.",
                    "4742 for a controller by ANONYMOUS LOGON."),
                new(
                    "Which interfaces did the connections use?",
                    "WMI or one product's own interface.",
                    "Netlogon alone, with NetrServerAuthenticate2 or 3."),
                new(
                    "Did it stop by itself after minutes?",
                    "It goes on for hours at an even pace.",
                    "It ended suddenly, and something else followed: drsuapi, svcctl."),
            ],
            Events =
            [
                WindowsEvents.NetlogonSessionFailed.On(
                    AdviceHost.Server,
                    "Tries that failed: the machine account of the controller named by another host."),
                WindowsEvents.NetlogonDenied.On(AdviceHost.Server, "Vulnerable connections of a machine account that were denied."),
                WindowsEvents.NetlogonAllowed.On(
                    AdviceHost.Server,
                    "Vulnerable connections that were allowed: the controller is not protected."),
                WindowsEvents.ComputerChanged.On(
                    AdviceHost.Server,
                    "TargetUserName is a controller, SubjectUserName is ANONYMOUS LOGON: it worked."),
                WindowsEvents.Logon.On(AdviceHost.Server, "ANONYMOUS LOGON, LogonType 3, from the client."),
                WindowsEvents.DirectoryAccess.On(AdviceHost.Server, "Replication rights used after it (DCSync)."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.RpcSsSvchost],
            Hardening = [Hardenings.NetlogonEnforcement, Hardenings.FirewallServers, Hardenings.RpcFilterReplication],
            Techniques = ["T1210"],
            NextOn = AdviceHost.Server,
            Next = "Netlogon events 5805 and 5827, and 4742",
        },
        new()
        {
            Kind = FindingKind.NetlogonBurst,
            Deed = "tried netlogon without pause on",
            Means =
                "The client called NetrServerReqChallenge and NetrServerAuthenticate2 or 3. A machine of the domain does so a few " +
                "times a day; dozens within a minute are tries at its protection.",
            Malicious =
            [
                new(
                    "Zerologon (CVE-2020-1472): authentication with zeros until one of about 256 tries passes, then an empty " +
                    "password for the controller.",
                    Sources.Zerologon),
                new("Machine accounts whose passwords are guessed.", Sources.Attack("T1210")),
            ],
            Harmless =
            [
                new("A machine, a NAS or a Samba host whose trust is broken and that tries again and again.", Sources.MachinePassword),
                new("A vulnerability scanner that tests for Zerologon.", Sources.CredentialedScan),
                new("A few calls only: a machine that starts, or changes its password.", Sources.MachinePassword),
            ],
            Business = "If it worked the domain is lost: whoever sets the controller's password reads all others.",
            Questions =
            [
                new(
                    "Did a controller's computer account get a new password?",
                    "No 4742 for a controller in these minutes.",
                    "4742 by ANONYMOUS LOGON."),
                new("Which computer account was named?", "The client's own.", "That of the domain controller."),
                new("Does Zeek name NetrServerPasswordSet2 after it?", "No.", "Yes: the password was set."),
            ],
            Events =
            [
                WindowsEvents.ComputerChanged.On(
                    AdviceHost.Server,
                    "TargetUserName is a controller, SubjectUserName is ANONYMOUS LOGON: it worked."),
                WindowsEvents.NetlogonSessionFailed.On(AdviceHost.Server, "Tries that failed, with the name that was claimed."),
                WindowsEvents.NetlogonDenied.On(AdviceHost.Server, "Vulnerable connections that were denied: it is protected."),
                WindowsEvents.NetlogonDeniedTrust.On(AdviceHost.Server, "The same of trust accounts."),
                WindowsEvents.NetlogonAllowed.On(AdviceHost.Server, "Vulnerable connections that were allowed."),
                WindowsEvents.Logon.On(AdviceHost.Server, "ANONYMOUS LOGON from the client."),
                WindowsEvents.DirectoryAccess.On(AdviceHost.Server, "Replication after it (DCSync)."),
            ],
            Processes = [ProcessLeads.LsassExe],
            Hardening = [Hardenings.NetlogonEnforcement, Hardenings.FirewallServers, Hardenings.KrbtgtReset],
            Techniques = ["T1210"],
            NextOn = AdviceHost.Server,
            Next = "events 4742, 5805 and 5827 to 5829",
        },
    ];
}
