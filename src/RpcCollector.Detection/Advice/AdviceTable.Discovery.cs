namespace RpcCollector.Detection.Advice;

/// <summary>Calls that list what there is.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Discovery() =>
    [
        new()
        {
            Kind = FindingKind.Enumeration,
            Deed = "enumerated accounts, groups, shares or sessions of",
            NextOn = AdviceHost.Server,
            Next = "events 4661, 4799 and 5145 (pipe names)",
        },
        new()
        {
            Kind = FindingKind.EndpointMapperDump,
            Deed = "listed the RPC endpoints of",
            NextOn = AdviceHost.Client,
            Next = "the scanner: 4688, or Sysmon 1 and 3",
        },
    ];
}
