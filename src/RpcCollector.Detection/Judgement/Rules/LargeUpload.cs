using RpcCollector.Detection.Judgement.Learned;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Much is written by SMB to a host that others do not write to, and then perhaps started.</summary>
/// <remarks>
/// Evidence: <see cref="Uploads"/>. File servers are written to all day: a host counts as one when a few clients that were known before
/// were learned to write to it for days, or very many did so, reported or not. A pair that was learned to write is silent. With RPC of
/// a kind that is new for the two, begun with it or within a minute after, it is what runs a program elsewhere: a binary is copied, then a
/// service, a task or WMI starts it. RPC that came first starts nothing that was not there yet: who helps a colleague looks, and copies
/// then.
/// </remarks>
internal static class LargeUpload
{
    // How long after the upload the program is started, in milliseconds.
    private const long Within = 60_000;

    // Two exporters' clocks may differ by so much; what began earlier is no start of what was copied then.
    private const long Slack = 5_000;

    private static readonly Claim Copied = new(FindingKind.LargeUpload, ["T1021.002", "T1570"], []);
    private static readonly Claim Started = new(FindingKind.LargeUpload, ["T1021.002", "T1569.002", "T1570"], ["CAR-2014-05-001"]);

    /// <summary>True where a program was started beside the upload.</summary>
    public static bool IsStarted(FindingDraft draft) => draft.Claim == Started;

