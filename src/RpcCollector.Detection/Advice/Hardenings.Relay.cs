namespace RpcCollector.Detection.Advice;

/// <summary>Hardening against relayed authentication, and of certificates.</summary>
internal static partial class Hardenings
{
    public static readonly Hardening SmbSigning = new(
        "SMB signing required", AdviceHost.Server,
        "Relayed authentication opens no SMB session.",
        "Set-SmbServerConfiguration -RequireSecuritySignature $true, and the policy for clients too.",
        "Old storage and scanners that cannot sign.", Sources.SmbSigningPolicy);

    public static readonly Hardening LdapSigning = new(
        "LDAP signing and channel binding", AdviceHost.DomainControllers,
        "Relayed authentication changes nothing in the directory.",
        "Policies \"LDAP server signing requirements\" = Require signing and \"LDAP server channel binding token requirements\" = " +
        "Always.",
        "Clients with simple binds without TLS: event 2889 names them.", Sources.LdapChannelBinding);

    public static readonly Hardening RestrictNtlm = new(
        "NTLM restricted", AdviceHost.Server,
        "What was forced cannot be relayed where NTLM is not spoken.",
        "Audit first, then policy \"Restrict NTLM: Outgoing NTLM traffic to remote servers\" = Deny all on controllers and " +
        "certificate authorities.",
        "Everything that is reached by address or by old software.", Sources.RestrictNtlmOutgoing);

    public static readonly Hardening CertificateRelay = new(
        "Certificate authority without NTLM relay", AdviceHost.CertificateAuthorities,
        "Forced authentication is worth no certificate.",
        "Web enrolment with HTTPS only, Extended Protection required, or NTLM off there; remove web enrolment where nobody uses it.",
        "Old clients of web enrolment.", Sources.CertificateRelayMitigation);

    public static readonly Hardening CertificateTemplates = new(
        "Templates that let nobody choose a name", AdviceHost.CertificateAuthorities,
        "No certificate in the name of another.",
        "No template with client authentication, \"Supply in the request\" and enrolment for many; EDITF_ATTRIBUTESUBJECTALTNAME2 " +
        "off: certutil -setreg policy\\EditFlags -EDITF_ATTRIBUTESUBJECTALTNAME2",
        "Products that ask for certificates with own names: manager approval.", Sources.CertifiedPreOwned);

    public static readonly Hardening CertificateMapping = new(
        "Strong certificate mapping", AdviceHost.DomainControllers,
        "A certificate counts only for the account whose SID it carries.",
        "Full enforcement after the updates since May 2022 (StrongCertificateBindingEnforcement = 2).",
        "Certificates issued before that have no SID.", Sources.StrongMapping);

    public static readonly Hardening NetlogonEnforcement = new(
        "Netlogon secure channel enforced", AdviceHost.DomainControllers,
        "Zerologon fails, whoever tries it.",
        "Updates of August 2020 and later, and FullSecureChannelProtection = 1 below " +
        "HKLM\\SYSTEM\\CurrentControlSet\\Services\\Netlogon\\Parameters; no account in the allow list.",
        "Old machines and appliances that have no secure RPC: 5827 names them.", Sources.NetlogonChanges);

    public static readonly Hardening SpoolerOff = new(
        "Print spooler off where nothing is printed", AdviceHost.Server,
        "Neither PrinterBug nor PrintNightmare on controllers and servers without printers.",
        "Stop-Service Spooler; Set-Service Spooler -StartupType Disabled; elsewhere policy \"Allow Print Spooler to accept client " +
        "connections\" = Disabled.",
        "Printing from or by that host.", Sources.PrintNightmare);

    public static readonly Hardening PrinterDrivers = new(
        "Only administrators install printer drivers", AdviceHost.Server,
        "A driver that brings a library needs an administrator.",
        "RestrictDriverInstallationToAdministrators = 1 below HKLM\\SOFTWARE\\Policies\\Microsoft\\Windows " +
        "NT\\Printers\\PointAndPrint.",
        "Users who connect printers with new drivers.", Sources.PointAndPrint);

    public static readonly Hardening AsrPsExecWmi = new(
        "Attack surface reduction: no processes from PsExec and WMI", AdviceHost.Server,
        "WmiPrvSE.exe and PSEXESVC.exe start nothing.",
        "Add-MpPreference -AttackSurfaceReductionRules_Ids d1e49aac-8f56-4280-b9ba-993a6d77406c -AttackSurfaceReductionRules_Actions " +
        "AuditMode; then Enabled",
        "Configuration Manager needs WMI: not on its clients.", Sources.AsrRules);

    public static readonly Hardening AsrWmiPersistence = new(
        "Attack surface reduction: no persistence by WMI subscriptions", AdviceHost.Server,
        "Permanent subscriptions cannot be misused to run commands.",
        "Add-MpPreference -AttackSurfaceReductionRules_Ids e6db77e5-3df2-4cf1-b95a-636979351e5b -AttackSurfaceReductionRules_Actions " +
        "AuditMode; then Enabled",
        "Products with subscriptions of their own.", Sources.AsrRules);
}
