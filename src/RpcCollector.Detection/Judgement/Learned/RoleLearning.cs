using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Learned;

/// <summary>
/// Settles the roles of all hosts when an hour is closed: all at once, because a host's role depends on the roles of the hosts that it
/// talks to.
/// </summary>
/// <remarks>
/// <para>The result depends on the edges alone, not on the order in which they came or lie.</para>
/// <para>
/// A role that exempts or softens is earned: by more independent clients than an attacker holds, known before they came, on several days
/// and services (<see cref="RoleEvidence"/>); or, for those who drive many, by doing so for a week. It is lost at once: when the clients
/// are gone, when the host drives more hosts than it serves, when a person calls a finding of it malicious.
/// </para>
/// </remarks>
internal sealed class RoleLearning(JudgementOptions options, Edges edges, Roles roles, RoleLedger ledger)
{
    // A host contacts "many" only if it contacts more than this many times what three of four clients do: in a network with many servers
    // every client contacts many.
    private const int TimesOthers = 2;

    // Who drives many has done so for this long before it counts as its job.
    private const int StableSpan = 7 * Epoch.PerDay;

    private readonly RoleEvidence _evidence = new(options, edges);
    private readonly List<int> _contacted = [];
    private int _many;

    // A role acts no earlier than the first hour that begins when the settling hour has been closed.
    public static int HoursUntilItActs(JudgementOptions options) => 1 + (int)Math.Ceiling(options.Lateness.TotalHours);

    /// <param name="epoch">The hour that is being closed.</param>
    /// <param name="isMalicious">Whether a person called something of this host malicious.</param>
    public void Learn(int epoch, Func<HostAddress, bool> isMalicious)
    {
        // 1. Who answers whom, and who contacts whom.
        Count(epoch);

        // 2. What each has earned and kept.
        for (var i = 0; i < edges.HostEnd; i++)
        {
            if (!edges.IsHost(i) || !edges.Host(i).IsBase) continue;
            if (edges.Host(i) is { Told: not null, IsToldByPerson: false }) continue;
            ref var host = ref edges.Host(i);
            if (!host.Settled.MayChangeAfter(epoch)) continue;
            var earned = isMalicious(host.Address) ? HostRole.Unknown : Earned(i, host);
            if (earned != host.Settled.Role) Settle(i, earned, epoch);
        }

        // 3. What that makes of everybody in this hour.
        NoteRoles(epoch);
    }

    /// <summary>Counts again what is not saved, as of the hour that was learned from last; no role changes.</summary>
    public void Recount()
    {
        var epoch = Epoch.None;
        for (var i = 0; i < edges.EdgeEnd; i++) if (IsClosed(i)) epoch = Math.Max(epoch, edges[i].LastEpoch);
        Count(epoch);
        NoteRoles(epoch);
    }

    /// <summary>Takes roles over from a form that did not keep them: what has been earned acts from an hour on.</summary>
    public void LearnAtOnce(int closedEpoch, Func<HostAddress, bool> isMalicious)
    {
        // Twice, since workstations are known by the servers that they use.
        for (var round = 0; round < 2; round++)
        {
            Learn(closedEpoch, isMalicious);
            for (var i = 0; i < edges.HostEnd; i++) if (edges.IsHost(i)) edges.Host(i).Settled.ActsFrom = Math.Min(
                edges.Host(i).Settled.ActsFrom, closedEpoch);
            for (var i = 0; i < edges.EdgeEnd; i++)
            {
                if (!IsClosed(i) || !roles.IsServer(edges[i].Server, closedEpoch)) continue;
                ref var client = ref edges.Host(edges[i].Client);
                if (client.WorkstationSince == Epoch.None) client.WorkstationSince = edges[i].SeenEpoch;
            }
        }

        NoteRoles(closedEpoch);
    }

    /// <summary>True for a client of so many hosts that it says nothing about whom it contacts.</summary>
    public bool ContactsEverybody(in HostState client) => client.Tally.Contacted.MostAdministration >= _many;

    /// <summary>Why a host has its role, in one sentence; and what it looks like while it has not earned it.</summary>
    public string Explain(int index, HostRole role)
    {
        ref var host = ref edges.Host(index);
        if (host.Told is not null)
            return edges.Told.ByPerson(host.Address) is { } told ? $"told by {told.Teller}: {told.Why}" : "set in the settings";
        var looks = role is HostRole.Workstation or HostRole.Unknown && Provisional(index) is { } provisional
            ? $"; looks like a {RoleName.InWords(provisional)} and has not earned it: {_evidence.InWords(index, provisional)}"
            : "";
        return role switch
        {
            HostRole.Workstation => $"is a client of servers or domain controllers and serves {host.Tally.Served.MostAdministration} " +
                $"clients{looks}",
            HostRole.Unknown => $"serves {host.Tally.Served.MostAdministration} clients and contacts " +
                $"{host.Tally.Contacted.MostAdministration} hosts: too little to tell{looks}",
            _ => Reason(index, role),
        };
    }

    /// <summary>The role that a host looks like without having earned it; null when it looks like none.</summary>
    public HostRole? Provisional(int index)
    {
        ref readonly var tally = ref edges.Host(index).Tally;
        if (tally.Served.Of(EdgeService.Kerberos) > 0 || tally.Served.Of(EdgeService.Ldap) > 1) return HostRole.DomainController;
        return tally.Served.MostAdministration >= options.ServerClients && tally.Served.MostAdministration > tally.Driven
            ? HostRole.Server
            : null;
    }

