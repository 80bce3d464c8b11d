using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;

namespace RpcCollector.Lab.Evaluation.Office;

/// <summary>Judges one simulated office, and compares the day's incidents with whose doing they are.</summary>
internal static class OfficeRun
{
    /// <param name="disorder">Delivers in another order; null for that of arrival.</param>
    public static OfficeResult Run(SimulatedOffice office, ulong seed, JudgementOptions options, ulong? disorder = null)
    {
        var (incidents, digest) = (new IncidentFeed(), new EventDigest());
        var judge = new Judge(options, incidents, new ExporterDirectory(), isCaptureTime: true);
        var feed = new JudgeFeed(judge, digest, _ => incidents.Pass());
        if (disorder is { } other) new Disorder(office, feed, other).Deliver();
        else office.Deliver(feed);
        judge.Complete();
        incidents.Pass();

        var names = new OfficeNames(office);
        var rows = new List<OfficeIncident>();
        foreach (var incident in incidents.Book.InOrder())
        {
            var findings = incidents.FindingsOf(incident).ToList();
            if (!findings.Exists(finding => finding.FirstSeenUnixMilliseconds >= office.DayUnixMilliseconds)) continue;
            rows.Add(new OfficeIncident(
                incident, IncidentTitle.Of(incident, names.Of), [.. findings.Select(finding => (finding, office.Truth.Of(finding)))]));
        }

        return new OfficeResult(seed, digest.ToString(), rows);
    }
}
