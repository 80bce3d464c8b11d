using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>
/// Which findings are there only because an address changed hands: machines that did the same with each other under other addresses
/// before are reported as if they met for the first time.
/// </summary>
/// <remarks>Each pair of machines is known by every pair of addresses that it had, with the first time of each.</remarks>
internal sealed class AddressChanges(SimulatedEnterprise enterprise)
{
    // What the collector may still revise of one and the same finding.
    private const long Before = 2 * 3_600_000L;

    private readonly Dictionary<(int Client, int Server), List<(HostAddress Client, HostAddress Server, long First)>> _met = [];

    /// <param name="connection">One that is not a placed attack's.</param>
    public void Note(in SimulatedConnection connection)
    {
        if (connection.Placed != 0) return;
        var (client, server, start) = (connection.Client.Host, connection.Server.Host, connection.Start);
        if (PairAt(client, server, start) is not { } pair) return;
        if (!_met.TryGetValue(pair, out var met)) _met[pair] = met = [];
        var known = met.FindIndex(entry => entry.Client == client && entry.Server == server);
        if (known < 0) met.Add((client, server, start));
        else if (met[known].First > start) met[known] = (client, server, start);
    }

    /// <summary>True for a wrong finding whose machines all did so before, under other addresses.</summary>
    public bool AreBehind(Finding finding)
    {
        var servers = finding.Server is { } one ? [one] : finding.Flows.Select(flow => flow.Server).Distinct().ToList();
        return servers.Count > 0 && servers.TrueForAll(server => HaveMetElsewhere(finding, server));
    }

    private bool HaveMetElsewhere(Finding finding, HostAddress server)
    {
        var (from, to, at) = (finding.Client, server, finding.FirstSeenUnixMilliseconds);
        return PairAt(from, to, at) is { } pair && _met.TryGetValue(pair, out var met)
            && met.Exists(entry => (entry.Client != from || entry.Server != to) && entry.First < at - Before);
    }

    private (int Client, int Server)? PairAt(HostAddress client, HostAddress server, long at) =>
        enterprise.MachineAt(client, at) is { } from && enterprise.MachineAt(server, at) is { } to ? (from, to) : null;
}
