using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>
/// The id of an activity or a contact: a mix of its connection and when any clock first saw it begin, the same in every process and for
/// every order of its sightings.
/// </summary>
internal static class ActivityId
{
    public static long Of(HostAddress client, HostAddress server, ushort clientPort, ushort serverPort, long startUnixMilliseconds)
    {
        var mixed = StableId.Mix(client.Hash(), server.Hash());
        mixed = StableId.Mix(mixed, (ulong)clientPort << 16 | serverPort);
        return StableId.Of(StableId.Mix(mixed, (ulong)startUnixMilliseconds));
    }
}
