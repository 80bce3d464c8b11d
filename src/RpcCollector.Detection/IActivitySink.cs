namespace RpcCollector.Detection;

/// <summary>
/// Takes the activity and the contacts of the shards: the live feed to the store, the judge, and the collected result of a replay.
/// </summary>
public interface IActivitySink
{
    /// <summary>Called on the shard's thread; must not block.</summary>
    void Publish(in ActivityChange change);

    /// <summary>Called on the shard's thread; must not block. A sink that takes activities only need not implement it.</summary>
    void Publish(in ContactChange change)
    {
    }
}
