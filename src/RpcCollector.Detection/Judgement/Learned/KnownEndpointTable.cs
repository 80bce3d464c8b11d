using System.Collections.Frozen;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Which (server, port) have been RPC endpoints: seen joined with a mapper flow on two connections, or named by Zeek.</summary>
internal sealed class KnownEndpointTable(JudgementOptions options)
{
    private const int ConnectionsWanted = 2;

    /// <summary>For how many connections it counts when Zeek names the interface.</summary>
    public const int Named = ConnectionsWanted;

    private readonly Dictionary<(HostAddress Server, ushort Port), KnownEndpoint> _endpoints = [];
    private bool _changed;

    public int Count => _endpoints.Count;

    public IEnumerable<KeyValuePair<(HostAddress Server, ushort Port), KnownEndpoint>> InOrder() =>
        _endpoints.OrderBy(entry => entry.Key.Server).ThenBy(entry => entry.Key.Port);

    /// <summary>A connection of a closed hour.</summary>
    public void Learn(HostAddress server, ushort port, int epoch, RpcInterfaces interfaces, int connections)
    {
        var endpoint = _endpoints.GetValueOrDefault((server, port), new KnownEndpoint(Epoch.None, Epoch.None, 0, RpcInterfaces.None));
        var total = Math.Min(ConnectionsWanted, endpoint.Connections + connections);
        var isKnown = total >= ConnectionsWanted;
        _endpoints[(server, port)] = new KnownEndpoint(
            endpoint.KnownSince == Epoch.None
                && isKnown ? epoch : endpoint.KnownSince, Math.Max(endpoint.Last, epoch), total, endpoint.Interfaces | interfaces);
        _changed = true;
    }

    /// <summary>A connection that does not teach the endpoint but shows that it is still there.</summary>
    public void Refresh(HostAddress server, ushort port, int epoch)
    {
        if (_endpoints.TryGetValue((server, port), out var endpoint) && endpoint.Last < epoch)
            _endpoints[(server, port)] = endpoint with { Last = epoch };
    }

    /// <summary>Forgets what was not seen for too long.</summary>
    public void Forget(int beforeEpoch)
    {
        foreach (var (key, endpoint) in _endpoints)
        {
            if (endpoint.Last < beforeEpoch && _endpoints.Remove(key)) _changed = true;
        }
    }

    /// <summary>What was learned later than an hour counts as learned in it.</summary>
    public void MoveTo(int latestEpoch)
    {
        foreach (var (key, endpoint) in _endpoints)
        {
            if (endpoint.Last <= latestEpoch && endpoint.KnownSince <= latestEpoch) continue;
            var (since, last) = (Math.Min(endpoint.KnownSince, latestEpoch), Math.Min(endpoint.Last, latestEpoch));
            _endpoints[key] = endpoint with { KnownSince = since, Last = last };
            _changed = true;
        }
    }

    /// <summary>Forgets the oldest endpoints when there are too many.</summary>
    public void MakeRoom()
    {
        if (_endpoints.Count <= options.MaxKnownEndpoints) return;
        _changed = true;
        var surplus = InOrder().OrderBy(entry => entry.Value.Last).Take(_endpoints.Count - options.MaxKnownEndpoints)
            .Select(entry => entry.Key).ToList();
        foreach (var key in surplus) _endpoints.Remove(key);
    }

    public void Restore((HostAddress, ushort) key, KnownEndpoint endpoint)
    {
        _endpoints[key] = endpoint;
        _changed = true;
    }

    /// <summary>What is known now; the former snapshot when nothing has changed.</summary>
    public IKnownEndpoints Snapshot(IKnownEndpoints former)
    {
        if (!_changed) return former;
        _changed = false;
        return new KnownEndpointSnapshot(_endpoints.Where(entry => entry.Value.KnownSince != Epoch.None).ToFrozenDictionary());
    }
}

/// <param name="KnownSince">The hour in which it became known; <see cref="Epoch.None"/> before.</param>
/// <param name="Last">The last hour in which it was seen.</param>
/// <param name="Connections">On how many connections, up to those wanted.</param>
internal readonly record struct KnownEndpoint(int KnownSince, int Last, int Connections, RpcInterfaces Interfaces);

/// <summary>The known endpoints as of one closed hour.</summary>
internal sealed class KnownEndpointSnapshot(FrozenDictionary<(HostAddress, ushort), KnownEndpoint> endpoints) : IKnownEndpoints
{
    // The hour before a flow's own may still be open when the flow arrives, so what was learned in it never counts.
    private const int Settled = 2;

    private readonly PortSet _ports = PortSet.Of(endpoints.Keys.Select(key => key.Item2));

    public static IKnownEndpoints Empty { get; } = new KnownEndpointSnapshot(FrozenDictionary<(HostAddress, ushort), KnownEndpoint>.Empty);

    public IReadOnlyList<LearnedEndpoint> All =>
    [
        .. endpoints.Select(entry => new LearnedEndpoint(
            entry.Key.Item1, entry.Key.Item2, entry.Value.Interfaces, Epoch.StartOf(entry.Value.KnownSince + Settled))),
    ];

    public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces)
    {
        interfaces = RpcInterfaces.None;
        if (!endpoints.TryGetValue((server, port), out var endpoint) || endpoint.KnownSince + Settled > Epoch.Of(atUnixMilliseconds))
            return false;
        interfaces = endpoint.Interfaces;
        return true;
    }

    public bool MayKnow(ushort port) => _ports.Contains(port);

    public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) =>
        [.. endpoints.Where(entry => entry.Value.Interfaces.HasFlag(interfaces)).Select(entry => entry.Key)];
}
