using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>Which hosts to list, in order of address; what is null does not restrict.</summary>
/// <param name="After">The last host that is known already.</param>
/// <param name="Name">A part of what it is called now.</param>
internal sealed record HostSearch(HostAddress? After, AddressRange? Within, HostRole? Role, string? Name, int Limit)
{
    /// <summary>Those that the judge has seen; with a name, those too that are known by it alone, without what is known of them.</summary>
    /// <returns>
    /// A page, and whether others follow, with the last address that was looked at: who changes meanwhile may be missing from the page.
    /// </returns>
    public async Task<(IReadOnlyList<(HostAddress Address, HostProfile? Known)> Hosts, HostAddress? Next)> FindAsync(
        NetworkView network, NameBook names, long now, CancellationToken aborted)
    {
        // 1. Which. Names are looked at here, not by the judge, who has to hand over all hosts for that.
        var seen = Within is { IsSingle: true } one && Name is null
            ? Chooses(one.First) ? [one.First] : []
            : await network.HostsAsync(new HostSelection(Chooses, Role, Name is null ? Limit + 1 : int.MaxValue), aborted);
        var chosen = seen.Where(address => IsCalled(names, address, now));
        if (Name is not null && Role is null)
            chosen = chosen.Union(names.Named.Where(address => Chooses(address) && IsCalled(names, address, now)));
        List<HostAddress> page = [.. chosen.Order().Take(Limit + 1)];
        HostAddress? next = page.Count > Limit ? page[Limit - 1] : null;
        if (next is not null) page.RemoveAt(Limit);

        // 2. What is known of them.
        var hosts = new List<(HostAddress, HostProfile?)>(page.Count);
        var known = await network.DescribeAsync(page, aborted);
        for (var i = 0; i < page.Count; i++)
        {
            var isWanted = known[i] is { } host ? Role is null || host.Role == Role : Name is not null;
            if (isWanted) hosts.Add((page[i], known[i]));
        }

        return (hosts, next);
    }

    private bool Chooses(HostAddress address) =>
        (After is not { } after || address.CompareTo(after) > 0) && (Within is not { } within || within.Contains(address));

    private bool IsCalled(NameBook names, HostAddress address, long now) =>
        Name is null || names.Find(address, now)?.Name.Contains(Name, StringComparison.OrdinalIgnoreCase) == true;
}
