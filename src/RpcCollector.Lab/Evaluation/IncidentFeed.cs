using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Lab.Evaluation;

/// <summary>Hands what the judge publishes to a book of incidents, in portions as a store does, and keeps what stands.</summary>
internal sealed class IncidentFeed : IFindingSink
{
    private readonly Dictionary<long, Finding> _standing = [];
    private List<FindingChange> _changes = [];

    public IncidentBook Book { get; } = new();

    /// <summary>By first sight, then id.</summary>
    public IReadOnlyList<Finding> Standing =>
        [.. _standing.Values.OrderBy(finding => finding.FirstSeenUnixMilliseconds).ThenBy(finding => finding.Id)];

    public void Publish(in FindingChange change)
    {
        _changes.Add(change);
        if (change.Kind == ActivityChangeKind.Withdrawn) _standing.Remove(change.Finding.Id);
        else _standing[change.Finding.Id] = change.Finding;
    }

    /// <summary>What was published since goes into the book.</summary>
    public void Pass()
    {
        var changes = _changes;
        _changes = [];
        Book.Take(changes);
    }

    /// <summary>The findings of an incident, the earliest first.</summary>
    public IEnumerable<Finding> FindingsOf(Incident incident) => Book.FindingsOf(incident.Id).Select(id => _standing[id]);
}
