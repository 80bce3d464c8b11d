using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>
/// A server opens a connection to its client on 135 or 445 within seconds of the client's contact, as it never did before.
/// </summary>
/// <remarks>
/// <para>
/// Evidence: a host that is made to authenticate (coercion by MS-EFSR, MS-RPRN and others) opens SMB to whoever asked it to 9 to 44 ms
/// after the call began, and so does a domain controller that is made to replicate from a rogue one (DCShadow) by RPC; in ordinary
/// recordings no server did. The finding is about who made the first contact; the server is whom it made contact it.
/// </para>
/// <para>
/// What a server does as a habit is none: an edge that was learned, or that is days old, reported or not (nodes of a cluster); a contact
/// of the server that came before the client's within two hours; such hosts day after day (printers' call-backs, identity sensors). A
/// connection that may go the other way round proves nothing, nor do sampled flows, whose times are those of some packet. Where no exporter
/// saw both connections their times are those of two clocks, and it is medium at most. Whom a server is made to contact that is not the
/// client itself (a relay) cannot be told from its own doings by this rule; the server's first contact to it is
/// <see cref="ServerTurnsClient"/>'s.
/// </para>
/// <para>
/// Products on domain controllers look into hosts by themselves, most of them at night, and have edges to many. That comes at any time, and
/// what a call made it do at once: so within a fifth of a second a habit is no excuse, for a controller and a client that is no server. Nor
/// is it a management server's that it was learned to contact many, where it never contacted this one.
/// </para>
/// </remarks>
internal static class ContactInReturn
{
    /// <summary>How soon after the client's contact, in milliseconds.</summary>
    public const int Within = 5_000;

    // What is made to contact a client does so at once, and what does it by itself comes at any time: in milliseconds.
    private const int AtOnce = 200;

    private static readonly Claim Smb = new(FindingKind.ContactInReturn, ["T1187"], []);
    private static readonly Claim Rpc = new(FindingKind.ContactInReturn, ["T1187", "T1207"], ["CAR-2014-05-001"]);

    /// <summary>How a server may come back.</summary>
    private enum Way
    {
        Smb,

        /// <summary>The mapper and then an endpoint.</summary>
        Driven,

        /// <summary>The mapper alone.</summary>
        Asked,
    }

