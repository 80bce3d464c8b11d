namespace RpcCollector.Detection.Tests;

/// <summary>Applies every change as a store would, and insists that each makes sense.</summary>
internal sealed class ActivityLedger : IActivitySink
{
    private readonly Dictionary<long, RpcActivity> _standing = [];

    public List<ActivityChange> Changes { get; } = [];

    public IReadOnlyCollection<RpcActivity> Standing => _standing.Values;

    public RpcActivity Single => Assert.Single(_standing.Values);

    public ActivityChange Last => Changes[^1];

    /// <summary>What stands, without the ids, which depend on what was known first.</summary>
    public HashSet<RpcActivity> Facts => [.. _standing.Values.Select(activity => activity with { Id = 0 })];

    public void Publish(in ActivityChange change)
    {
        Changes.Add(change);
        var id = change.Activity.Id;
        switch (change.Kind)
        {
            case ActivityChangeKind.Added:
                Assert.True(_standing.TryAdd(id, change.Activity), "Added twice");
                break;
            case ActivityChangeKind.Revised:
                Assert.True(_standing.ContainsKey(id), "Revised but never added");
                _standing[id] = change.Activity;
                break;
            default:
                Assert.True(_standing.Remove(id), "Withdrawn but never added");
                break;
        }
    }
}
