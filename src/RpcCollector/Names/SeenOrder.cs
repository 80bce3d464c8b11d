using RpcCollector.Flows;

namespace RpcCollector.Names;

/// <summary>In which order addresses make room: those that were seen once before those that stand, the least recently seen first.</summary>
/// <remarks>
/// Whoever forges names of very many addresses names each of them once: they make room for each other, and what was told again at another
/// time stays. One thread at a time uses it.
/// </remarks>
internal sealed class SeenOrder
{
    // What stands makes room for the rest beyond so large a part.
    private const double MostStanding = 0.8;

    private readonly int _most;
    private readonly LinkedList<HostAddress> _once = new();
    private readonly LinkedList<HostAddress> _standing = new();
    private readonly Dictionary<HostAddress, LinkedListNode<HostAddress>> _nodes = [];

    public SeenOrder(int most) => _most = most;

    public int Count => _nodes.Count;

    /// <summary>Who makes room next; null when there is nobody.</summary>
    public HostAddress? Oldest =>
        (_standing.Count > _most * MostStanding || _once.Count == 0 ? _standing : _once).Last?.Value;

    /// <param name="isStanding">True once it was told at another time again.</param>
    /// <returns>The address that has to make room; null when none has.</returns>
    public HostAddress? See(HostAddress address, bool isStanding)
    {
        if (_nodes.TryGetValue(address, out var node))
        {
            isStanding |= node.List == _standing;
            node.List!.Remove(node);
        }
        else
        {
            _nodes[address] = node = new LinkedListNode<HostAddress>(address);
        }

        (isStanding ? _standing : _once).AddFirst(node);
        if (_nodes.Count <= _most) return null;
        var last = Oldest!.Value;
        Remove(last);
        return last;
    }

    public void Remove(HostAddress address)
    {
        if (_nodes.Remove(address, out var node)) node.List!.Remove(node);
    }
}
