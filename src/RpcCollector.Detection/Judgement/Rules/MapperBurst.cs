using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A pair opens mapper flows, or calls over one connection to a domain controller, faster than Windows does.</summary>
/// <remarks>
/// <para>
/// Evidence: mapper flows of a pair within any 10 s. Recorded Zerologon exploits had 21 to 422; controllers among each other had at most 7,
/// an Exchange server 17 (and 53 within a minute). So each pair is measured by twice what it did on earlier days, and never below the
/// setting. Who spreads an exploit thin still needs some 256 tries: within a minute four times as many count.
/// </para>
/// <para>
/// Mapper flows get lost, where an exporter sees one way only or drops records, and some tools ask once and call again and again: so of
/// connections to an endpoint without a mapper flow of their own, or beyond the first of one, two count as one.
/// </para>
/// <para>
/// One recorded Zerologon makes all its tries over one connection (<see cref="Uploads.IsManyCalls"/>); that is told of domain controllers
/// only, since programs that chat are common elsewhere. What proves itself from the first hour on is <see cref="RepeatedTries"/>.
/// </para>
/// </remarks>
internal static class MapperBurst
{
    private const long Window = 10_000;
    private const long LongWindow = 60_000;

    // How many times as many it takes within the long window.
    private const int LongFactor = 4;

    // No program that is merely busy reaches this many times the setting.
    private const int Beyond = 4;

