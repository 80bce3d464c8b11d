namespace RpcCollector.Detection.Operations;

/// <summary>Objects activated remotely (DCOM, T1021.003), certificates requested, and the whole mapper table read.</summary>
public static partial class OperationRules
{
    // One enrolment takes one request, or two with its renewal.
    private const int ManyRequests = 5;

    /// <summary>
    /// Consoles, WMI and certificate enrolment activate objects on servers all day; workstations are not activated on by workstations.
    /// </summary>
    private static OperationDraft? Activation(OperationWindow window)
    {
        var calls = window.Of(FindingKind.RemoteActivation);
        if (calls.Count == 0) return null;
        var severity = (window.Client, window.Server) switch
        {
            (_, var server) when IsServer(server) => FindingSeverity.Low,
            (HostRole.Workstation, HostRole.Workstation) => FindingSeverity.High,
            _ => FindingSeverity.Medium,
        };
        return Draft(window, calls, severity, FindingConfidence.Medium, "remotely activated an object");
    }

    private static OperationDraft? Certificates(OperationWindow window)
    {
        var calls = window.Of(FindingKind.CertificateRequest);
        if (calls.Count == 0) return null;
        return calls.Count >= ManyRequests
            ? Draft(window, calls, FindingSeverity.Medium, FindingConfidence.Low, "asked for certificate after certificate")
            : Draft(window, calls, FindingSeverity.Low, FindingConfidence.Low, "asked for a certificate");
    }

    /// <summary>Windows asks the mapper for one interface (ept_map); tools ask for all (T1046).</summary>
    private static OperationDraft? MapperDump(OperationWindow window)
    {
        var calls = window.Of(FindingKind.EndpointMapperDump);
        return calls.Count == 0
            ? null
            : Draft(window, calls, FindingSeverity.Medium, FindingConfidence.High, "listed the endpoint mapper's table");
    }
}
