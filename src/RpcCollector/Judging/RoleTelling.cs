using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Judging;

/// <summary>Takes the roles that people tell: on the disk first, then to the judge, in the same order.</summary>
/// <param name="settings">The roles of the settings, which outrank what people tell.</param>
internal sealed class RoleTelling(RoleTable settings, ToldRoleStore store, JudgeThread judge)
{
    private readonly Lock _lock = new();

    public RoleTable Settings => settings;

    /// <returns>False when there are too many.</returns>
    /// <param name="from">The address that it came from; null when it is not known.</param>
    public bool Tell(ToldRole told, string? from)
    {
        lock (_lock)
        {
            if (!store.Tell(told, from)) return false;
            judge.Tell(told);
            return true;
        }
    }

    /// <returns>What was told of these hosts; null when nothing was.</returns>
    public ToldRole? Withdraw(AddressPrefix hosts, long atUnixMilliseconds)
    {
        lock (_lock)
        {
            if (store.Withdraw(hosts) is not { } former) return null;
            judge.Tell(former with { Role = null, AtUnixMilliseconds = atUnixMilliseconds });
            return former;
        }
    }

    /// <summary>What people told and holds, in the order of addresses.</summary>
    public IReadOnlyList<ToldRole> Read() => store.Read();

    /// <summary>What counts of a host that the judge has not seen; null when nothing was told.</summary>
    public ToldRole? Of(HostAddress host)
    {
        return settings.Find(host) >= 0 ? null : Of(host, store.Read());
    }

    /// <param name="all">What people told and holds.</param>
    public ToldRole? Of(HostAddress host, IReadOnlyList<ToldRole> all) => settings.Find(host) >= 0
        ? null
        : all.Where(told => told.Hosts.Contains(host)).MaxBy(static told => told.Hosts.Bits);
}
