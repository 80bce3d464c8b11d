namespace RpcCollector.Detection.Operations;

/// <summary>
/// Remote services (CAR-2014-03-005: create, change or start a service over svcctl): the trace of psexec and similar tools.
/// </summary>
public static partial class OperationRules
{
    private static readonly string[] Creating =
        ["CreateServiceWOW64W", "CreateServiceWOW64A", "CreateServiceW", "CreateServiceA", "CreateWowService"];
    private static readonly string[] Starting = ["StartServiceW", "StartServiceA"];
    private static readonly string[] Changing =
        ["ChangeServiceConfigA", "ChangeServiceConfigW", "ChangeServiceConfig2A", "ChangeServiceConfig2W", "SetServiceObjectSecurity"];
    private static readonly string[] Controlling = ["ControlService", "ControlServiceExA", "ControlServiceExW"];

    private static OperationDraft? Services(OperationWindow window)
    {
        var calls = window.Of(FindingKind.RemoteService);
        if (calls.Count == 0) return null;
        var creates = calls.Any(call => call.Is(Creating));
        var starts = calls.Any(call => call.Is(Starting));
        var changes = calls.Any(call => call.Is(Changing));
        var deletes = calls.Any(call => call.Is("DeleteService"));
        if (creates)
            return Draft(
                window, calls, FindingSeverity.High, FindingConfidence.High,
                starts ? "created a service and started one" : "created a service", "T1543.003");
        if (changes && starts)
            return Draft(window, calls, FindingSeverity.High, FindingConfidence.Medium, "changed a service and started one");
        if (changes || deletes)
            return Draft(
                window, calls, FindingSeverity.Medium, FindingConfidence.Medium, changes ? "changed a service" : "deleted a service");
        if (starts) return Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Medium, "started a service");
        if (calls.Any(call => call.Is(Controlling)))
            return Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Medium, "stopped or controlled a service");
        return Draft(
            window, calls, FindingSeverity.Low, FindingConfidence.Low,
            "opened the service control manager and did nothing more that is known");
    }
}
