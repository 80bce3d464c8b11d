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
        var (changes, digest) = (new FindingChanges(), new EventDigest());
        var judge = new Judge(options, changes, new ExporterDirectory(), isCaptureTime: true);
        var book = new IncidentBook();
        var feed = new JudgeFeed(judge, digest, _ => book.Take(changes.TakeAll()));
        if (disorder is { } other) new Disorder(office, feed, other).Deliver();
        else office.Deliver(feed);
        judge.Complete();
        book.Take(changes.TakeAll());

        var names = new OfficeNames(office);
        var rows = book.InOrder().Where(incident => incident.LastSeenUnixMilliseconds >= office.DayUnixMilliseconds).Select(incident =>
        {
            var findings = book.FindingsOf(incident.Id).Select(id => changes.Standing[id]).ToList();
            return new OfficeIncident(
                incident, IncidentTitle.Of(incident, names.Of), [.. findings.Select(finding => (finding, office.Truth.Of(finding)))]);
        }).ToList();
        return new OfficeResult(seed, digest.ToString(), rows);
    }

    /// <summary>What was published since it was last asked, and what stands.</summary>
    private sealed class FindingChanges : IFindingSink
    {
        private List<FindingChange> _changes = [];

        public Dictionary<long, Finding> Standing { get; } = [];

        public void Publish(in FindingChange change)
        {
            _changes.Add(change);
            if (change.Kind == ActivityChangeKind.Withdrawn) Standing.Remove(change.Finding.Id);
            else Standing[change.Finding.Id] = change.Finding;
        }

        public List<FindingChange> TakeAll()
        {
            var changes = _changes;
            _changes = [];
            return changes;
        }
    }
}
