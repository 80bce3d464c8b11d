using RpcCollector.Detection;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Sinks;

/// <summary>Makes messages of the lines of the journal, of what the store says of them now.</summary>
internal sealed class SinkReader(OutboxStore outbox, IncidentStore incidents, FindingStore findings)
{
    // What is told of an incident's flows; the API has them all.
    private const int MostFindings = 32;

    public OutboxStore Outbox => outbox;

    public IncidentStore Incidents => incidents;

    /// <returns>Null when the store does not have it any more.</returns>
    public SinkMessage? Read(OutboxEntry entry)
    {
        var key = SinkMessage.KeyOf(entry.Id, entry.Sequence, outbox.Id);
        if (entry.Subject == OutboxSubject.Finding)
            return findings.Find(entry.Id) is { } finding
                ? new SinkMessage(key, entry.Sequence, entry.AtUnixMilliseconds, entry.Event, Incident: null, [finding])
                : null;
        return incidents.Kept(entry.Id) is { } incident
            ? new SinkMessage(key, entry.Sequence, entry.AtUnixMilliseconds, entry.Event, incident, FindingsOf(incident))
            : null;
    }

    /// <summary>The worst finding of an incident first, then some others, the earliest first.</summary>
    public IReadOnlyList<StoredFinding> FindingsOf(StoredIncident incident)
    {
        var some = incidents.Findings(incident.Id, MostFindings);
        if (some.Any(finding => finding.Id == incident.Lead)) return some;
        return findings.Find(incident.Lead) is { } lead ? [lead, .. some] : some;
    }

    /// <summary>The worst finding of an incident; null when the store does not have it any more.</summary>
    public StoredFinding? LeadOf(StoredIncident incident) => findings.Find(incident.Lead);

    /// <summary>True for what a sink is to be told of: what is hidden is not, but what a person did is.</summary>
    public static bool IsWanted(SinkMessage message, SinkOptions options)
    {
        if (!(message.Incident is null ? options.TellsFindings : options.TellsIncidents)) return false;
        if (!message.Severity.IsAtLeast(options.MinSeverity)) return false;
        var isHidden = message.Incident?.IsHidden ?? message.Findings[0].IsHidden;
        return !isHidden || message.Event is OutboxEvent.State or OutboxEvent.Merged or OutboxEvent.Withdrawn;
    }
}
