namespace RpcCollector.Detection.Operations;

/// <summary>
/// Which interface each connection has bound, as far as Suricata said: some of its versions name it in the BIND alone, not in the requests.
/// </summary>
/// <remarks>
/// Through SMB a connection may have several pipes, each with a BIND of its own: Suricata, where it names the interface of a request,
/// names the one bound last, and so is done here. A connection that binds another interface besides (ALTER_CONTEXT) has several, and
/// whichever a request then means is not known.
/// Bounded: when the younger half is full, the older is forgotten.
/// </remarks>
internal sealed class BoundInterfaces(int capacity = 65_536)
{
    private Dictionary<(int Sensor, ulong FlowId), Guid?> _younger = [];
    private Dictionary<(int Sensor, ulong FlowId), Guid?> _older = [];

    public int Count => _younger.Count + _older.Count;

    /// <summary>The one interface that the connection has bound; null when none is known, or several are.</summary>
    public Guid? Of(int sensor, ulong flowId) =>
        _younger.TryGetValue((sensor, flowId), out var bound) || _older.TryGetValue((sensor, flowId), out bound) ? bound : null;

    /// <summary>Notes that the connection has bound an interface, in place of any before.</summary>
    /// <param name="bound">Null when it is not known which one.</param>
    public void Bind(int sensor, ulong flowId, Guid? bound)
    {
        if (_younger.Count >= capacity / 2 && !_younger.ContainsKey((sensor, flowId))) (_older, _younger) = (_younger, []);
        _younger[(sensor, flowId)] = bound;
    }

    /// <summary>Notes that the connection has bound one more.</summary>
    public void BindAlso(int sensor, ulong flowId, Guid? bound)
    {
        if (bound is null || Of(sensor, flowId) != bound) Bind(sensor, flowId, null);
    }
}
