using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>
/// Which (server, port) have been RPC endpoints before; a snapshot that no longer changes, so that any thread may ask it.
/// </summary>
public interface IKnownEndpoints
{
    /// <param name="atUnixMilliseconds">When the flow in question started: what was learned later does not count.</param>
    /// <param name="interfaces">What the endpoint is known to carry; none when only the endpoint itself is known.</param>
    bool TryFind(HostAddress server, ushort port, long atUnixMilliseconds, out RpcInterfaces interfaces);

    /// <summary>The endpoints that are known to carry all of these interfaces, whenever that was learned.</summary>
    IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces);
}
