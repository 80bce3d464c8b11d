using RpcCollector.Detection;
using RpcCollector.Store;

namespace RpcCollector.Judging;

/// <summary>Where the shards' activity goes: to the store, and to the judge.</summary>
internal sealed class ActivityFork(ActivityFeed feed, JudgeThread judge) : IActivitySink
{
    public void Publish(in ActivityChange change)
    {
        feed.Publish(change);
        judge.Put(change);
    }

    /// <summary>Contacts are the judge's alone: they are what findings rest on, not what people look through.</summary>
    public void Publish(in ContactChange change) => judge.Put(change);
}
