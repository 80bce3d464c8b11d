using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Lab.Evaluation;

/// <summary>Hands what the judge publishes to a book of incidents, in portions as a store does, and keeps what stands.</summary>
internal sealed class IncidentFeed : IFindingSink
{
    private readonly Dictionary<long, Finding> _standing = [];
    private readonly Dictionary<long, long> _since = [];
    private List<FindingChange> _changes = [];

    public IncidentBook Book { get; } = new();

    /// <summary>By first sight, then id.</summary>
    public IReadOnlyList<Finding> Standing =>
        [.. _standing.Values.OrderBy(finding => finding.FirstSeenUnixMilliseconds).ThenBy(finding => finding.Id)];

    public void Publish(in FindingChange change)
    {
        _changes.Add(change);
        var id = change.Finding.Id;
        if (change.Kind == ActivityChangeKind.Withdrawn)
        {
            _standing.Remove(id);
            _since.Remove(id);
            return;
        }

        // What raises it came last, and how long that takes to be told does not matter here.
        if (!_standing.TryGetValue(id, out var before)) _since[id] = change.Finding.FirstSeenUnixMilliseconds;
        else if (before.Severity < change.Finding.Severity) _since[id] = change.Finding.LastSeenUnixMilliseconds;
        _standing[id] = change.Finding;
    }

    /// <summary>Since when a finding that stands is as bad as it is, in Unix milliseconds: its first flow, or what raised it.</summary>
    public long SinceOf(Finding finding) => _since[finding.Id];

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
