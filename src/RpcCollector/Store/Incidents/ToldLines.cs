using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Naming;
using RpcCollector.Options;
using RpcCollector.Store.Findings;

namespace RpcCollector.Store.Incidents;

/// <summary>
/// Writes each finding and each incident as one line of the log: once when it is committed first, and again when it has become worse.
/// </summary>
/// <remarks>
/// Incidents are what people read: high ones are warnings, low ones are told by their finding alone. What is hidden is not told. A flood
/// of what is less severe takes no line from what is more.
/// </remarks>
/// <param name="show">A host by name, as it was called at a time, with its address.</param>
internal sealed class ToldLines(ILogger logger, PublicLinks links, Func<HostAddress, long, string> show, TimeProvider time) : IDisposable
{
    /// <summary>What the lines are from, so that Logging:LogLevel can choose among them; a type's name would say nothing.</summary>
    public const string Category = "RpcCollector.Findings";

    /// <summary>Of findings and of incidents, below high and above, each.</summary>
    public const int LinesPerMinute = 60;

    private readonly LineBudget _findings = new(LinesPerMinute, time, count => ToldLog.FindingsNotWritten(logger, count));
    private readonly LineBudget _highFindings = new(LinesPerMinute, time, count => ToldLog.FindingsNotWritten(logger, count));
    private readonly LineBudget _incidents = new(LinesPerMinute, time, count => ToldLog.IncidentsNotWritten(logger, count));
    private readonly LineBudget _highIncidents = new(LinesPerMinute, time, count => ToldLog.IncidentsNotWritten(logger, count));

    /// <summary>Tells what is committed.</summary>
    public void Tell(IReadOnlyList<FindingStep> findings, IReadOnlyList<IncidentEvent> incidents)
    {
        foreach (var step in findings) Tell(step);
        foreach (var told in incidents) Tell(told);
    }

    public void Dispose()
    {
        foreach (var budget in (LineBudget[])[_findings, _highFindings, _incidents, _highIncidents]) budget.Dispose();
    }

    private void Tell(FindingStep step)
    {
        var finding = step.Finding;
        var isNew = step.Kind == ActivityChangeKind.Added;
        var isWorse = step.Kind == ActivityChangeKind.Revised && step.Before < finding.Severity;
        if (!(isNew || isWorse) || finding.IsHidden) return;
        if (!(finding.Severity.IsAtLeast(FindingSeverity.High) ? _highFindings : _findings).TryTake()) return;
        var (what, kind) = (isNew ? "Finding" : "A finding is worse:", KebabCase<FindingKind>.Of(finding.Kind));
        var (severity, confidence) =
            (KebabCase<FindingSeverity>.Of(finding.Severity), KebabCase<FindingConfidence>.Of(finding.Confidence));
        var (client, link) = (show(finding.Client, finding.LastSeenUnixMilliseconds), links.OfFinding(finding.Id));
        if (finding.Server is { } server)
        {
            ToldLog.Finding(
                logger, what, kind, severity, confidence, client, show(server, finding.LastSeenUnixMilliseconds), finding.Reason,
                InWords(finding.Techniques), link);
        }
        else
        {
            ToldLog.FindingOfClient(
                logger, what, kind, severity, confidence, client, finding.Reason, InWords(finding.Techniques), link);
        }
    }

    private void Tell(IncidentEvent told)
    {
        var incident = told.Incident;
        if (told.Kind is not (IncidentEventKind.Added or IncidentEventKind.Revised or IncidentEventKind.State)) return;
        if (incident.IsHidden || !incident.IsStanding || !incident.Severity.IsAtLeast(FindingSeverity.Medium)) return;
        var isNew = told is { Kind: IncidentEventKind.Added, Before: null };
        if (!isNew && !(told.Before < incident.Severity)) return;
        var isHigh = incident.Severity.IsAtLeast(FindingSeverity.High);
        if (!(isHigh ? _highIncidents : _incidents).TryTake()) return;
        var level = isHigh ? LogLevel.Warning : LogLevel.Information;
        var what = isNew ? "Incident" : "An incident is worse";
        var (severity, confidence) =
            (KebabCase<FindingSeverity>.Of(incident.Severity), KebabCase<FindingConfidence>.Of(incident.Confidence));
        var title = IncidentTitle.Of(incident.Told, host => show(host.Address, incident.LastSeenUnixMilliseconds));
        var (techniques, link) = (InWords(incident.Techniques), links.OfIncident(incident.Id));
        ToldLog.Incident(logger, level, what, severity, confidence, title, incident.Reason, techniques, link);
    }

    private static string InWords(IReadOnlyList<string> techniques) =>
        techniques.Count == 0 ? "no technique" : string.Join(", ", techniques);
}
