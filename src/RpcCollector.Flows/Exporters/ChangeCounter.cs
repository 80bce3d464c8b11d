namespace RpcCollector.Flows.Exporters;

/// <summary>Says that something worth keeping was learned of an exporter: who saves it compares two counts.</summary>
/// <param name="all">That of all exporters, which counts along.</param>
internal sealed class ChangeCounter(ChangeCounter? all = null)
{
    private long _count;

    public long Count => Volatile.Read(ref _count);

    public void Note()
    {
        Interlocked.Increment(ref _count);
        all?.Note();
    }
}
