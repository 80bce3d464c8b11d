using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>
/// What the ends of a connection are called on the other side of a device that translates addresses; an end that was not translated has
/// no address here.
/// </summary>
/// <param name="Client">Of an activity between the true ends: the client as its server sees it.</param>
/// <param name="Server">Of an activity between the true ends: the server as its client addressed it.</param>
public readonly record struct TranslatedEnds(HostAddress Client, ushort ClientPort, HostAddress Server, ushort ServerPort)
{
    public bool HasClient => !Client.IsUnspecified;

    public bool HasServer => !Server.IsUnspecified;
}
