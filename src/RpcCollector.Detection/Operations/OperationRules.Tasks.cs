namespace RpcCollector.Detection.Operations;

/// <summary>Remote tasks (CAR-2015-04-001 and -002), by both generations of the scheduler: atsvc and ITaskSchedulerService.</summary>
public static partial class OperationRules
{
    private static OperationDraft? Tasks(OperationWindow window)
    {
        var calls = window.Of(FindingKind.RemoteTask);
        if (calls.Count == 0) return null;
        if (calls.Any(call => call.Is("SchRpcRegisterTask", "NetrJobAdd")))
            return Draft(window, calls, FindingSeverity.High, FindingConfidence.High, "registered a scheduled task");
        if (calls.Any(call => call.Is("SchRpcRun", "SchRpcEnableTask")))
            return Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Medium, "ran or enabled a scheduled task");
        if (calls.Any(call => call.Is("SchRpcDelete", "NetrJobDel")))
            return Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Medium, "deleted a scheduled task");
        return calls.Any(call => !call.Is("NetrJobEnum"))
            ? Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Medium, "changed or stopped scheduled tasks")
            : Draft(window, calls, FindingSeverity.Low, FindingConfidence.Low, "listed scheduled tasks");
    }
}
