namespace RpcCollector.Detection.Advice;

/// <summary>Keys and certificates.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Keys() =>
    [
        new()
        {
            Kind = FindingKind.DpapiBackupKey,
            Deed = "asked for the DPAPI backup key of",
            Means =
                "The client used the BackupKey protocol of a domain controller. Windows does so when a password was changed " +
                "elsewhere and a user's keys must be opened again. The interface cannot give away the domain's private key itself; " +
                "many calls open the keys of one user after the other.",
            Malicious =
            [
                new(
                    "Saved passwords and certificates of users are opened with the help of the controller.",
                    Sources.Attack("T1555.004")),
                new(
                    "The domain's backup key itself is taken as an LSA secret (G$BCKUPKEY…): look for remote-secrets.",
                    Sources.Attack("T1003.004")),
            ],
            Harmless =
            [
                new("A user changed his password on another machine, or had it reset.", Sources.BkrpSpec),
                new("A new profile: Windows backs up the first master key.", Sources.BkrpSpec),
            ],
            Business =
                "With the backup key all that users have saved with DPAPI can be opened, for ever: the key cannot be changed easily.",
            Questions =
            [
                new("How many calls, and for how many users?", "One or two at a logon.", "Ten or more, for several users."),
                new("Was a password of the user changed or reset in the days before?", "Yes (4723 or 4724).", "No."),
                new("Is the server a domain controller?", "Yes.", "No: no other host has such keys."),
            ],
            Events =
            [
                WindowsEvents.DirectoryAccess.On(
                    AdviceHost.Server,
                    "ObjectServer LSA, ObjectName with BCKUPKEY: the key itself was read as a secret."),
                WindowsEvents.MasterKeyBackup.On(AdviceHost.Client, "A backup of a master key was asked for: the user."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client: the account."),
                WindowsEvents.PasswordReset.On(AdviceHost.DomainControllers, "A reset that explains it."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "mimikatz, SharpDPAPI, PowerShell."),
            ],
            Processes = [ProcessLeads.LsassExe, ProcessLeads.DirectoryTools],
            Hardening = [Hardenings.TieredAdministration, Hardenings.FirewallServers, Hardenings.ProtectedUsers],
            Techniques = ["T1003.004", "T1555.004"],
            NextOn = AdviceHost.Server,
            Next = "event 4662 on G$BCKUPKEY secrets",
        },
        new()
        {
            Kind = FindingKind.CertificateRequest,
            Deed = "asked for a certificate from",
            Means =
                "The client asked a certificate authority for certificates over ICertPassage. One is enrolment; many in a row are a " +
                "tool or a fault.",
            Malicious =
            [
                new(
                    "A certificate in the name of an administrator or a controller is asked for, by a template that lets the caller " +
                    "choose the name.",
                    Sources.Attack("T1649")),
                new("Lured credentials of a machine are relayed to the authority.", Sources.Attack("T1187")),
            ],
            Harmless =
            [
                new("Automatic enrolment and renewal.", Sources.Autoenrollment),
                new("An administrator or a management product asks for server certificates.", Sources.WcceSpec),
                new("A template that cannot be satisfied, so that the machine asks again and again.", Sources.Autoenrollment),
            ],
            Business =
                "A certificate in another's name opens the domain as that other until it expires, whatever passwords are changed.",
            Questions =
            [
                new(
                    "For whom was it issued?",
                    "The client's own account, or its user.",
                    "A subject or alternative name of an administrator or a controller."),
                new(
                    "By which template?",
                    "One of automatic enrolment.",
                    "One with client authentication that lets the caller give the subject."),
                new(
                    "Was it used?",
                    "For TLS or Wi-Fi.",
                    "A Kerberos ticket by certificate (4768 with certificate data) for another account."),
            ],
            Events =
            [
                WindowsEvents.CertificateRequested.On(AdviceHost.Server, "RequestId, Requester and Attributes: template and san:."),
                WindowsEvents.CertificateIssued.On(AdviceHost.Server, "Requester against Subject and SubjectAlternativeName."),
                WindowsEvents.KerberosTicket.On(
                    AdviceHost.DomainControllers,
                    "CertIssuerName and CertThumbprint: the certificate was used to log on, and from where."),
                WindowsEvents.Logon.On(AdviceHost.Server, "LogonType 3 with IpAddress of the client."),
                WindowsEvents.SysmonProcess.On(AdviceHost.Client, "Certify, Certipy, certreq, PowerShell."),
            ],
            Processes = [ProcessLeads.CertSrv, ProcessLeads.CertReq],
            Hardening =
            [
                Hardenings.CertificateTemplates, Hardenings.CertificateMapping, Hardenings.CertificateRelay,
                Hardenings.TieredAdministration,
            ],
            Techniques = ["T1187", "T1649"],
            NextOn = AdviceHost.Server,
            Next = "events 4886 and 4887: for whom",
        },
    ];
}
