using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>Whether enough witnesses stand behind the role of a server or domain controller.</summary>
/// <remarks>
/// A witness is a client that was known on a day before its last visit, was answered, and left a record that says which end is the
/// server. A service is <em>carried</em> by a host when as many witnesses as are wanted came on several days each; or came one after the
/// other over several days, some on each; or when they are plainly many, a quarter of the network. An attacker needs so many hosts, his
/// own or forged, over so many days: 20 over 3 days in a network of hundreds, more than half of a small one.
/// </remarks>
internal sealed class RoleEvidence(JudgementOptions options, Edges edges)
{
    // What carries one service alone is seen for that many days more.
    private const int FurtherDays = 2;

    // A part of those wanted, that has to come on each of the days.
    private const int DayShare = 4;
    private const int PlainShare = 4;

    private readonly Dictionary<int, int> _firstDays = [];
    private readonly HashSet<int> _clients = [];

    /// <summary>Clients that were seen on more than one day.</summary>
    public int NumKnownClients { get; private set; }

    /// <summary>How many witnesses are wanted: half of the known clients, but neither a handful nor more than the setting.</summary>
    private int Wanted =>
        Math.Clamp((NumKnownClients + 1) / 2, options.ServerClients, Math.Max(options.ServerClients, options.RoleWitnesses));

    private int Plain => Math.Max(options.PlainWitnesses, NumKnownClients / PlainShare);

    public static bool IsWitness(in EdgeState edge, in HostState client) =>
        edge.WitnessedSince != Epoch.None && edge.LastEpoch / Epoch.PerDay > client.FirstEpoch / Epoch.PerDay;

    /// <param name="epoch">The hour that is being closed.</param>
    public void CountNetwork(int epoch)
    {
        NumKnownClients = 0;
        for (var i = 0; i < edges.HostEnd; i++)
        {
            if (!edges.IsHost(i) || !edges.Host(i).IsBase) continue;
            ref var host = ref edges.Host(i);
            if (host.FirstAsClient >= 0 && host.FirstEpoch != Epoch.None && host.FirstEpoch <= epoch
                && host.LastEpoch / Epoch.PerDay > host.FirstEpoch / Epoch.PerDay) NumKnownClients++;
        }
    }

    /// <summary>True when the server of an edge is a client of its client too.</summary>
    public bool IsClientOf(in EdgeState edge)
    {
        for (var service = 0; service < EdgeServiceName.Count; service++)
        {
            if (edges.Find(edge.Server, edge.Client, (EdgeService)service) is >= 0 and var back
                && edges[back].WitnessedSince != Epoch.None) return true;
        }

        return false;
    }

    /// <summary>Two services, and one of them is a domain controller's.</summary>
    public bool IsController(int index)
    {
        ref var host = ref edges.Host(index);
        if (!ServesMoreThanItDrives(host)) return false;
        var (kerberos, ldap) = (Carries(index, EdgeService.Kerberos), Carries(index, EdgeService.Ldap));
        var isNamed = (host.Served & (RpcInterfaces.Drsuapi | RpcInterfaces.Netlogon)) != RpcInterfaces.None;
        if (!kerberos && !ldap && !isNamed) return false;
        var others = 0;
        foreach (var service in (ReadOnlySpan<EdgeService>)[EdgeService.Rpc, EdgeService.Smb, EdgeService.WinRm])
            if (Carries(index, service)) others++;
        var markers = (kerberos ? 1 : 0) + (ldap ? 1 : 0);
        return markers + others >= 2 && (markers > 0 || Carries(index, EdgeService.Rpc));
    }

    /// <summary>Two services of the family, or one for longer.</summary>
    public bool IsServer(int index)
    {
        ref var host = ref edges.Host(index);
        if (!ServesMoreThanItDrives(host)) return false;
        var carried = 0;
        for (var service = 0; service < EdgeServiceName.Count; service++) if (Carries(index, (EdgeService)service)) carried++;
        if (carried == 0) return false;
        if (carried > 1) return true;
        for (var service = 0; service < EdgeServiceName.NumAdministration; service++)
            if (Carries(index, (EdgeService)service, options.StableDays + FurtherDays)) return true;
        return false;
    }

    /// <summary>What was earned is kept while a handful of witnesses is left and the host serves more than it drives.</summary>
    public bool StaysServer(int index)
    {
        ref var host = ref edges.Host(index);
        return ServesMoreThanItDrives(host) && MostWitnesses(host.Tally) >= options.ServerClients;
    }

    /// <summary>The addresses of the witnesses, whatever the service.</summary>
    public List<HostAddress> WitnessesOf(int index)
    {
        _clients.Clear();
        for (var i = edges.Host(index).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
            if (edges[i].SeenEpoch != Epoch.None && IsWitness(edges[i], edges.Host(edges[i].Client))) _clients.Add(edges[i].Client);
        return [.. _clients.Select(client => edges.Host(client).Address)];
    }

    /// <summary>The most witnesses by one service.</summary>
    public static int MostWitnesses(in HostTally tally) => tally.Witnesses.Most;

    /// <summary>"serves Kerberos to 20 known clients, LDAP to 20, RPC to 20 and SMB to 3; 20 are wanted".</summary>
    public string InWords(int index, HostRole role)
    {
        var witnesses = edges.Host(index).Tally.Witnesses;
        if (role is not (HostRole.DomainController or HostRole.Server))
            return $"served {MostWitnesses(edges.Host(index).Tally)} known clients";
        var markers = role == HostRole.DomainController
            ? $"Kerberos to {witnesses.Of(EdgeService.Kerberos)}, LDAP to {witnesses.Of(EdgeService.Ldap)}, "
            : "";
        return $"serves {markers}RPC to {witnesses.Of(EdgeService.Rpc)}, SMB to {witnesses.Of(EdgeService.Smb)} and WinRM to " +
            $"{witnesses.Of(EdgeService.WinRm)} clients known before, of {Wanted} wanted on {options.StableDays} days or more";
    }

    private static bool ServesMoreThanItDrives(in HostState host) => MostWitnesses(host.Tally) > host.Tally.Driven;

    private bool Carries(int index, EdgeService service) => Carries(index, service, options.StableDays);

    private bool Carries(int index, EdgeService service, int days)
    {
        // 1. Enough at all, and plainly enough.
        var witnesses = edges.Host(index).Tally.Witnesses.Of(service);
        if (witnesses < Wanted) return false;
        if (witnesses >= Plain) return true;

        // 2. Enough that came on so many days; or so many days on which enough came for the first time.
        _firstDays.Clear();
        var regulars = 0;
        for (var i = edges.Host(index).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
        {
            ref var edge = ref edges[i];
            if (edge.Service != service || edge.SeenEpoch == Epoch.None || !IsWitness(edge, edges.Host(edge.Client))) continue;
            if (edge.Days >= days) regulars++;
            var day = edge.SeenEpoch / Epoch.PerDay;
            _firstDays[day] = _firstDays.GetValueOrDefault(day) + 1;
        }

        return regulars >= Wanted || _firstDays.Values.Count(clients => clients >= Math.Max(2, Wanted / DayShare)) >= days;
    }
}
