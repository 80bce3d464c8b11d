using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>The id of a finding: a mix of its kind, client and server, the same in every process.</summary>
public static class FindingId
{
    public static long Of(FindingKind kind, HostAddress client, HostAddress? server)
    {
        var mixed = StableId.Mix((ulong)kind, client.Hash());
        return StableId.Of(StableId.Mix(mixed, server is { } address ? address.Hash() : 0));
    }
}