    private static readonly Claim Claim = new(FindingKind.MapperBurst, ["T1210"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        foreach (var contact in subject.Contacts)
        {
            if (contact.Service != EdgeService.Rpc) continue;
            var flows = Flows(subject, contact);
            var calls = Calls(subject, contact);
            if (flows is not null && calls is not null) found.Add(flows.With(calls));
            else if ((flows ?? calls) is { } draft) found.Add(draft);
        }
    }

    /// <summary>
    /// The most calls within 10 s of the hour, each with a mapper flow; one that a firewall refused counts not at all: no exploit gets
    /// through. Endpoint flows without one, or beyond the first of one, count half.
    /// </summary>
    internal static int Most(OpenFacts facts, int open) => Most(facts, open, Window);

    private static FindingDraft? Flows(ClientCase subject, in EdgeCase contact)
    {
        // 1. Within which time there were too many.
        if (subject.Facts[contact.Open].Count <= subject.Options.MapperBurst) return null;
        var before = subject.BurstOf(contact.Edge);
        var shortBound = Math.Max(subject.Options.MapperBurst, 2 * before);
        var (most, factor, within) = (Most(subject.Facts, contact.Open, Window), 1, "10 s");
        if (most <= shortBound)
            (most, factor, within) = (Most(subject.Facts, contact.Open, LongWindow), LongFactor, "a minute");
        var bound = factor * shortBound;
        if (most <= bound) return null;

        // 2. How bad that is.
        var evidence = subject.EvidenceOf(contact);
        var times = most / (double)(factor * subject.Options.MapperBurst);
        var areTries = factor == 1 && RepeatedTries.AreOneCall(subject, contact);
        var isSure = times >= Beyond || areTries
            || (contact.ServerRole == HostRole.DomainController && (!subject.IsLearning || IsTold(subject)));
        return new FindingDraft
        {
            Claim = Claim,
            Client = subject.Client,
            Server = contact.Server,
            Severity = subject.IsToldToDriveMany ? FindingSeverity.Low
                : subject.DrivesMany || !isSure ? FindingSeverity.Medium
                : FindingSeverity.High,
            Confidence = evidence.Weaken(isSure ? FindingConfidence.High : FindingConfidence.Medium),
            Count = evidence.Count,
            First = evidence.First,
            Last = evidence.Last,
            Reason = $"{most} {(HasLone(subject, contact) ? "calls" : "mapper flows")} within {within} from " +
                $"{RoleName.InWords(subject.Role)} {subject.Client} to " +
                $"{RoleName.InWords(contact.ServerRole)} {contact.Server}, where {bound} are the bound: at most {before} within 10 s " +
                "were learned of the two" +
                (areTries ? "; they are one call again and again, answered alike by one endpoint, of two that had not met before" : "") +
                $"; {evidence.InWords}{subject.SoftenedByJob}",
            Flows = evidence.Flows,
            IsEarly = subject.IsLearning,
        };
    }

    private static FindingDraft? Calls(ClientCase subject, in EdgeCase contact)
    {
        if (subject.Facts[contact.Open].NumUploads == 0 || subject.Role.Replicates()
            || subject.BurstOf(contact.Edge) >= EdgeState.MostBurst) return null;
        var tries = RepeatedTries.OverOneConnection(subject, contact);
        if (contact.ServerRole != HostRole.DomainController && tries is null) return null;
        var evidence = new Evidence(subject.Client);
        var (sent, got) = (0u, 0u);
        for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref subject.Facts.Fact(i);
            if (!Uploads.AreHundreds(fact) || fact.IsUnanswered) continue;
            evidence.Add(fact, contact.Server);
            if ((fact.ClientOctets, fact.ServerOctets).CompareTo((sent, got)) > 0) (sent, got) = (fact.ClientOctets, fact.ServerOctets);
        }

        if (evidence.Count == 0) return FewCalls(subject, contact);

        // What is new of a network is learned in its first days, unless it was told who does it.
        var severity = subject.IsToldToDriveMany ? FindingSeverity.Low
            : subject.IsLearningPorts && !IsTold(subject) ? tries ?? FindingSeverity.Low
            : subject.IsNoServer ? FindingSeverity.High
            : FindingSeverity.Medium;
        return new FindingDraft
        {
            Claim = Claim,
            Client = subject.Client,
            Server = contact.Server,
            Severity = severity,
            Confidence = evidence.Weaken(FindingConfidence.Medium),
            Count = evidence.Count,
            First = evidence.First,
            Last = evidence.Last,
            Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} sent {RoleName.InWords(contact.ServerRole)} {contact.Server} " +
                $"{sent:N0} octets over one connection within seconds and got {got:N0}, as hundreds of small calls do; none was " +
                "learned of the two; " +
                $"{evidence.InWords}{subject.SoftenedByJob}",
            Flows = evidence.Flows,
            IsEarly = subject.IsLearning,
        };
    }

    /// <summary>
    /// Fewer calls over one connection to a controller, and faster: some exploits are lucky soon. That is told once it is known by which
    /// port its directory answers, and of twice what the pair did on earlier days.
    /// </summary>
    private static FindingDraft? FewCalls(ClientCase subject, in EdgeCase contact)
    {
        if (contact.ServerRole != HostRole.DomainController || subject.IsLearningPorts) return null;
        var evidence = new Evidence(subject.Client);
        var before = subject.BurstOf(contact.Edge);
        var (calls, sent) = (0, 0u);
        for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref subject.Facts.Fact(i);
            if (!fact.IsUpload || !fact.IsAnswered || Uploads.CallsOf(fact) <= 2 * before
                || !subject.IsCommonPort(contact.Server.Address, fact.ServerPort)) continue;
            evidence.Add(fact, contact.Server);
            (calls, sent) = (Math.Max(calls, Uploads.CallsOf(fact)), Math.Max(sent, fact.ClientOctets));
        }

        return evidence.Count == 0 ? null : new FindingDraft
        {
            Claim = Claim,
            Client = subject.Client,
            Server = contact.Server,
            Severity = subject.IsToldToDriveMany || subject.DrivesMany ? FindingSeverity.Low : FindingSeverity.Medium,
            Confidence = evidence.Weaken(FindingConfidence.Medium),
            Count = evidence.Count,
            First = evidence.First,
            Last = evidence.Last,
            Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} sent {RoleName.InWords(contact.ServerRole)} {contact.Server} " +
                $"{sent:N0} octets over one connection at 15 KB a second or more, as some {calls} small calls are, by the port where its " +
                $"directory answers; at most {before} calls within 10 s were learned of the two; {evidence.InWords}{subject.SoftenedByJob}",
            Flows = evidence.Flows,
            IsEarly = subject.IsLearning,
        };
    }

    /// <summary>True where connections count that have no mapper flow of their own.</summary>
    private static bool HasLone(ClientCase subject, in EdgeCase contact)
    {
        var asked = new HashSet<(long At, ushort Port)>();
        for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref subject.Facts.Fact(i);
            if (Halves(fact) == 1 || (fact is { HasMapper: true, HasFlow: true } && !asked.Add((fact.MapperAt, fact.MapperClientPort))))
                return true;
        }

        return false;
    }

    private static bool IsTold(ClientCase subject) => subject.ClientState.Told == HostRole.Workstation;

    private static int Most(OpenFacts facts, int open, long window)
    {
        if (facts[open].NumBeyond + facts[open].NumTallies > 0) return MostOfSlices(facts, open, window);
        var flows = new List<(long At, ushort Port, int Halves)>(facts[open].NumFacts);
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref facts.Fact(i);

            // One half is the mapper flow's, which several connections may rest on, and one the connection's.
            if (fact is { HasMapper: true, IsRefused: false, HasFlow: true, IsAnswered: true })
            {
                flows.Add((fact.MapperAt, fact.MapperClientPort, 1));
                flows.Add((fact.FlowAt, fact.ClientPort, 1));
            }
            else if (fact is { HasMapper: true, IsRefused: false }) flows.Add((fact.MapperAt, fact.MapperClientPort, Halves(fact)));
            else if (Halves(fact) > 0) flows.Add((fact.FlowAt, fact.ClientPort, Halves(fact)));
        }

        flows.Sort();
        int most = 0, distinct = 0, sum = 0;
        for (var i = 0; i < flows.Count; i++)
        {
            if (i == 0 || flows[i] != flows[i - 1]) flows[distinct++] = flows[i];
        }

        for (int first = 0, last = 0; last < distinct; last++)
        {
            sum += flows[last].Halves;
            while (flows[last].At - flows[first].At >= window) sum -= flows[first++].Halves;
            most = Math.Max(most, sum);
        }

        return most / 2;
    }

    /// <summary>How much a fact counts, in halves: a mapper flow one, a connection without one half.</summary>
    private static int Halves(in Fact fact) =>
        fact.HasMapper ? fact.IsRefused ? 0 : 2 : fact is { HasFlow: true, IsAnswered: true } ? 1 : 0;

    /// <summary>
    /// The same of an hour with more facts than are held: of some only the number in each few seconds is known, so all are counted by those
    /// that the window may touch. What was shown before there were so many is shown still.
    /// </summary>
    private static int MostOfSlices(OpenFacts facts, int open, long window)
    {
        var slices = (window / OpenFacts.SliceMilliseconds) + 1;
        var counts = new SortedList<long, int>();
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref facts.Fact(i);
            if (Halves(fact) is not (> 0 and var halves)) continue;
            var slice = fact.HasMapper ? OpenFacts.SliceOf(fact) : fact.FlowAt / OpenFacts.SliceMilliseconds;
            counts[slice] = counts.GetValueOrDefault(slice) + halves + (fact.IsTally ? 2 * (int)fact.NumOthers : 0);
        }

        int most = 0, sum = 0;
        for (int first = 0, last = 0; last < counts.Count; last++)
        {
            sum += counts.Values[last];
            while (counts.Keys[last] - counts.Keys[first] >= slices) sum -= counts.Values[first++];
            most = Math.Max(most, sum);
        }

        return most / 2;
    }
}
