using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>The id of a finding: a mix of its kind, client and server with their periods, the same in every process.</summary>
public static class FindingId
{
    /// <param name="clientPeriod">As <see cref="Finding.ClientPeriod"/>.</param>
    /// <param name="serverPeriod">As <see cref="Finding.ServerPeriod"/>.</param>
    public static long Of(FindingKind kind, HostAddress client, HostAddress? server, long clientPeriod = 0, long serverPeriod = 0)
    {
        var mixed = StableId.Mix((ulong)kind, HashOf(client, clientPeriod));
        return StableId.Of(StableId.Mix(mixed, server is { } address ? HashOf(address, serverPeriod) : 0));
    }

    // Period 0 adds nothing: ids are as they were before there were periods.
    private static ulong HashOf(HostAddress host, long period) =>
        period == 0 ? host.Hash() : StableId.Mix(host.Hash(), (ulong)period);
}
