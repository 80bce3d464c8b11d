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

    /// <summary>
    /// False when no endpoint has this port, whatever its server and at whatever time: most flows need no search then. True promises
    /// nothing.
    /// </summary>
    bool MayKnow(ushort port) => true;

    /// <summary>The endpoints that are known to carry all of these interfaces, whenever that was learned.</summary>
    IReadOnlyList<(HostAddress Server, ushort Port)> Carrying(RpcInterfaces interfaces);

    /// <summary>All of it, in no order; nothing where it cannot be listed.</summary>
    IReadOnlyList<LearnedEndpoint> All => [];
}

/// <summary>A server's port that is known as an RPC endpoint.</summary>
/// <param name="FromUnixMilliseconds">It counts for flows that start then or later.</param>
public readonly record struct LearnedEndpoint(HostAddress Server, ushort Port, RpcInterfaces Interfaces, long FromUnixMilliseconds);
