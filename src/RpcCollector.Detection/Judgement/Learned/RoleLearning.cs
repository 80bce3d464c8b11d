namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Derives the roles of all hosts from their edges at once, because a host's role depends on the roles of the hosts that it talks to.
/// </summary>
/// <remarks>The result depends on the edges alone, not on the order in which they came or lie.</remarks>
internal sealed class RoleLearning(JudgementOptions options, RoleTable told, Edges edges, OpenFacts open)
{
    // A host contacts "many" only if it contacts more than this many times what three of four clients do: in a network with many servers
    // every client contacts many.
    private const int TimesOthers = 2;

    private readonly List<int> _contacted = [];
    private int _many;

    /// <param name="withOpen">Whether edges of hours that are still open count.</param>
    public void Learn(bool withOpen)
    {
        // 1. Who answers whom.
        for (var i = 0; i < edges.HostEnd; i++) if (edges.IsHost(i)) edges.Host(i).Tally = default;
        for (var i = 0; i < edges.EdgeEnd; i++)
        {
            if (!WasSeen(i, withOpen, out var answered)) continue;
            ref var edge = ref edges[i];
            if (answered) edges.Host(edge.Server).Tally.Serve(edge.Service);
            if (!EdgeServiceName.IsAdministration(edge.Service)) continue;
            ref var client = ref edges.Host(edge.Client).Tally;
            client.AsClient++;
            if (!answered) client.Refused++;
        }

        // 2. Domain controllers.
        for (var i = 0; i < edges.HostEnd; i++)
        {
            if (!edges.IsHost(i)) continue;
            ref var host = ref edges.Host(i);
            host.Role = told.Of(host.Address) ?? (IsController(host) ? HostRole.DomainController : HostRole.Unknown);
        }

        // 3. Who contacts many.
        for (var i = 0; i < edges.EdgeEnd; i++)
        {
            if (!WasSeen(i, withOpen, out _)) continue;
            ref var edge = ref edges[i];
            if (EdgeServiceName.IsAdministration(edge.Service) && edges.Host(edge.Server).Role != HostRole.DomainController)
                edges.Host(edge.Client).Tally.Contact(edge.Service, edge.Days >= options.StableDays);
        }

        _many = Math.Max(options.ManagementTargets, (TimesOthers * UpperQuartileOfContacts()) + 1);

        // 4. Who serves clients that do not contact everybody.
        for (var i = 0; i < edges.EdgeEnd; i++)
        {
            if (!WasSeen(i, withOpen, out var answered) || !answered) continue;
            ref var edge = ref edges[i];
            ref var client = ref edges.Host(edge.Client);
            if (EdgeServiceName.IsAdministration(edge.Service) && client.Role != HostRole.DomainController
                && client.Tally.Contacted < _many)
                edges.Host(edge.Server).Tally.CountOrdinaryClient(edge.Service);
        }

        // 5. Servers, and hosts that drive many.
        for (var i = 0; i < edges.HostEnd; i++)
        {
            if (!edges.IsHost(i)) continue;
            ref var host = ref edges.Host(i);
            if (host.Role == HostRole.Unknown && told.Of(host.Address) is null) host.Role = RoleOf(host.Tally);
        }

        // 6. Workstations are clients of servers and domain controllers. Contacts to other hosts are counted too.
        for (var i = 0; i < edges.EdgeEnd; i++)
        {
            if (!WasSeen(i, withOpen, out _)) continue;
            ref var edge = ref edges[i];
            ref var client = ref edges.Host(edge.Client);
            var server = edges.Host(edge.Server).Role;
            if (server is HostRole.Unknown or HostRole.Workstation && EdgeServiceName.IsAdministration(edge.Service))
                client.Tally.Meet(edge.Service);
            if (server is not (HostRole.DomainController or HostRole.Server)) continue;
            client.Tally.ToServers++;
            if (client.Role == HostRole.Unknown && told.Of(client.Address) is null) client.Role = HostRole.Workstation;
        }
    }

    /// <summary>Why a host has its role, in one sentence.</summary>
    public string Explain(in HostState host)
    {
        ref readonly var tally = ref host.Tally;
        if (told.Of(host.Address) is not null) return "set in the settings";
        return host.Role switch
        {
            HostRole.DomainController when tally.ServedKerberos + tally.ServedLdap > 0 =>
                $"serves Kerberos to {tally.ServedKerberos}, LDAP to {tally.ServedLdap}, RPC to {tally.ServedRpc} and SMB to " +
                    $"{tally.ServedSmb} clients",
            HostRole.DomainController => "serves the directory's RPC interfaces to several clients",
            HostRole.ManagementServer => $"contacts {tally.Contacted} hosts, {tally.Stable} of them on {options.StableDays} days or more",
            HostRole.Scanner =>
                $"contacts {tally.Contacted} hosts, day after day, and {tally.Refused} of its {tally.AsClient} edges were never answered",
            HostRole.Server => $"serves {tally.Quiet} clients and contacts {tally.Contacted} hosts",
            HostRole.Workstation =>
                $"is a client of {tally.ToServers} servers or domain controllers by service and serves {tally.Quiet} clients",
            _ => $"serves {tally.ServedMost} clients and contacts {tally.Contacted} hosts: too little to tell",
        };
    }

    /// <summary>How many hosts three of four clients contact at most.</summary>
    private int UpperQuartileOfContacts()
    {
        _contacted.Clear();
        for (var i = 0; i < edges.HostEnd; i++)
        {
            if (edges.IsHost(i) && edges.Host(i).Tally.Contacted is > 0 and var contacted) _contacted.Add(contacted);
        }

        if (_contacted.Count == 0) return 0;
        _contacted.Sort();
        return _contacted[3 * (_contacted.Count - 1) / 4];
    }

    /// <summary>A host that answers Kerberos is a domain controller; LDAP alone could be any directory.</summary>
    private static bool IsController(in HostState host) =>
        host.Tally.ServedKerberos > 0
        || (host.Tally.ServedLdap >= 2 && host.Tally.ServedRpc + host.Tally.ServedSmb > 0)
        || host.DirectoryClients >= 2;

    private HostRole RoleOf(in HostTally tally)
    {
        if (tally.Contacted >= _many && tally.Stable >= _many)
            return 2 * tally.Refused > tally.AsClient ? HostRole.Scanner : HostRole.ManagementServer;
        return tally.Quiet >= options.ServerClients && tally.Quiet > tally.Contacted ? HostRole.Server : HostRole.Unknown;
    }

    private bool WasSeen(int index, bool withOpen, out bool answered)
    {
        answered = false;
        if (!edges.IsEdge(index)) return false;
        ref var edge = ref edges[index];
        var counts = edge.IsClosedOnce;
        answered = (edge.Marks & EdgeMarks.Answered) != EdgeMarks.None;
        if (!withOpen) return counts;
        for (var hour = edge.Open; hour >= 0; hour = open[hour].NextOfEdge)
        {
            if (open[hour].Count == 0) continue;
            counts = true;
            answered |= open[hour].NumAnswered > 0;
        }

        return counts;
    }
}
