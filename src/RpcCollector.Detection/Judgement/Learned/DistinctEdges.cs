using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Counts the edges of an address, whoever held it and whoever held the other: each address and service once. Nothing is remembered of
/// those that only one machine is known of.
/// </summary>
internal sealed class DistinctEdges(Edges edges)
{
    private readonly HashSet<(HostAddress, EdgeService)> _several = [];
    private int _single;

    public int Count => _single + _several.Count;

    /// <param name="host">The row of period 0 of the address.</param>
    /// <param name="other">The row at the other end.</param>
    public void Add(int host, int other, EdgeService service)
    {
        ref var end = ref edges.Host(other);
        if (edges.Host(host).NextOfAddress < 0 && end.IsBase && end.NextOfAddress < 0) _single++;
        else _several.Add((end.Address, service));
    }
}
