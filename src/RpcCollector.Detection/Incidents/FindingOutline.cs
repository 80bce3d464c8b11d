using RpcCollector.Flows;

namespace RpcCollector.Detection.Incidents;

/// <summary>What decides to which incident a finding belongs, and what the incident says of it.</summary>
public sealed record FindingOutline(
    long Id, FindingKind Kind, FindingSeverity Severity, FindingConfidence Confidence, IncidentHost Client, IncidentHost? Server,
    int NumServers, int Count, long FirstSeenUnixMilliseconds, long LastSeenUnixMilliseconds, IReadOnlyList<string> Techniques)
{
    /// <summary>As <see cref="Finding.IsExplained"/>.</summary>
    public bool IsExplained { get; init; }

    /// <summary>How bad it is for its incident: what is explained counts as low.</summary>
    public FindingSeverity Weight => IsExplained ? FindingSeverity.Low : Severity;

    public static FindingOutline Of(Finding finding)
    {
        ArgumentNullException.ThrowIfNull(finding);
        return new(
            finding.Id, finding.Kind, finding.Severity, finding.Confidence, new IncidentHost(finding.Client, finding.ClientPeriod),
            finding.Server is { } server ? new IncidentHost(server, finding.ServerPeriod) : null, finding.NumServers, finding.Count,
            finding.FirstSeenUnixMilliseconds, finding.LastSeenUnixMilliseconds, finding.Techniques)
        {
            IsExplained = finding.IsExplained,
        };
    }
}
