namespace RpcCollector.Detection.Advice;

/// <summary>Where hardening against relays, and of certificates, is described.</summary>
internal static partial class Sources
{
    public static readonly SourceDocument SmbSigningPolicy = new(
        "Microsoft Learn: Microsoft network server: Digitally sign communications (always)",
        "https://learn.microsoft.com/en-us/previous-versions/windows/it-pro/windows-10/security/threat-protection/" +
        "security-policy-settings/microsoft-network-server-digitally-sign-communications-always");

    public static readonly SourceDocument LdapChannelBinding = new(
        "KB4520412, LDAP channel binding and LDAP signing requirements",
        "https://support.microsoft.com/help/4520412");

    public static readonly SourceDocument CertificateRelayMitigation = new(
        "KB5005413, Mitigating NTLM relay attacks on Active Directory Certificate Services",
        "https://support.microsoft.com/help/5005413");

    public static readonly SourceDocument CertifiedPreOwned = new(
        "SpecterOps: Certified Pre-Owned",
        "https://specterops.io/wp-content/uploads/sites/3/2022/06/Certified_Pre-Owned.pdf");

    public static readonly SourceDocument StrongMapping = new(
        "KB5014754, Certificate-based authentication changes on Windows domain controllers",
        "https://support.microsoft.com/help/5014754");

    public static readonly SourceDocument AsrRules = new(
        "Microsoft Learn: Attack surface reduction rules reference",
        "https://learn.microsoft.com/en-us/defender-endpoint/attack-surface-reduction-rules-reference");
}
