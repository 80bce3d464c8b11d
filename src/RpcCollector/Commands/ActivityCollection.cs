using RpcCollector.Detection;

namespace RpcCollector.Commands;

/// <summary>Collects the activities of a replay, each in its latest state.</summary>
internal sealed class ActivityCollection : IActivitySink
{
    private readonly Dictionary<long, RpcActivity> _activities = [];

    public void Publish(in ActivityChange change)
    {
        if (change.Kind == ActivityChangeKind.Withdrawn) _activities.Remove(change.Activity.Id);
        else _activities[change.Activity.Id] = change.Activity;
    }

    /// <summary>Ordered by start, then id: the same for the same input.</summary>
    public IReadOnlyList<RpcActivity> InOrder() =>
        [.. _activities.Values.OrderBy(activity => activity.StartUnixMilliseconds).ThenBy(activity => activity.Id)];
}
