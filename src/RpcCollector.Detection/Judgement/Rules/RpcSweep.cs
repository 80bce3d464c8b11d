using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>One client contacts many hosts that are new to it, within minutes.</summary>
/// <remarks>
/// Evidence: the times of first contacts. Servers and hosts that many use do not count: everybody contacts them in the first hour. Each
/// client is measured by what it has done before without a report; one whose job is to contact many is allowed more. Sampling weakens
/// joins, but not this rule.
/// </remarks>
internal static class RpcSweep
{
    private static readonly Claim Claim = new(FindingKind.RpcSweep, ["T1046", "T1018", "T1135"], ["CAR-2014-05-001"]);
    private static readonly int[] WindowMinutes = [1, 10, 60];

    // A host that one in this many clients uses is contacted by everybody sooner or later.
    private const int PopularShare = 10;
    private const int FewClients = 20;

    // One that answers may be chance, such as an address that is somebody else's now.
    private const int FewFound = 2;

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        // Of whom it was told, contacting many is what it is there for.
        if (subject.IsToldToDriveMany) return;

        // 1. Hosts first contacted in this hour and the one before, in the order of their times.
        if (MayBeMany(subject)) JudgeNew(subject, found);
    }

    private static void JudgeNew(ClientCase subject, List<FindingDraft> found)
    {
        var contacts = FirstContacts(subject);
        if (contacts.Count < subject.Options.SweepServers) return;

        // 2. The narrowest window with enough of them.
        var start = Epoch.StartOf(subject.Epoch);
        var wanted = Wanted(subject);
        var minutes = Array.Find(WindowMinutes, window => Most(contacts, window, start, long.MaxValue) >= wanted);
        if (minutes == 0) return;

        // 3. Do not report again what the hour before has reported.
        var wasSaid = Array.Exists(WindowMinutes, window => Most(contacts, window, long.MinValue, start) >= wanted);
        var own = wasSaid ? contacts.FindAll(contact => contact.At >= start) : contacts;
        var evidence = new Evidence(subject.Client);
        foreach (var contact in own) evidence.Add(subject.Facts.Fact(contact.Fact), subject.Edges.Host(contact.Server).Identity);
        var unanswered = own.Count(contact => subject.Facts.Fact(contact.Fact).IsUnanswered);
        var refused = own.Count(contact => subject.Facts.Fact(contact.Fact).IsRefused);
        var most = Most(contacts, minutes, start, long.MaxValue);
        var driven = EarlyDriven.Of(subject, contacts);
        var isProven = driven.Count > 0 && IsProof(subject, contacts, driven, start);
        found.Add(new FindingDraft
        {
            Claim = Claim,
            Client = subject.Client,
            Severity = isProven ? FindingSeverity.High : SeverityOf(subject, most, minutes),
            Confidence = subject.IsLearning
                ? isProven ? FindingConfidence.Medium : FindingConfidence.Low
                : subject.Role == HostRole.Unknown ? FindingConfidence.Medium : FindingConfidence.High,
            Count = own.Count,
            First = evidence.First,
            Last = evidence.Last,
            Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} contacted {most} hosts new to it within {minutes} " +
                $"{(minutes == 1 ? "minute" : "minutes")}, {unanswered} of {own.Count} unanswered" +
                $"{(refused == 0 ? "" : $", {refused} refused by a firewall")}" +
                $"{(isProven ? $", and drove {driven.Count} of them, which hardly anybody else uses" : "")}; at most " +
                $"{Before(subject)} an hour before",
            Flows = evidence.Flows,
            IsEarly = subject.IsLearning,
        });
    }

    private static FindingSeverity SeverityOf(ClientCase subject, int most, int minutes)
    {
        if (subject.IsLearning || subject.DrivesMany) return FindingSeverity.Medium;
        var isSure = subject.IsNoServer && (minutes < 60 || most >= 2 * subject.Options.SweepServers);
        return isSure ? FindingSeverity.High : FindingSeverity.Medium;
    }

    /// <summary>
    /// True while the network is being learned for what an ordinary client has no cause to do: it drives five hosts within an hour that
    /// nobody else drives, or looks for hosts, mostly in vain, and drives some of those it found.
    /// </summary>
    private static bool IsProof(
        ClientCase subject, List<(long At, int Server, int Fact)> contacts, List<(long At, int Server, int Fact)> driven, long start)
    {
        if (Most(driven, WindowMinutes[^1], start, long.MaxValue) >= subject.Options.SweepServers) return true;
        var isSearch = Most(contacts, WindowMinutes[1], start, long.MaxValue) >= subject.Options.SweepServers;
        return isSearch && driven.Count >= FewFound && contacts.Count(contact => subject.Facts.Fact(contact.Fact).IsUnanswered) * 2
            >= contacts.Count;
    }

    private static int Wanted(ClientCase subject)
    {
        var before = Before(subject);
        return Math.Max(
            subject.Options.SweepServers,
            subject.DrivesMany ? (3 * before) + subject.Options.ManagementTargets : before + Math.Max(1, before / 2) + 1);
    }

    /// <summary>How many new hosts within an hour are nothing new of this client: as many as it contacted on two days at least.</summary>
    private static int Before(ClientCase subject) =>
        Math.Min((int)(subject.ClientState.NewServers / 1024), subject.Habits.SecondMostNewInAnHour());

    /// <summary>False where few hosts are new, or nearly all of those are everybody's: so it is of most clients.</summary>
    private static bool MayBeMany(ClientCase subject)
    {
        var count = 0;
        for (var i = subject.ClientState.FirstAsClient; i >= 0; i = subject.Edges[i].NextOfClient)
        {
            ref var edge = ref subject.Edges[i];
            if (edge.Open < 0 || !EdgeServiceName.IsAdministration(edge.Service) || !IsNew(subject, i) || IsPopular(subject, edge.Server))
                continue;
            if (++count >= subject.Options.SweepServers) return true;
        }

        return false;
    }

    private static bool IsNew(ClientCase subject, int edge) =>
        subject.FirstEpochOf(edge) is var first && (first == Epoch.None || first >= subject.Epoch - 1);

    private static List<(long At, int Server, int Fact)> FirstContacts(ClientCase subject)
    {
        // 1. The earliest fact for each server; one that was known by another service is not new.
        var earliest = new Dictionary<int, int>();
        var known = new HashSet<int>();
        for (var i = subject.ClientState.FirstAsClient; i >= 0; i = subject.Edges[i].NextOfClient)
        {
            ref var edge = ref subject.Edges[i];
            if (!IsNew(subject, i)) known.Add(subject.HabitHost(edge.Server));
            else if (EdgeServiceName.IsAdministration(edge.Service) && !IsPopular(subject, edge.Server))
                TakeEarliest(subject, edge, earliest);
        }

        for (var i = subject.IsAtHome ? Edges.None : subject.HabitState.FirstAsClient; i >= 0; i = subject.Edges[i].NextOfClient)
        {
            ref var habit = ref subject.Edges[i];
            if (habit.FirstEpoch != Epoch.None && habit.FirstEpoch < subject.Epoch - 1) known.Add(habit.Server);
        }

        // 2. In their order.
        var contacts = new List<(long At, int Server, int Fact)>(earliest.Count);
        foreach (var (server, fact) in earliest)
        {
            if (!known.Contains(subject.HabitHost(server))) contacts.Add((subject.Facts.Fact(fact).Start, server, fact));
        }

        contacts.Sort((left, right) =>
        {
            var order = left.At.CompareTo(right.At);
            return order != 0 ? order : subject.Edges.Host(left.Server).Identity.CompareTo(subject.Edges.Host(right.Server).Identity);
        });
        return contacts;
    }

    private static void TakeEarliest(ClientCase subject, in EdgeState edge, Dictionary<int, int> earliest)
    {
        for (var open = edge.Open; open >= 0; open = subject.Facts[open].NextOfEdge)
        {
            if (subject.Facts[open].Epoch != subject.Epoch && subject.Facts[open].Epoch != subject.Epoch - 1) continue;
            for (var i = subject.Facts[open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref subject.Facts.Fact(i);
                if (!earliest.TryGetValue(edge.Server, out var best)
                    || (fact.Start, fact.Key).CompareTo((subject.Facts.Fact(best).Start, subject.Facts.Fact(best).Key)) < 0) earliest[
                        edge.Server] = i;
            }
        }
    }

    private static bool IsPopular(ClientCase subject, int server)
    {
        ref var host = ref subject.Edges.Host(subject.Edges.Host(server).Base);
        return subject.Roles.IsServer(server, subject.Epoch)
            || (subject.IsLearning && subject.IsCrowded(server))
            || (subject.NumClients >= FewClients
                && host.Tally.Regulars.MostAdministration * PopularShare >= subject.NumClients);
    }

    /// <summary>The most contacts in any window of this many minutes that ends between two times.</summary>
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
