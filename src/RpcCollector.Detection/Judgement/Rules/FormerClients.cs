using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>
/// Which known clients used a service of a host first, and since when: a few of them are enough to make one more no news.
/// </summary>
/// <remarks>
/// A known client was seen days before (<see cref="JudgementOptions.YoungHost"/>), was answered, and is none whose job it is to contact
/// many. A machine that had several addresses is one. Read once for all that is judged at a time: a flood of clients that nobody knows
/// shall cost one look at each, not one at each for each.
/// </remarks>
/// <param name="machineOf">The row of what a host's machine is known for, by the host's row and the hour.</param>
internal sealed class FormerClients(JudgementOptions options, Edges edges, OpenFacts facts, Roles roles, Func<int, int, int> machineOf)
{
    private readonly Dictionary<(int Server, EdgeService Service, int Epoch), List<(long Since, int Machine)>> _read = [];

    /// <summary>Edges looked at so far.</summary>
    public long NumLookedAt { get; private set; }

    /// <summary>Facts were added or removed, or an hour was closed: what was read is read again.</summary>
    public void ReadAgain() => _read.Clear();

    /// <summary>How many used it before a time, up to <see cref="JudgementOptions.ServerClients"/>.</summary>
    /// <param name="but">The row of the machine that does not count.</param>
    /// <param name="untilUnixMilliseconds">Those of open hours that began earlier count.</param>
    public int CountBefore(int server, EdgeService service, int epoch, int but, long untilUnixMilliseconds)
    {
        if (!_read.TryGetValue((server, service, epoch), out var clients))
            _read.Add((server, service, epoch), clients = Read(server, service, epoch));
        var count = 0;
        foreach (var (since, machine) in clients)
            if (machine != but && since < untilUnixMilliseconds && ++count == options.ServerClients) break;
        return count;
    }

    private List<(long Since, int Machine)> Read(int server, EdgeService service, int epoch)
    {
        var clients = new List<(long Since, int Machine)>();
        var knownBefore = epoch + 1 - RoleLearning.HoursUntilItActs(options);
        for (var i = edges.Host(server).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
        {
            NumLookedAt++;
            ref var edge = ref edges[i];
            if (edge.Service != service || IsYoung(edge.Client, epoch)) continue;
            var since = edge.WitnessedSince != Epoch.None && edge.WitnessedSince < knownBefore
                ? Epoch.StartOf(edge.WitnessedSince)
                : FirstAnswered(i, epoch);
            if (since == long.MaxValue || roles.EarnedAt(edge.Client, epoch) is HostRole.ManagementServer or HostRole.Scanner) continue;

            // A handful that administer by WinRM make nobody else a collector of events.
            if (service == EdgeService.WinRm && UsesOfWinRm(edge.Client, knownBefore) >= ClientCase.ServersOfAdministrators) continue;
            Add(clients, since, machineOf(edge.Client, epoch));
        }

        return clients;
    }

    private int UsesOfWinRm(int client, int knownBefore)
    {
        var uses = 0;
        for (var i = edges.Host(client).FirstAsClient; i >= 0; i = edges[i].NextOfClient)
        {
            NumLookedAt++;
            if (edges[i].Service == EdgeService.WinRm && edges[i].WitnessedSince is not Epoch.None and var since && since < knownBefore)
                uses++;
        }

        return uses;
    }

    // One more than is asked for: the one that asks is not to count.
    private void Add(List<(long Since, int Machine)> clients, long since, int machine)
    {
        var known = clients.FindIndex(client => client.Machine == machine);
        if (known >= 0 && clients[known].Since <= since) return;
        if (known >= 0) clients.RemoveAt(known);
        else if (clients.Count > options.ServerClients)
        {
            if (clients[^1].CompareTo((since, machine)) <= 0) return;
            clients.RemoveAt(clients.Count - 1);
        }

        var place = clients.BinarySearch((since, machine));
        clients.Insert(place < 0 ? ~place : place, (since, machine));
    }

    private long FirstAnswered(int edge, int epoch)
    {
        var first = long.MaxValue;
        foreach (var hour in (ReadOnlySpan<int>)[epoch - 1, epoch])
        {
            if (edges[edge].Open < 0 || facts.FindOpen(edge, hour) is not (>= 0 and var open) || !facts[open].IsAnswered) continue;
            first = Math.Min(first, Pivot.EarliestAnswered(facts, open) ?? long.MaxValue);
        }

        return first;
    }

    private bool IsYoung(int client, int epoch) => edges.Host(edges.Host(client).Base).IsYoung(epoch, options.YoungHost);
}
