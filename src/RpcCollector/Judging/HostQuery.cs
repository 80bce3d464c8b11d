using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Judging;

/// <summary>Which hosts to read, in order of address; what is null does not restrict.</summary>
/// <param name="After">The last host that is known already.</param>
internal sealed record HostQuery(HostAddress? After, AddressRange? Within, HostRole? Role, int Limit)
{
    public IReadOnlyList<HostProfile> Read(Judge judge)
    {
        if (Within is { IsSingle: true } one)
            return judge.Host(one.First) is { } host && (Role is null || host.Role == Role) && Chooses(host.Address) ? [host] : [];
        return [.. judge.Hosts(Role).Where(known => Chooses(known.Address)).Take(Limit)];
    }

    private bool Chooses(HostAddress address) =>
        (After is not { } after || address.CompareTo(after) > 0) && (Within is not { } within || within.Contains(address));
}
