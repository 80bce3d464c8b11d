namespace RpcCollector.Detection.Operations;

/// <summary>
/// What stays after a restart: port monitors, print processors and drivers (PrintNightmare), processes by secondary logon, WMI
/// subscriptions.
/// </summary>
public static partial class OperationRules
{
    private static readonly string[] AddingDrivers =
    [
        "RpcAddPrinterDriver", "RpcAddPrinterDriverEx", "RpcAsyncAddPrinterDriver", "RpcInstallPrinterDriverFromPackage",
        "RpcUploadPrinterDriverPackage", "RpcAsyncInstallPrinterDriverFromPackage", "RpcAsyncUploadPrinterDriverPackage",
        "RpcAddDriverCatalog",
    ];

    // What the spooler or the secondary logon service loads or starts.
    private static readonly string[] AddingStarted =
    [
        "RpcAddMonitor", "RpcAsyncAddMonitor", "RpcAddPrintProcessor", "RpcAsyncAddPrintProcessor", "RpcAddPrintProvidor",
        "RpcAddPerMachineConnection", "RpcAsyncAddPerMachineConnection", "SeclCreateProcessWithLogonW", "SeclCreateProcessWithLogonExW",
    ];

    private static OperationDraft? Persistence(OperationWindow window)
    {
        var calls = window.Of(FindingKind.RemotePersistence);
        if (calls.Count == 0) return null;
        if (calls.Any(call => call.Is(AddingDrivers)))
            return Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium, "remotely added a printer driver");
        if (calls.Any(call => call.Is(AddingStarted)))
            return Draft(
                window, calls, FindingSeverity.High, FindingConfidence.Medium,
                "remotely added something that the server starts by itself");
        if (calls.Any(call => call.Is("PutInstance", "PutInstanceAsync", "PutClass", "PutClassAsync")))
            return Draft(
                window, calls, FindingSeverity.Medium, FindingConfidence.Low,
                "wrote an instance into WMI, which may be an event subscription");
        if (calls.Any(call => call.Is("DeleteClass", "DeleteClassAsync")))
            return Draft(
                window, calls, FindingSeverity.Medium, FindingConfidence.Low,
                "deleted an instance of WMI, which may be an event subscription");
        return calls.All(call => call.Meaning.IsOrdinary)
            ? Draft(window, calls, FindingSeverity.Low, FindingConfidence.Low, "asked the spooler's port monitor for something")
            : Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Low, "changed printers or ports of the spooler");
    }
}
