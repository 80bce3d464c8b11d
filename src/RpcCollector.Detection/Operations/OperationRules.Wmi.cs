namespace RpcCollector.Detection.Operations;

/// <summary>
/// Remote WMI (CAR-2014-11-007 query, CAR-2014-12-001 invoke). Monitors query servers all day; only management queries workstations.
/// </summary>
public static partial class OperationRules
{
    private static OperationDraft? WmiQueries(OperationWindow window)
    {
        var calls = window.Of(FindingKind.WmiQuery);
        return calls.Count == 0
            ? null
            : Draft(window, calls, IsServer(window.Server) ? FindingSeverity.Low : FindingSeverity.Medium, FindingConfidence.Medium,
                "queried WMI");
    }

    private static OperationDraft? WmiInvocations(OperationWindow window)
    {
        var calls = window.Of(FindingKind.WmiInvoke);
        return calls.Count == 0
            ? null
            : Draft(window, calls, FindingSeverity.High, IsServer(window.Server) ? FindingConfidence.Medium : FindingConfidence.High,
                "invoked a WMI method");
    }
}
