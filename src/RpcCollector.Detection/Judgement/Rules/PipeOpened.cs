using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Operations;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>The pipe of an interface is opened, and no call through it was seen.</summary>
/// <remarks>
/// Evidence: the name of the pipe alone (svcctl, atsvc, winreg), as CAR's analytics name it; what was called, if anything, is not
/// known, since SMB encrypts it or the sensor does not read it. So it is a hint: as bad as a first contact by SMB is, medium at most,
/// and low where the pair is known or the server serves others. Pipes that every logon opens count between hosts that are no servers
/// only.
/// </remarks>
internal static class PipeOpened
{
    // What these interfaces offer changes the server, or makes it act.
    private static readonly string[] Administrative =
        ["svcctl", "atsvc", "winreg", "efsrpc", "FileServerVssAgent", "InitShutdown", "winstation_rpc", "BackupKey"];

    private static readonly string[] Techniques = ["T1021.002"];

    public static void Judge(ClientCase subject, OpenOperations operations, List<FindingDraft> found)
    {
        foreach (var (server, calls) in operations.Of(subject.Epoch, subject.Client))
        {
            var pipes =
                calls.Where(
                    call => call.IsPipeOnly
                    && !calls.Any(other => !other.IsPipeOnly && other.Interface.Equals(call.Interface, StringComparison.Ordinal)))
                .ToList();
            if (pipes.Count > 0) Judge(subject, server, pipes, found);
        }
    }

    private static void Judge(ClientCase subject, HostIdentity server, List<RpcOperation> pipes, List<FindingDraft> found)
    {
        // 1. The flows that carried them.
        var evidence = new Evidence(subject.Client);
        var smb = default(EdgeCase?);
        foreach (ref readonly var contact in subject.ContactsWith(server))
        {
            if (contact.Service != EdgeService.Smb) continue;
            smb = contact;
            for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                var fact = subject.Facts.Fact(i);
                if (pipes.Exists(pipe => pipe.ClientPort == fact.ClientPort && pipe.ServerPort == fact.ServerPort))
                    evidence.Add(fact, server);
            }
        }

        // 2. How much of it is remarkable.
        var role = subject.RoleOf(server);
        var isServer = role.IsServing() || role == HostRole.ManagementServer;
        var isKnown = smb is { IsLearned: true };
        var telling = pipes.FindAll(pipe => Administrative.Contains(pipe.Interface, StringComparer.Ordinal));
        var told = telling.Count > 0 ? telling : pipes;
        if (telling.Count == 0 && (isServer || isKnown)) return;
        if (isKnown && subject.DrivesMany) return;

        var interfaces = told.Select(pipe => pipe.Interface).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).ToList();
        found.Add(new FindingDraft
        {
            Claim = new Claim(FindingKind.PipeOpened, Techniques, AnalyticsOf(interfaces)),
            Client = subject.Client,
            Server = server,
            Severity = telling.Count > 0 && !isServer && !isKnown ? SeverityOf(subject, role, smb) : FindingSeverity.Low,
            Confidence = FindingConfidence.Low,
            Count = told.Count,
            First = told.Min(pipe => pipe.AtUnixMilliseconds),
            Last = told.Max(pipe => pipe.AtUnixMilliseconds),
            Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} opened the named {(interfaces.Count == 1 ? "pipe" : "pipes")} " +
                $"of " +
                $"{string.Join(", ", interfaces)} on {RoleName.InWords(role)} {server}; no call through it was seen",
            Flows = evidence.Flows,
            Operations = interfaces,
            IsEarly = subject.IsLearning,
        });
    }

    /// <summary>As bad as the contact itself, medium at most; where no flow of it was seen, by the roles alone.</summary>
    private static FindingSeverity SeverityOf(ClientCase subject, HostRole server, EdgeCase? smb)
    {
        if (subject.DrivesMany || subject.Role.IsServing()) return FindingSeverity.Low;
        var severity = smb is { } contact
            ? FirstContact.Weigh(subject, contact, subject.EvidenceOf(contact)).Severity
            : !subject.IsLearning && subject.Role == HostRole.Workstation && server == HostRole.Workstation
                ? FindingSeverity.Medium
                : FindingSeverity.Low;
        return severity.IsAtLeast(FindingSeverity.Medium) ? FindingSeverity.Medium : severity;
    }

    private static string[] AnalyticsOf(List<string> interfaces) =>
    [
        .. interfaces.Select(name => name switch
        {
            "svcctl" => "CAR-2014-03-005",
            "atsvc" => "CAR-2015-04-001",
            "winreg" => "CAR-2014-11-005",
            _ => null,
        }).OfType<string>().Order(StringComparer.Ordinal),
    ];
}
