using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>A host that was contacted for the first time becomes a client of the family within a day.</summary>
/// <remarks>
/// Evidence: a first contact to the client by a host that is not there to contact many, and the client's own first contact to a third host, no server,
/// after it. Each alone is reported as what it is; together they are somebody moving on.
/// </remarks>
internal static class Pivot
{
    private static readonly Claim Claim = new(FindingKind.Pivot, ["T1021", "T1570"], ["CAR-2014-05-001"]);

    public static void Judge(ClientCase it, List<FindingDraft> found)
    {
        if (!it.IsNoServer || it.ContactsMany || (!it.IsLearning && it.PeerHabitBits < it.Options.HabitBits)) return;
        var inbound = default(List<(long At, HostAddress From)>);
        foreach (var contact in it.Contacts)
        {
            if (!contact.IsNew || contact.IsServer || !EdgeServiceName.IsAdministration(contact.Service)) continue;
            inbound ??= Inbound(it);
            if (inbound.Count == 0) return;

            var evidence = it.EvidenceOf(contact);
            if (evidence.IsUnanswered || Before(it, inbound, evidence.First, contact.Server) is not { } former) continue;
            var areKnown = it.Role == HostRole.Workstation && contact.ServerRole == HostRole.Workstation;
            var draft = new FindingDraft
            {
                Claim = Claim,
                Client = it.Client,
                Server = contact.Server,
                Severity = it.IsLearning ? (areKnown ? FindingSeverity.Medium : FindingSeverity.Low) : areKnown ? FindingSeverity.High : FindingSeverity.Medium,
                Confidence = evidence.Weaken(areKnown ? FindingConfidence.Medium : FindingConfidence.Low),
                Count = evidence.Count,
                First = evidence.First,
                Last = evidence.Last,
                Reason = $"{RoleName.InWords(it.Role)} {it.Client}, first contacted by {former.From} {InWords(evidence.First - former.At)} before, contacted {RoleName.InWords(contact.ServerRole)} {contact.Server} for the first time; {evidence.InWords}",
                Flows = evidence.Flows,
                AssumesNoServer = true,
                IsEarly = it.IsLearning,
            };
            if (found.Count > 0 && found[^1].Id == draft.Id) found[^1] = found[^1].With(draft);
            else found.Add(draft);
        }
    }

    /// <summary>First contacts to the client, as far as they are remembered.</summary>
    private static List<(long At, HostAddress From)> Inbound(ClientCase it)
    {
        var contacts = new List<(long At, HostAddress From)>();
        ref var state = ref it.ClientState;
        if (state.ContactedAt > 0) contacts.Add((state.ContactedAt, state.ContactedBy));
        for (var i = state.FirstAsServer; i >= 0; i = it.Edges[i].NextOfServer)
        {
            ref var edge = ref it.Edges[i];
            if (edge.Open < 0 || !EdgeServiceName.IsAdministration(edge.Service) || (edge.FirstEpoch != Epoch.None && edge.FirstEpoch < it.Epoch)) continue;
            ref var from = ref it.Edges.Host(edge.Client);
            if (!Matters(from, it.Options)) continue;
            for (var open = edge.Open; open >= 0; open = it.Facts[open].NextOfEdge)
            {
                if (it.Facts[open].Epoch <= it.Epoch && EarliestAnswered(it.Facts, open) is { } earliest) contacts.Add((earliest, from.Address));
            }
        }

        return contacts;
    }

    /// <summary>True for a host whose first contact to another says something.</summary>
    internal static bool Matters(in HostState from, JudgementOptions options) =>
        from.Role is HostRole.Workstation or HostRole.Unknown && from.Tally.Peers < options.ManagementTargets && Population.PeerHabitBits(from) >= Math.Min(options.HabitBits, NothingLearned);

    // What the habit of a host is taken for of which nothing was learned.
    private const double NothingLearned = 2;

    internal static long? EarliestAnswered(OpenFacts facts, int open)
    {
        var earliest = long.MaxValue;
        for (var i = facts[open].Facts; i >= 0; i = facts.Fact(i).NextOfOpen)
        {
            if (!facts.Fact(i).IsUnanswered) earliest = Math.Min(earliest, facts.Fact(i).Start);
        }

        return earliest == long.MaxValue ? null : earliest;
    }

    /// <summary>The latest first contact before a time, by neither the target itself nor too long ago.</summary>
    private static (long At, HostAddress From)? Before(ClientCase it, List<(long At, HostAddress From)> inbound, long time, HostAddress target)
    {
        (long At, HostAddress From)? latest = null;
        foreach (var contact in inbound)
        {
            if (contact.At >= time || time - contact.At > it.Options.PivotWithin.TotalMilliseconds || contact.From == target) continue;
            if (latest is not { } best || (contact.At, contact.From).CompareTo((best.At, best.From)) > 0) latest = contact;
        }

        return latest;
    }

    private static string InWords(long milliseconds) => milliseconds < 120_000 ? $"{milliseconds / 1000} s" : milliseconds < 7_200_000 ? $"{milliseconds / 60_000} minutes" : $"{milliseconds / 3_600_000} hours";
}
