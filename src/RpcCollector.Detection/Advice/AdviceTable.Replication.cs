namespace RpcCollector.Detection.Advice;

/// <summary>Calls of the replication interface and of Netlogon.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Replication() =>
    [
        new()
        {
            Kind = FindingKind.ReplicationToClient,
            Deed = "fetched what looks like directory replication from",
            NextOn = AdviceHost.Server,
            Next = "event 4662 with a replication right",
        },
        new()
        {
            Kind = FindingKind.DcSync,
            Deed = "used directory replication of",
            NamedDeeds =
            [
                new("asked for replication of the directory from", "DRSGetNCChanges"),
                new("ordered a replication on", "DRSReplicaSync"),
            ],
            NextOn = AdviceHost.Server,
            Next = "event 4662 with a replication right",
        },
        new()
        {
            Kind = FindingKind.DcShadow,
            Deed = "posed as a domain controller to",
            NextOn = AdviceHost.Server,
            Next = "events 4742, 5137 and 5141 (nTDSDSA)",
        },
        new()
        {
            Kind = FindingKind.NetlogonBurst,
            Deed = "authenticated to Netlogon of",
            NextOn = AdviceHost.Server,
            Next = "events 4742, 5805 and 5827 to 5829",
        },
    ];
}