    /// <summary>
    /// True for an edge of RPC or SMB whose server contacts its client by these, in an hour that is open or was closed last.
    /// </summary>
    public static bool MayBe(Edges edges, int edge)
    {
        if (edges[edge].Service is not (EdgeService.Rpc or EdgeService.Smb)) return false;
        var (client, server) = (edges[edge].Client, edges[edge].Server);
        if (edges.Host(server).FirstAsClient < 0 || edges.Host(client).FirstAsServer < 0) return false;
        return IsOpen(edges, edges.Find(server, client, EdgeService.Smb)) || IsOpen(edges, edges.Find(server, client, EdgeService.Rpc));
    }

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        // Nobody has come to the client.
        if (subject.ClientState.FirstAsServer < 0) return;
        var judged = default(HashSet<int>);
        foreach (var edge in subject.Recent)
        {
            var server = subject.Edges[edge].Server;
            if (server == subject.ClientIndex) continue;
            var (smb, rpc) = (BackOf(subject, server, EdgeService.Smb), BackOf(subject, server, EdgeService.Rpc));
            if ((smb < 0 && rpc < 0) || !(judged ??= []).Add(server)) continue;
            var draft = default(FindingDraft);
            foreach (var (way, back) in (ReadOnlySpan<(Way, int)>)[(Way.Smb, smb), (Way.Driven, rpc), (Way.Asked, rpc)])
                if (back >= 0 && Judge(subject, server, back, way) is { } one) draft = draft?.With(one) ?? one;
            if (draft is not null) found.Add(draft);
        }
    }

    private static FindingDraft? Judge(ClientCase subject, int server, int back, Way way)
    {
        // 1. The server's first contact of this hour and the one before: it is told in its own hour.
        var isUsual = subject.IsLearned(back, isDriven: way == Way.Driven) || subject.IsOld(back, isDriven: way == Way.Driven);
        if (isUsual && !IsVisited(subject, server, back, way)) return null;
        if (First(subject, back, way) is not { } returned) return null;

        // 2. The client's own before it, with nothing of the server before that.
        if (Cause(subject, server, returned, out var isOfOneClock) is not { } cause) return null;
        var time = TimeOf(returned, way);
        if (Earliest(subject, back, way) is { } earlier && earlier < CauseTime(cause, time)) return null;
        var isAtOnce = time - CauseTime(cause, time) <= AtOnce && isOfOneClock && !returned.IsUnanswered;
        if (isUsual && !isAtOnce) return null;

        // 3. What the server does anyhow.
        var evidence = new Evidence(subject.Client);
        evidence.Add(cause, subject.Edges.Host(server).Identity);
        evidence.Add(returned, subject.Edges.Host(server).Identity, subject.Client);
        if (Weigh(subject, server, back, way, returned, isOfOneClock, isAtOnce) is not { } weight) return null;
        var (severity, confidence, softenedBy) = weight;
        if (isUsual && severity.IsAtLeast(FindingSeverity.Medium))
            (severity, confidence) = (FindingSeverity.Medium, FindingConfidence.Medium);
        var role = subject.Roles.At(server, subject.Epoch);
        return new FindingDraft
        {
            Claim = way == Way.Smb ? Smb : Rpc,
            Client = subject.Client,
            Server = subject.Edges.Host(server).Identity,
            Severity = severity,
            Confidence = evidence.Weaken(confidence),
            Count = evidence.Count,
            First = Math.Min(evidence.First, time),
            Last = evidence.Last,
            Reason = $"{RoleName.InWords(role)} {subject.Edges.Host(server).Identity} {Deed(way)} {RoleName.InWords(subject.Role)} " +
                $"{subject.Client} {InWords(time - CauseTime(cause, time))} after that had contacted it, " +
                (isUsual ? "" : $"and did not do so before in {subject.LearnedInWords}, ") +
                $"as a host does that is made to authenticate or to replicate; {evidence.InWords}" +
                (isUsual ? "; it looks into such hosts by itself, but not at their call" : "") +
                (softenedBy is null ? "" : $"; rated lower because {softenedBy}"),
            Flows = evidence.Flows,
            IsEarly = subject.IsLearning,
        };
    }

    /// <summary>
    /// True where a domain controller looks into hosts that are no servers, as some products do: what it does there as a habit is no answer
    /// to a call. A person who called it benign has said otherwise.
    /// </summary>
    private static bool IsVisited(ClientCase subject, int server, int back, Way way) =>
        way != Way.Asked && !subject.IsLearning && subject.IsNoServer
        && subject.Roles.At(server, subject.Epoch) == HostRole.DomainController
        && (subject.MarksOf(back) & EdgeMarks.ByVerdict) == EdgeMarks.None;

    /// <returns>Null for what is not worth telling.</returns>
    private static (FindingSeverity Severity, FindingConfidence Confidence, string? SoftenedBy)? Weigh(
        ClientCase subject, int server, int back, Way way, in Fact returned, bool isOfOneClock, bool isAtOnce)
    {
        // 1. Whose job it is, and who does so day after day.
        var host = subject.Edges.Host(server).Identity;
        ref var state = ref subject.Edges.Host(subject.Edges.Host(server).Base);
        if (state.Told is HostRole.ManagementServer or HostRole.Scanner)
            return (FindingSeverity.Low, FindingConfidence.Low, $"contacting many is the job of {host}, as was told");
        var days = subject.HabitsOf(server).DaysOf(subject.Edges[back].Service, isDriven: way != Way.Asked);
        if (days >= subject.Options.StableDays)
        {
            // A product on a controller asks hosts who they are, but not within seconds of their asking.
            var severity = subject.Roles.At(server, subject.Epoch) == HostRole.DomainController && !subject.IsLearning
                && !returned.IsUnanswered ? FindingSeverity.Medium : FindingSeverity.Low;
            return way == Way.Asked ? null : (severity, FindingConfidence.Medium, $"{host} began to contact hosts on {days} days");
        }

        if (subject.Roles.EarnedAt(server, subject.Epoch) is HostRole.ManagementServer or HostRole.Scanner)
        {
            var severity = isAtOnce && way != Way.Asked && !subject.IsLearning && subject.IsNoServer
                ? FindingSeverity.Medium
                : FindingSeverity.Low;
            return (severity, FindingConfidence.Medium, $"contacting many is the job of {host}, as was learned");
        }

        // 2. A question to the mapper alone is what products ask who know who is there.
        if (way == Way.Asked) return (FindingSeverity.Low, FindingConfidence.Medium, "only the mapper was asked");
        if (subject.IsLearning)
        {
            var isFew = !returned.IsUnanswered && days == 0 && !subject.IsCrowded(server) && !subject.IsCrowded(subject.ClientIndex);
            return (isFew ? FindingSeverity.Medium : FindingSeverity.Low, FindingConfidence.Low, null);
        }

        // 3. What makes it less sure.
        var softenedBy = returned.IsUnanswered ? $"{subject.Client} did not answer"
            : !isOfOneClock ? "no exporter saw both connections"
            : IsKnownElsewhere(subject, server, back) ? $"{host} contacts it by another service"
            : subject.IsYoung(subject.ClientIndex) || subject.IsYoung(server) ? "one of the two is known for a short time only"
            : null;
        return (softenedBy is null ? FindingSeverity.High : FindingSeverity.Medium, FindingConfidence.High, softenedBy);
    }

    private static bool IsKnownElsewhere(ClientCase subject, int server, int back)
    {
        foreach (var service in (ReadOnlySpan<EdgeService>)[EdgeService.Rpc, EdgeService.Smb, EdgeService.WinRm])
        {
            var edge = subject.Edges.Find(server, subject.ClientIndex, service);
            if (edge >= 0 && edge != back && subject.IsLearned(edge, isDriven: service == EdgeService.Rpc)) return true;
        }

        return false;
    }

    /// <summary>The server's first contact in this way that proves anything; null when that is not of this hour.</summary>
    private static Fact? First(ClientCase subject, int back, Way way)
    {
        var best = default(Fact?);
        var isOfHour = false;
        foreach (var epoch in (ReadOnlySpan<int>)[subject.Epoch - 1, subject.Epoch])
        {
            var open = subject.Facts.FindOpen(back, epoch);
            for (var i = open < 0 ? OpenFacts.None : subject.Facts[open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref subject.Facts.Fact(i);
                if (!IsOf(fact, way) || !Proves(fact) || fact.IsRefused
                    || !IsClientPort(way == Way.Smb ? fact.ClientPort : fact.MapperClientPort))
                    continue;
                if (best is { } known && (TimeOf(known, way), known.Key).CompareTo((TimeOf(fact, way), fact.Key)) <= 0) continue;
                (best, isOfHour) = (fact, epoch == subject.Epoch);
            }
        }

        return isOfHour ? best : null;
    }

    /// <summary>When the server was first answered in this way, however sure that is.</summary>
    private static long? Earliest(ClientCase subject, int back, Way way)
    {
        var earliest = default(long?);
        foreach (var epoch in (ReadOnlySpan<int>)[subject.Epoch - 1, subject.Epoch])
        {
            var open = subject.Facts.FindOpen(back, epoch);
            for (var i = open < 0 ? OpenFacts.None : subject.Facts[open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref subject.Facts.Fact(i);
                if (!IsOf(fact, way) && !(way == Way.Asked && fact.HasMapper)) continue;
                if (!fact.IsUnanswered && !(TimeOf(fact, way) >= earliest)) earliest = TimeOf(fact, way);
            }
        }

        return earliest;
    }

    /// <summary>The client's latest contact to the server by RPC or SMB that may have caused it.</summary>
    private static Fact? Cause(ClientCase subject, int server, in Fact returned, out bool isOfOneClock)
    {
        var time = returned.HasMapper ? returned.MapperAt : returned.FlowAt;
        var best = default(Fact?);
        isOfOneClock = false;
        foreach (var service in (ReadOnlySpan<EdgeService>)[EdgeService.Rpc, EdgeService.Smb])
        {
            var edge = subject.Edges.Find(subject.ClientIndex, server, service);
            if (edge < 0) continue;
            var isLearned = subject.IsLearned(edge, isDriven: false);
            foreach (var epoch in (ReadOnlySpan<int>)[subject.Epoch - 1, subject.Epoch])
            {
                var open = subject.Facts.FindOpen(edge, epoch);
                for (var i = open < 0 ? OpenFacts.None : subject.Facts[open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
                {
                    ref var fact = ref subject.Facts.Fact(i);
                    if (!Proves(fact) || fact.IsUnanswered) continue;
                    var at = CauseTime(fact, time);

                    // Clocks that tell seconds put both at once: then who was known to contact the other came first.
                    if (at > time || time - at > Within || (at == time && !isLearned)) continue;
                    var isShared = HaveCommon(fact.Exporters, returned.Exporters);
                    if (best is { } known && (isOfOneClock, CauseTime(known, time), known.Key).CompareTo((isShared, at, fact.Key)) >= 0)
                        continue;
                    (best, isOfOneClock) = (fact, isShared);
                }
            }
        }

        return best;
    }

    /// <summary>The latest start of a client's flows that is no later than a time; after it when all are.</summary>
    private static long CauseTime(in Fact cause, long time)
    {
        var (mapper, flow) = (cause.HasMapper ? cause.MapperAt : long.MaxValue, cause.HasFlow ? cause.FlowAt : long.MaxValue);
        var (first, second) = (Math.Min(mapper, flow), Math.Max(mapper, flow));
        return second <= time ? second : first;
    }

    // Who the client is must be sure, and the times those of first packets.
    private static bool Proves(in Fact fact) => fact.IsSure && fact.SamplingInterval <= 1;

    private static bool IsOf(in Fact fact, Way way) => way switch
    {
        Way.Smb => fact.HasFlow && fact.ServerPort == WellKnownPort.Smb,
        Way.Driven => fact is { HasMapper: true, HasFlow: true },
        _ => fact is { HasMapper: true, HasFlow: false },
    };

    private static long TimeOf(in Fact fact, Way way) => way == Way.Smb ? fact.FlowAt : fact.MapperAt;

    // A connection between two such ports may go either way.
    private static bool IsClientPort(ushort port) => port >= 1_024;

    private static bool IsOpen(Edges edges, int edge) => edge >= 0 && edges[edge].Open >= 0;

    private static int BackOf(ClientCase subject, int server, EdgeService service) =>
        subject.Edges.Find(server, subject.ClientIndex, service) is >= 0 and var back
            && subject.Facts.FindOpen(back, subject.Epoch) is >= 0 and var open && subject.Facts[open].Count > 0 ? back : Edges.None;

    private static bool HaveCommon(in ExporterSet one, in ExporterSet other)
    {
        for (var i = 0; i < one.Count; i++)
            for (var j = 0; j < other.Count; j++)
                if (one.IdAt(i) == other.IdAt(j)) return true;
        return false;
    }

    private static string Deed(Way way) => way switch
    {
        Way.Smb => "opened SMB to",
        Way.Driven => "drove",
        _ => "asked the mapper of",
    };

    private static string InWords(long milliseconds) =>
        milliseconds < 1_000 ? $"{milliseconds} ms" : $"{milliseconds / 1000.0:0.0} s";
}
