using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Scale;

/// <summary>The known endpoints of one version, as the judge told them to a partition.</summary>
/// <param name="all">Ordered by server and port.</param>
internal sealed class ToldEndpoints(IReadOnlyList<LearnedEndpoint> all) : IKnownEndpoints
{
    private readonly Dictionary<(HostAddress, ushort), LearnedEndpoint> _endpoints =
        all.ToDictionary(endpoint => (endpoint.Server, endpoint.Port));

    private readonly PortSet _ports = PortSet.Of(all.Select(endpoint => endpoint.Port));

    public IReadOnlyList<LearnedEndpoint> All => all;

    public bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces)
    {
        interfaces = RpcInterfaces.None;
        if (!_endpoints.TryGetValue((server, port), out var endpoint) || endpoint.FromUnixMilliseconds > atUnixMilliseconds) return false;
        interfaces = endpoint.Interfaces;
        return true;
    }

    public bool MayKnow(ushort port) => _ports.Contains(port);

    public IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces) =>
        [.. all.Where(endpoint => endpoint.Interfaces.HasFlag(interfaces)).Select(endpoint => (endpoint.Server, endpoint.Port))];
}
