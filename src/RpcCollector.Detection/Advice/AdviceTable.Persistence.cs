namespace RpcCollector.Detection.Advice;

/// <summary>Calls that leave something behind.</summary>
internal static partial class AdviceTable
{
    private static IEnumerable<KindAdvice> Persistence() =>
    [
        new()
        {
            Kind = FindingKind.RemotePersistence,
            Deed = "added what may start by itself on",
            NamedDeeds =
            [
                new("added a printer driver on", "RpcAddPrinterDriver", "RpcAddPrinterDriverEx", "RpcAsyncAddPrinterDriver"),
                new("added a port monitor on", "RpcAddMonitor", "RpcAsyncAddMonitor"),
                new("added a print processor on", "RpcAddPrintProcessor", "RpcAsyncAddPrintProcessor"),
                new("started a process as another user on", "SeclCreateProcessWithLogonW", "SeclCreateProcessWithLogonExW"),
                new("wrote an instance into WMI on", "PutInstance"),
            ],
            NextOn = AdviceHost.Server,
            Next = "PrintService 316 and 808, WMI 5861",
        },
    ];
}
