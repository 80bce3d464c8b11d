using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Operations;

/// <summary>
/// Rates named operations: pure functions of the calls of one client on one server and of both roles, one file for each family.
/// </summary>
/// <remarks>
/// An operation is a fact; what is uncertain is whether the client is allowed to call it. So each rule says how bad the call is if it is
/// not, and the client's role lowers that: management servers and domain controllers administer all day, and while the role is unknown
/// nothing is sure.
/// </remarks>
public static partial class OperationRules
{
    /// <summary>Every draft, in the order of the kinds.</summary>
    public static IReadOnlyList<OperationDraft> Judge(OperationWindow window, OperationOptions options)
    {
        OperationDraft?[] drafts =
        [
            Services(window), Tasks(window), WmiQueries(window), WmiInvocations(window),
            Replication(window), Shadow(window),
            Enumeration(window, options), NetlogonBurst(window, options), ForcedAuthentication(window), BackupKey(window),
            Activation(window), Secrets(window), Accounts(window), EventLog(window), Shutdown(window), Persistence(window),
            Certificates(window), MapperDump(window), Configuration(window),
        ];
        return [.. drafts.OfType<OperationDraft>()];
    }

    /// <summary>A draft whose severity depends on who the client is.</summary>
    private static OperationDraft Draft(
        OperationWindow window, IReadOnlyList<NamedCall> calls, FindingSeverity severity, FindingConfidence confidence, string deed,
        params string[] furtherTechniques)
    {
        var level = LevelFor(window, severity, confidence);
        return Draft(calls, level.Severity, level.Confidence, deed, furtherTechniques);
    }

    private static OperationDraft Draft(
        IReadOnlyList<NamedCall> calls, FindingSeverity severity, FindingConfidence confidence, string deed,
        params string[] furtherTechniques)
    {
        var names = calls.Select(call => call.Meaning.Name).Distinct(StringComparer.Ordinal).ToList();
        var shown = names.Count <= 3 ? string.Join(", ", names) : $"{string.Join(", ", names.Take(3))} and {names.Count - 3} more";
        return new OperationDraft
        {
            Kind = calls[0].Meaning.Kind,
            Severity = severity,
            Confidence = confidence,
            Techniques =
                [.. calls.Select(call => call.Meaning.Technique).Concat(furtherTechniques).Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal)],
            Analytics =
                [.. calls.SelectMany(call => call.Meaning.Analytics).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)],
            Reason = $"{deed} ({shown}; {calls.Count} {(calls.Count == 1 ? "call" : "calls")})",
            Operations = [.. names.Take(OperationDraft.MaxOperations)],
            Count = calls.Count,
            FirstUnixMilliseconds = calls[0].At,
            LastUnixMilliseconds = calls[^1].At,
        };
    }

    private static (FindingSeverity Severity, FindingConfidence Confidence) LevelFor(
        OperationWindow window, FindingSeverity severity, FindingConfidence confidence) => window.Client switch
        {
            HostRole.Workstation or HostRole.Server or HostRole.DirectorySynchronizer => (severity, confidence),
            HostRole.ManagementServer or HostRole.Scanner =>
                (severity == FindingSeverity.Critical ? FindingSeverity.Medium : FindingSeverity.Low, FindingConfidence.Low),

            // What controllers and servers ask of each other is their work. Who owns one owns its way to everybody else.
            HostRole.DomainController when IsServer(window.Server) => (FindingSeverity.Low, FindingConfidence.Low),
            _ => (OneLower(severity), OneLower(confidence)),
        };

    /// <summary>One level less, but not below medium.</summary>
    private static FindingSeverity OneLower(FindingSeverity severity) => severity switch
    {
        FindingSeverity.Critical => FindingSeverity.High,
        FindingSeverity.High => FindingSeverity.Medium,
        _ => severity,
    };

    private static FindingConfidence OneLower(FindingConfidence confidence) => confidence switch
    {
        FindingConfidence.High => FindingConfidence.Medium,
        FindingConfidence.Medium => FindingConfidence.Low,
        _ => confidence,
    };

    /// <summary>True when the server is known to serve many: most calls to it are legitimate.</summary>
    private static bool IsServer(HostRole role) => role.IsServing() || role == HostRole.ManagementServer;
}
