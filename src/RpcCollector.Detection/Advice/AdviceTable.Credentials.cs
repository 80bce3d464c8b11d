namespace RpcCollector.Detection.Advice;

/// <summary>Calls that give away secrets, or make them travel.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Credentials() =>
    [
        new()
        {
            Kind = FindingKind.ForcedAuthentication,
            Deed = "made a call that can force authentication to",
            NextOn = AdviceHost.Server,
            Next = "event 5145 (pipe names) and NTLM 8001",
        },
        new()
        {
            Kind = FindingKind.DpapiBackupKey,
            Deed = "asked for DPAPI backup keys from",
            NextOn = AdviceHost.Server,
            Next = "event 4662 on G$BCKUPKEY secrets",
        },
        new()
        {
            Kind = FindingKind.RemoteSecrets,
            Deed = "read secrets of",
            NamedDeeds =
            [
                new("saved registry hives on", "BaseRegSaveKey", "BaseRegSaveKeyEx"),
                new("read an LSA secret of", "LsarRetrievePrivateData"),
            ],
            NextOn = AdviceHost.Server,
            Next = "7036 (Remote Registry), 5145, 4663",
        },
        new()
        {
            Kind = FindingKind.CertificateRequest,
            Deed = "asked for certificates from",
            NextOn = AdviceHost.Server,
            Next = "events 4886 and 4887: for whom",
        },
    ];
}