    /// <summary>What was written within an hour, in octets.</summary>
    public static long Octets(OpenFacts facts, int open)
    {
        var octets = 0L;
        for (var i = facts[open].NumUploads == 0 ? OpenFacts.None : facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
            if (facts.Fact(i) is { IsUpload: true, IsUnanswered: false } upload) octets += upload.ClientOctets;
        return octets;
    }

    /// <summary>
    /// True where the hour shows that much was written, be it by flows that are sampled: enough to say that the host is written to, not to
    /// tell of the upload.
    /// </summary>
    public static bool IsWritten(OpenFacts facts, int open)
    {
        if (Octets(facts, open) >= Uploads.Octets) return true;
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen) if (Uploads.IsSampledUpload(facts.Fact(i))) return true;
        return false;
    }

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        foreach (var edge in subject.Recent)
        {
            if (subject.Edges[edge].Service != EdgeService.Smb) continue;
            if (!HasUploads(subject, edge, subject.Epoch) && !HasUploads(subject, edge, subject.Epoch - 1)) continue;
            var console = subject.Facts.FindOpen(edge, subject.Epoch) is >= 0 and var open ? ConsolePipes.Of(subject.Facts, open) : null;

            // One of the hour before was told then; what started it in this hour is told whatever else was written in it.
            var told = new HashSet<long>();
            var own = Judge(subject, edge, subject.Epoch, console, told);
            var former = Judge(subject, edge, subject.Epoch - 1, console: null, told);
            if ((former is not null && own is not null ? former.With(own) : former ?? own) is { } draft) found.Add(draft);
        }
    }

    private static bool HasUploads(ClientCase subject, int edge, int epoch) =>
        subject.Facts.FindOpen(edge, epoch) is >= 0 and var open && subject.Facts[open].NumUploads > 0;

    /// <param name="told">What started another upload of the two: it counts once.</param>
    private static FindingDraft? Judge(ClientCase subject, int edge, int epoch, List<Fact>? console, HashSet<long> told)
    {
        var open = subject.Facts.FindOpen(edge, epoch);
        return open < 0 || Octets(subject.Facts, open) < Uploads.Octets
            ? null
            : Judge(subject, edge, open, epoch, console, told);
    }

    private static FindingDraft? Judge(
        ClientCase subject, int edge, int open, int epoch, List<Fact>? console, HashSet<long> told)
    {
        // 1. What is normal here.
        var server = subject.Edges[edge].Server;
        var isWrittenTo = subject.Writes(edge) || subject.IsWrittenTo(server);
        if (isWrittenTo && console is null) return null;

        // 2. The upload, and what may have started it. One of the hour before was told then, unless it was started in this one.
        var host = subject.Edges.Host(server).Identity;
        var evidence = new Evidence(subject.Client);
        var (sent, got, first, last) = (0L, 0L, long.MaxValue, 0L);
        for (var i = subject.Facts[open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
        {
            ref var fact = ref subject.Facts.Fact(i);
            if (fact.IsUnanswered || !fact.IsUpload) continue;
            evidence.Add(fact, host);
            (sent, got) = (sent + fact.ClientOctets, got + fact.ServerOctets);
            (first, last) = (Math.Min(first, fact.FlowAt), Math.Max(last, fact.Start + fact.FlowEnd));
        }

        var begins = Epoch.StartOf(subject.Epoch);
        var starts = subject.UsesOfRarePorts(server, first - Slack, last + Within);
        var news = epoch == subject.Epoch ? starts : starts.FindAll(start => start.FlowAt >= begins && !told.Contains(start.Key));
        if (epoch < subject.Epoch && news.Count == 0) return null;
        foreach (var start in starts) evidence.Add(start, host);
        foreach (var pipe in console ?? []) evidence.Add(pipe, host);
        told.UnionWith(starts.Select(static start => start.Key));

        // 3. How bad that is.
        var contact = subject.ContactOf(edge, open);
        var isStarted = starts.Count > 0 || console is not null;
        var (severity, softenedBy) = Weigh(subject, contact, isStarted, evidence.First);
        if (starts.Count == 0 && isStarted && severity.IsAtLeast(FindingSeverity.Medium)) severity = FindingSeverity.Medium;
        return new FindingDraft
        {
            Claim = isStarted ? Started : Copied,
            Client = subject.Client,
            Server = host,
            Severity = severity,
            Confidence = evidence.Weaken(subject.IsLearningPorts && !isStarted ? FindingConfidence.Low : FindingConfidence.Medium),
            Count = epoch == subject.Epoch ? evidence.Count : news.Count,
            First = evidence.First,
            Last = evidence.Last,
            Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} wrote {sent:N0} octets by SMB to " +
                $"{RoleName.InWords(contact.ServerRole)} {host} and got {got:N0}" +
                (isWrittenTo ? "" : $"; fewer than {ClientCase.Writers} known clients write to it") +
                (starts.Count == 0
                    ? ""
                    : ", and RPC to an endpoint that is new for the two within a minute, as who copies and starts a program") +
                (console is null
                    ? ""
                    : $", and then opened {console.Count} more connections at once that carried little, as a console's pipes are") +
                $"; {evidence.InWords}" + (softenedBy is null ? "" : $"; rated lower because {softenedBy}"),
            Flows = evidence.Flows,
            IsEarly = subject.IsLearningPorts,
        };
    }

    private static (FindingSeverity Severity, string? SoftenedBy) Weigh(
        ClientCase subject, in EdgeCase contact, bool isStarted, long firstAt)
    {
        if (subject.IsToldToDriveMany) return (FindingSeverity.Low, $"handing out files is its job, as {subject.TellerInWords}");
        if (subject.DrivesMany) return (FindingSeverity.Low, "it contacts many as its job, as was learned");
        if (contact.KnownAs is { } known) return (FindingSeverity.Low, known);

        // What was copied and started proves itself from the first hour on, where nobody else uses the host and nobody comes to the client.
        // Forged clients make it no less than medium.
        if (subject.IsLearningPorts)
        {
            if (!isStarted || !subject.IsNoServer || contact.IsServer) return (FindingSeverity.Low, null);
            var isPlain = subject.IsHardlyUsed(contact.ServerIndex) && !subject.IsCrowded(subject.ClientIndex);
            return (isPlain ? FindingSeverity.High : FindingSeverity.Medium, null);
        }

        if (subject.OftenWrites()) return (FindingSeverity.Low, "it often writes to such hosts");
        if (subject.Administers)
        {
            var job = $"it administers {subject.RarePorts.Servers} servers";
            if (!isStarted) return (FindingSeverity.Low, job);
            if (contact.ServerRole != HostRole.DomainController && subject.ServesSome(contact))
                return (FindingSeverity.Low, job + ", and others use this one too");
            return subject.OftenWritesToAny()
                ? (FindingSeverity.Low, job + ", and copies such to others on several days")
                : (FindingSeverity.Medium, job);
        }

        // A new file server has its role in some days.
        if (!isStarted && !contact.IsServer && subject.UsedByMany(contact, firstAt) is { } used) return (FindingSeverity.Low, used);
        if (!isStarted) return (FindingSeverity.Medium, null);
        var softenedBy = contact.IsServer ? $"{contact.Server} is a server"
            : subject.IsYoung(contact) ? $"{contact.Server} is known for a short time only"
            : null;
        return (softenedBy is null ? FindingSeverity.High : FindingSeverity.Medium, softenedBy);
    }
}
