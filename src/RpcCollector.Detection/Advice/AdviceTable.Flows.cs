namespace RpcCollector.Detection.Advice;

/// <summary>Seen in flows alone: who drives whom.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Flows() =>
    [
        new()
        {
            Kind = FindingKind.PeerToPeerRpc,
            Deed = "made remote calls (RPC) to",
            NextOn = AdviceHost.Server,
            Next = "logons 4624 type 3 and new processes 4688",
        },
        new()
        {
            Kind = FindingKind.FirstAdministration,
            Deed = "for the first time used SMB, WinRM or RPC over HTTP on",
            NextOn = AdviceHost.Server,
            Next = "logons 4624 type 3 and shares 5140, 5145",
        },
        new()
        {
            Kind = FindingKind.NewRpcClient,
            Deed = "became a new client of",
            NextOn = AdviceHost.Server,
            Next = "logons 4624 type 3 from this client",
        },
        new()
        {
            Kind = FindingKind.RpcSweep,
            Deed = "swept through",
            NextOn = AdviceHost.Client,
            Next = "the program: 4688, or Sysmon 1 and 3",
        },
        new()
        {
            Kind = FindingKind.MapperBurst,
            Deed = "asked the endpoint mapper again and again of",
            NextOn = AdviceHost.Server,
            Next = "Netlogon events 5805 and 5827, and 4742",
        },
    ];
}
