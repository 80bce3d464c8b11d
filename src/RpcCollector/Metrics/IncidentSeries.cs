using Prometheus;
using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Metrics;

/// <summary>The active incidents as series: one for alert rules, one that says the rest.</summary>
internal sealed class IncidentSeries
{
    // Alerts carry these texts on: of longer ones the beginning.
    private const int MaxText = 300;
    private const int MaxUrl = 1_000;

    private readonly ActiveIncidents _incidents;
    private readonly IncidentTexts _texts;
    private readonly ShownSeries _active;
    private readonly ShownSeries _info;

    public IncidentSeries(ActiveIncidents incidents, IncidentTexts texts, MetricFactory factory)
    {
        (_incidents, _texts) = (incidents, texts);
        _active = new(factory.CreateGauge(
            "rpc_collector_incident_active",
            "Always 1: an incident that is neither closed, suppressed nor called benign, the most severe first. No name: none is known.",
            "incident", "severity", "client", "name"));
        _info = new(factory.CreateGauge(
            "rpc_collector_incident_info",
            "Always 1: what an incident of rpc_collector_incident_active is, why, and where to look next.",
            "incident", "title", "reason", "techniques", "next", "url"));
    }

    public void Refresh()
    {
        foreach (var (incident, lead) in _incidents.Read())
        {
            var id = incident.Id.ToString("x16", System.Globalization.CultureInfo.InvariantCulture);
            var client = incident.Acts.Count > 0 ? incident.Acts[0].Client.Address : default;
            _active.Show(
                id, KebabCase<FindingSeverity>.Of(incident.Severity), client.ToString(),
                Bounded(_texts.NameOf(client, incident.LastSeenUnixMilliseconds) ?? "", MaxText));
            _info.Show(
                id, Bounded(_texts.TitleOf(incident), MaxText), Bounded(incident.Reason, MaxText),
                Bounded(string.Join(' ', incident.Techniques), MaxText), lead is null ? "" : Bounded(_texts.NextOf(lead), MaxText),
                Bounded(_texts.LinkOf(incident), MaxUrl));
        }

        _active.RemoveRest();
        _info.RemoveRest();
    }

    private static string Bounded(string text, int most)
    {
        var line = Printable.Of(text);
        if (line.Length <= most) return line;

        // Half a character would be no text at all.
        var end = char.IsHighSurrogate(line[most - 2]) ? most - 2 : most - 1;
        return $"{line[..end]}…";
    }
}