    private void Count(int epoch)
    {
        for (var i = 0; i < edges.HostEnd; i++) if (edges.IsHost(i)) edges.Host(i).Tally = default;
        for (var i = 0; i < edges.EdgeEnd; i++) if (IsClosed(i)) CountContact(edges[i], epoch);
        _many = Math.Max(options.ManagementTargets, (TimesOthers * UpperQuartileOfContacts()) + 1);
        for (var i = 0; i < edges.EdgeEnd; i++) if (IsClosed(i)) CountWitness(edges[i], epoch);
        for (var i = 0; i < edges.EdgeEnd; i++) if (IsClosed(i)) CountDriven(edges[i], epoch);
        _evidence.CountNetwork(epoch);
    }

    private void NoteRoles(int epoch)
    {
        for (var i = 0; i < edges.HostEnd; i++) if (edges.IsHost(i)) edges.Host(i).Role = roles.At(i, epoch);
    }

    private string Reason(int index, HostRole role)
    {
        ref readonly var tally = ref edges.Host(index).Tally;
        return role switch
        {
            HostRole.ManagementServer =>
                $"contacts {tally.Contacted.MostAdministration} hosts, {tally.Stable.MostAdministration} of them for a week or more",
            HostRole.Scanner =>
                $"contacts {tally.Contacted.MostAdministration} hosts, week after week, and {tally.Refused} of its " +
                $"{tally.AsClient} edges were never answered",
            _ => _evidence.InWords(index, role),
        };
    }

    private void Settle(int index, HostRole role, int epoch)
    {
        ref var host = ref edges.Host(index);
        var from = host.Settled.Role;
        host.Settled.Change(role, epoch, epoch + HoursUntilItActs(options));
        var witnesses = _evidence.WitnessesOf(index);
        var reason = role == HostRole.Unknown
            ? $"no longer earns it: {_evidence.InWords(index, from)}, and drives {host.Tally.Driven} hosts that are no clients of it"
            : Reason(index, role);
        ledger.Add(new RoleChange(
            host.Address, from, role, Epoch.StartOf(epoch + 1), Epoch.StartOf(host.Settled.ActsFrom), reason, witnesses.Count,
            [.. witnesses.Order().Take(RoleChange.MaxWitnesses)]));
    }

    private HostRole Earned(int index, in HostState host)
    {
        if (_evidence.IsController(index)) return HostRole.DomainController;
        if (host.Tally.Contacted.MostAdministration >= _many && host.Tally.Stable.MostAdministration >= _many)
            return 2 * host.Tally.Refused > host.Tally.AsClient ? HostRole.Scanner : HostRole.ManagementServer;
        if (host.Settled.Role == HostRole.DomainController && _evidence.StaysServer(index)) return HostRole.DomainController;
        if (_evidence.IsServer(index)) return HostRole.Server;
        return host.Settled.Role switch
        {
            HostRole.Server when _evidence.StaysServer(index) => HostRole.Server,
            HostRole.ManagementServer or HostRole.Scanner when host.Tally.Stable.MostAdministration >= options.ManagementTargets =>
                host.Settled.Role,
            _ => HostRole.Unknown,
        };
    }

    private void CountContact(in EdgeState edge, int epoch)
    {
        ref var client = ref edges.Host(edge.Client).Tally;
        var answered = (edge.Marks & EdgeMarks.Answered) != EdgeMarks.None;
        if (answered) edges.Host(edge.Server).Tally.Served.Count(edge.Service);
        if (!EdgeServiceName.IsAdministration(edge.Service)) return;
        client.AsClient++;
        if (!answered) client.Refused++;
        if (roles.EarnedAt(edge.Server, epoch) == HostRole.DomainController) return;
        client.Contacted.Count(edge.Service);
        if (edge.Days < options.StableDays) return;
        if (edge.LastEpoch - edge.SeenEpoch >= StableSpan) client.Stable.Count(edge.Service);
        if (edge.TrainedEpoch != Epoch.None && edge.TrainedEpoch < epoch && !roles.IsServer(edge.Server, epoch))
            client.Peers.Count(edge.Service);
    }

    private void CountWitness(in EdgeState edge, int epoch)
    {
        // 1. Who contacts everybody says nothing about whom it contacts.
        ref var client = ref edges.Host(edge.Client);
        if (roles.EarnedAt(edge.Client, epoch) is HostRole.ManagementServer or HostRole.Scanner) return;
        if (EdgeServiceName.IsAdministration(edge.Service) && ContactsEverybody(client)) return;

        // 2. Nor does who was never seen before.
        if (!RoleEvidence.IsWitness(edge, client)) return;
        ref var server = ref edges.Host(edge.Server).Tally;
        server.Witnesses.Count(edge.Service);
        if (edge.Days >= options.StableDays) server.Regulars.Count(edge.Service);
    }

    private void CountDriven(in EdgeState edge, int epoch)
    {
        // Of most hosts nobody asks.
        ref var client = ref edges.Host(edge.Client).Tally;
        if (RoleEvidence.MostWitnesses(client) == 0 || !EdgeServiceName.IsAdministration(edge.Service)) return;
        if (!roles.IsServer(edge.Server, epoch) && !_evidence.IsClientOf(edge)) client.Driven++;
    }

    /// <summary>How many hosts three of four clients contact at most.</summary>
    private int UpperQuartileOfContacts()
    {
        _contacted.Clear();
        for (var i = 0; i < edges.HostEnd; i++)
        {
            if (edges.IsHost(i) && edges.Host(i).Tally.Contacted.MostAdministration is > 0 and var contacted) _contacted.Add(contacted);
        }

        if (_contacted.Count == 0) return 0;
        _contacted.Sort();
        return _contacted[3 * (_contacted.Count - 1) / 4];
    }

    private bool IsClosed(int index) => edges.IsEdge(index) && edges[index].SeenEpoch != Epoch.None;
}
