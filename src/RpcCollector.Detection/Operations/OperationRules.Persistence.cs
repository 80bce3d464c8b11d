namespace RpcCollector.Detection.Operations;

/// <summary>
/// What stays after a restart: port monitors, print processors and drivers (PrintNightmare), processes by secondary logon, WMI
/// subscriptions.
/// </summary>
public static partial class OperationRules
{
    private static OperationDraft? Persistence(OperationWindow window)
    {
        var calls = window.Of(FindingKind.RemotePersistence);
        if (calls.Count == 0) return null;
        if (calls.All(call => call.Is("PutInstance")))
            return Draft(
                window, calls, FindingSeverity.Medium, FindingConfidence.Low,
                "wrote an instance into WMI, which may be an event subscription");
        return calls.Any(call => call.Is("RpcAddPrinterDriver", "RpcAddPrinterDriverEx", "RpcAsyncAddPrinterDriver"))
            ? Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium, "remotely added a printer driver")
            : Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium,
                "remotely added something that the server starts by itself");
    }
}
