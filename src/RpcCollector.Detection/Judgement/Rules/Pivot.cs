using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A host that was contacted for the first time becomes a client of the family within a day.</summary>
/// <remarks>
/// Evidence: a first contact to the client by a host whose job is not to contact many, and after it the client's own first contact to a
/// third host that is not a server. Each is also reported by itself; together they are somebody moving on.
/// </remarks>
internal static class Pivot
{
    private static readonly Claim Claim = new(FindingKind.Pivot, ["T1021", "T1570"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase subject, List<FindingDraft> found)
    {
        if (!subject.IsNoServer || subject.ContactsMany || (!subject.IsLearning && subject.OftenMeetsPeers))
            return;
        var inbound = default(List<(long At, HostAddress From)>);
        foreach (var contact in subject.Contacts)
        {
            if (!contact.IsNew || contact.IsServer) continue;
            inbound ??= Inbound(subject);
            if (inbound.Count == 0) return;

            var evidence = subject.EvidenceOf(contact);
            if (evidence.IsUnanswered || Before(subject, inbound, evidence.First, contact.Server.Address) is not { } former) continue;
            var usedByMany = subject.IsLearning ? null : subject.UsedByMany(contact, evidence.First);
            var areKnown = subject.Role == HostRole.Workstation && contact.ServerRole == HostRole.Workstation;
            var draft = new FindingDraft
            {
                Claim = Claim,
                Client = subject.Client,
                Server = contact.Server,
                Severity = subject.IsLearning || usedByMany is not null
                    ? FindingSeverity.Low
                    : areKnown && !subject.IsYoung(contact) && !subject.ServesOthers(contact)
                        ? FindingSeverity.High
                        : FindingSeverity.Medium,
                Confidence = evidence.Weaken(areKnown ? FindingConfidence.Medium : FindingConfidence.Low),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{RoleName.InWords(subject.Role)} {subject.Client}, first contacted by {former.From} " +
                    $"{InWords(evidence.First - former.At)} before, contacted {RoleName.InWords(contact.ServerRole)} {contact.Server} " +
                    $"for the first time; {evidence.InWords}" +
                    (usedByMany is null ? "" : $"; rated lower because {usedByMany}"),
                Flows = evidence.Flows,
                Services = [new(contact.Service, evidence.Count)],
                AssumesNoServer = true,
                IsEarly = subject.IsLearning,
            };
            if (found.Count > 0 && found[^1].Id == draft.Id) found[^1] = found[^1].With(draft);
            else found.Add(draft);
        }
    }

    /// <summary>First contacts to the client, as far as they are remembered.</summary>
    private static List<(long At, HostAddress From)> Inbound(ClientCase subject)
    {
        var contacts = new List<(long At, HostAddress From)>();
        ref var state = ref subject.HabitState;
        if (state.Contacted.At > 0) contacts.Add((state.Contacted.At, state.Contacted.By));
        if (state.Contacted.FormerAt > 0) contacts.Add((state.Contacted.FormerAt, state.Contacted.FormerBy));
        for (var i = subject.ClientState.FirstAsServer; i >= 0; i = subject.Edges[i].NextOfServer)
        {
            // Those of closed hours are among the ones above.
            ref var edge = ref subject.Edges[i];
            if (edge.Open < 0 || !EdgeServiceName.IsAdministration(edge.Service)
                || (subject.FirstEpochOf(i) is not Epoch.None and var known && known < subject.Epoch)) continue;
            var first = subject.Facts.FirstOpen(edge);
            if (first >= 0 && subject.Facts[first].Epoch <= subject.Epoch && EarliestAnswered(subject.Facts, first) is { } earliest
                && Matters(subject.HabitHost(edge.Client), subject.Facts[first].Epoch, subject.Edges, subject.Roles, subject.Options))
                contacts.Add((earliest, subject.Edges.Host(edge.Client).Address));
        }

        return contacts;
    }

    /// <summary>
    /// True for a host whose first contact to another host in an hour means something: it has no role, and was not known to contact many.
    /// </summary>
    internal static bool Matters(int from, int epoch, Edges edges, Roles roles, JudgementOptions options)
    {
        var knownBefore = epoch + 1 - RoleLearning.HoursUntilItActs(options);
        if (roles.HasRole(from, epoch)) return false;
        var peers = 0;
        for (var i = edges.Host(from).FirstAsClient; i >= 0 && peers < options.ManagementTargets; i = edges[i].NextOfClient)
        {
            ref var edge = ref edges[i];
            if (!EdgeServiceName.IsAdministration(edge.Service) || roles.IsServer(edge.Server, epoch)) continue;
            if (edge.FirstEpoch != Epoch.None && edge.FirstEpoch < knownBefore) peers++;
        }

        return peers < options.ManagementTargets;
    }

    internal static long? EarliestAnswered(OpenFacts facts, int open)
    {
        var earliest = long.MaxValue;
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            if (!facts.Fact(i).IsUnanswered) earliest = Math.Min(earliest, facts.Fact(i).Start);
        }

        return earliest == long.MaxValue ? null : earliest;
    }

    /// <summary>The latest first contact before a time, leaving out those by the target itself and those too long ago.</summary>
    private static (long At, HostAddress From)? Before(
        ClientCase subject, List<(long At, HostAddress From)> inbound, long time, HostAddress target)
    {
        (long At, HostAddress From)? latest = null;
        foreach (var contact in inbound)
        {
            if (contact.At >= time || time - contact.At > subject.Options.PivotWithin.TotalMilliseconds || contact.From == target) continue;
            if (latest is not { } best || (contact.At, contact.From).CompareTo((best.At, best.From)) > 0) latest = contact;
        }

        return latest;
    }

    private static string InWords(long milliseconds) =>
        milliseconds < 120_000
        ? $"{milliseconds / 1000} s"
        : milliseconds < 7_200_000 ? $"{milliseconds / 60_000} minutes" : $"{milliseconds / 3_600_000} hours";
}
