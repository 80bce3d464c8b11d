using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>The id of an activity: a mix of its connection and the start by which it was first known, the same in every process.</summary>
internal static class ActivityId
{
    public static long Of(HostAddress client, HostAddress server, ushort clientPort, ushort serverPort, long startUnixMilliseconds)
    {
        var mixed = StableId.Mix(client.Hash(), server.Hash());
        mixed = StableId.Mix(mixed, (ulong)clientPort << 16 | serverPort);
        return StableId.Of(StableId.Mix(mixed, (ulong)startUnixMilliseconds));
    }
}
