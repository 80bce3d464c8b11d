namespace RpcCollector.Flows.Exporters;

/// <summary>Says that something worth keeping was learned of some exporter: who saves it compares two counts.</summary>
internal sealed class ChangeCounter
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public void Note() => Interlocked.Increment(ref _count);
}
