namespace RpcCollector.Detection;

/// <summary>Takes the activity of the shards: the live feed to the store, and the collected result of a replay.</summary>
public interface IActivitySink
{
    /// <summary>Called on the shard's thread; must not block.</summary>
    void Publish(in ActivityChange change);
}
