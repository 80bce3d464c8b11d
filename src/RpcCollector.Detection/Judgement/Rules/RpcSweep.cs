using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>One client contacts many hosts that are new to it, within minutes.</summary>
/// <remarks>
/// Evidence: the times of first contacts. Servers and hosts that many use do not count: everybody meets them in the first hour. What the client itself
/// has done before without a report, and more for one that is there to contact many, is its own measure. Sampling weakens joins, not this.
/// </remarks>
internal static class RpcSweep
{
    private static readonly Claim Claim = new(FindingKind.RpcSweep, ["T1046", "T1018", "T1135"], ["CAR-2014-05-001"]);
    private static readonly int[] WindowMinutes = [1, 10, 60];

    // A host that so large a part of all clients use is met by everybody sooner or later.
    private const int PopularShare = 10;
    private const int FewClients = 20;

    public static void Judge(ClientCase it, List<FindingDraft> found)
    {
        // 1. Hosts first contacted in this hour and the one before, in the order of their times.
        if (NumNew(it) < it.Options.SweepServers) return;
        var contacts = FirstContacts(it);
        if (contacts.Count < it.Options.SweepServers) return;

        // 2. The narrowest window with enough of them.
        var start = Epoch.StartOf(it.Epoch);
        var wanted = Wanted(it);
        var minutes = Array.Find(WindowMinutes, window => Most(contacts, window, start, long.MaxValue) >= wanted);
        if (minutes == 0) return;

        // 3. What the hour before has said already is not said again.
        var wasSaid = Array.Exists(WindowMinutes, window => Most(contacts, window, long.MinValue, start) >= wanted);
        var own = wasSaid ? contacts.FindAll(contact => contact.At >= start) : contacts;
        var evidence = new Evidence(it.Client);
        foreach (var contact in own) evidence.Add(it.Facts.Fact(contact.Fact), it.Edges.Host(contact.Server).Address);
        var unanswered = own.Count(contact => it.Facts.Fact(contact.Fact).IsUnanswered);
        var most = Most(contacts, minutes, start, long.MaxValue);
        found.Add(new FindingDraft
        {
            Claim = Claim,
            Client = it.Client,
            Severity = SeverityOf(it, most, minutes),
            Confidence = it.IsLearning ? FindingConfidence.Low : it.Role == HostRole.Unknown ? FindingConfidence.Medium : FindingConfidence.High,
            Count = own.Count,
            First = evidence.First,
            Last = evidence.Last,
            Reason = $"{RoleName.InWords(it.Role)} {it.Client} contacted {most} hosts new to it within {minutes} {(minutes == 1 ? "minute" : "minutes")}, {unanswered} of {own.Count} unanswered; at most {it.ClientState.NewServers / 1024} an hour before",
            Flows = evidence.Flows,
            IsEarly = it.IsLearning,
        });
    }

    private static FindingSeverity SeverityOf(ClientCase it, int most, int minutes)
    {
        if (it.IsLearning || it.DrivesMany) return FindingSeverity.Medium;
        var isSure = it.IsNoServer && (minutes < 60 || most >= 2 * it.Options.SweepServers);
        return isSure ? FindingSeverity.High : FindingSeverity.Medium;
    }

    private static int Wanted(ClientCase it)
    {
        var before = (int)(it.ClientState.NewServers / 1024);
        return Math.Max(it.Options.SweepServers, it.DrivesMany ? (3 * before) + it.Options.ManagementTargets : before + Math.Max(1, before / 2) + 1);
    }

    private static int NumNew(ClientCase it)
    {
        var count = 0;
        for (var i = it.ClientState.FirstAsClient; i >= 0; i = it.Edges[i].NextOfClient)
        {
            if (IsNew(it, i) && it.Edges[i].Open >= 0 && EdgeServiceName.IsAdministration(it.Edges[i].Service)) count++;
        }

        return count;
    }

    private static bool IsNew(ClientCase it, int edge) => it.Edges[edge].FirstEpoch == Epoch.None || it.Edges[edge].FirstEpoch >= it.Epoch - 1;

    private static List<(long At, int Server, int Fact)> FirstContacts(ClientCase it)
    {
        // 1. The earliest fact for each server; one that was known by another service is not new.
        var earliest = new Dictionary<int, int>();
        var known = new HashSet<int>();
        for (var i = it.ClientState.FirstAsClient; i >= 0; i = it.Edges[i].NextOfClient)
        {
            ref var edge = ref it.Edges[i];
            if (!IsNew(it, i)) known.Add(edge.Server);
            else if (EdgeServiceName.IsAdministration(edge.Service) && !IsPopular(it, edge.Server))
                TakeEarliest(it, edge, earliest);
        }

        // 2. In their order.
        var contacts = new List<(long At, int Server, int Fact)>(earliest.Count);
        foreach (var (server, fact) in earliest)
        {
            if (!known.Contains(server)) contacts.Add((it.Facts.Fact(fact).Start, server, fact));
        }

        contacts.Sort((left, right) =>
        {
            var order = left.At.CompareTo(right.At);
            return order != 0 ? order : it.Edges.Host(left.Server).Address.CompareTo(it.Edges.Host(right.Server).Address);
        });
        return contacts;
    }

    private static void TakeEarliest(ClientCase it, in EdgeState edge, Dictionary<int, int> earliest)
    {
        for (var open = edge.Open; open >= 0; open = it.Facts[open].NextOfEdge)
        {
            if (it.Facts[open].Epoch != it.Epoch && it.Facts[open].Epoch != it.Epoch - 1) continue;
            for (var i = it.Facts[open].Facts; i >= 0; i = it.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref it.Facts.Fact(i);
                if (!earliest.TryGetValue(edge.Server, out var best)
                    || (fact.Start, fact.Key).CompareTo((it.Facts.Fact(best).Start, it.Facts.Fact(best).Key)) < 0) earliest[edge.Server] = i;
            }
        }
    }

    private static bool IsPopular(ClientCase it, int server)
    {
        ref var host = ref it.Edges.Host(server);
        return host.Role is HostRole.Server or HostRole.DomainController
            || (it.NumClients >= FewClients && host.Tally.ServedMost * PopularShare >= it.NumClients);
    }

    /// <summary>The most contacts in any window of so many minutes that ends between two times.</summary>
    private static int Most(List<(long At, int Server, int Fact)> contacts, int minutes, long from, long before)
    {
        var most = 0;
        for (int first = 0, last = 0; last < contacts.Count && contacts[last].At < before; last++)
        {
            while (contacts[last].At - contacts[first].At > minutes * 60_000L) first++;
            if (contacts[last].At >= from) most = Math.Max(most, last - first + 1);
        }

        return most;
    }
}
