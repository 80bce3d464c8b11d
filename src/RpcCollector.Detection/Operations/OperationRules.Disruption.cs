namespace RpcCollector.Detection.Operations;

/// <summary>Event logs cleared (CAR-2016-04-002) and machines shut down remotely.</summary>
public static partial class OperationRules
{
    private static OperationDraft? EventLog(OperationWindow window)
    {
        var calls = window.Of(FindingKind.EventLogCleared);
        return calls.Count == 0
            ? null
            : Draft(window, calls, FindingSeverity.High, FindingConfidence.High, "remotely cleared an event log");
    }

    private static OperationDraft? Shutdown(OperationWindow window)
    {
        var calls = window.Of(FindingKind.RemoteShutdown);
        return calls.Count == 0
            ? null
            : Draft(window, calls, FindingSeverity.Medium, FindingConfidence.High, "remotely shut down the server");
    }
}
