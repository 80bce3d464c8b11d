using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>Makes findings of the operations that Zeek named, with the flows that carried them.</summary>
/// <remarks>
/// Operations and flows of one connection become one finding: a first contact is not reported as well when the operations say more about
/// it.
/// </remarks>
internal static class NamedOperations
{
    // A series of calls may begin this long before the hour; in milliseconds.
    private const long Reach = 5 * 60_000;

    public static void Judge(ClientCase subject, OpenOperations operations, List<FindingDraft> found)
    {
        foreach (var (server, calls) in operations.Of(subject.Epoch, subject.Client))
        {
            foreach (var draft in DraftsOf(subject, operations, server, calls)) Add(subject, server, calls, draft, found);
        }
    }

    private static IEnumerable<OperationDraft> DraftsOf(
        ClientCase subject, OpenOperations operations, HostIdentity server, SortedSet<RpcOperation> calls)
    {
        // 1. The hour by itself.
        var role = subject.RoleOf(server);
        var drafts = OperationRules.Judge(new OperationWindow(subject.Role, role, calls, subject.IsCommonCall), subject.Options.Operations);
        if (!operations.Of(subject.Epoch - 1, subject.Client).TryGetValue(server, out var former)) return drafts;

        // 2. Series that began in the minutes before the hour and were not complete by then.
        var start = Epoch.StartOf(subject.Epoch);
        var tail = former.Where(call => call.AtUnixMilliseconds >= start - Reach).ToList();
        if (tail.Count == 0) return drafts;
        var (formerClient, formerServer) = (subject.RoleBefore(subject.Client), subject.RoleBefore(server));
        var before =
            OperationRules.Judge(
                new OperationWindow(formerClient, formerServer, former, subject.WasCommonCall), subject.Options.Operations);
        var across =
            OperationRules.Judge(
                new OperationWindow(subject.Role, role, tail.Concat(calls), subject.IsCommonCall), subject.Options.Operations)
            .Where(draft => draft.Kind is FindingKind.Enumeration or FindingKind.NetlogonBurst && draft.LastUnixMilliseconds >= start
                && !drafts.Concat(before).Any(other => other.Kind == draft.Kind && other.Severity.IsAtLeast(draft.Severity)));
        var series = across.Select(draft => Uncounted(draft, tail, before)).ToList();
        return series.Count == 0 ? drafts : drafts.Where(draft => !series.Exists(other => other.Kind == draft.Kind)).Concat(series);
    }

    /// <summary>A series without the number of those calls that the hour before counts.</summary>
    private static OperationDraft Uncounted(OperationDraft series, List<RpcOperation> tail, IReadOnlyList<OperationDraft> before)
    {
        if (!before.Any(draft => draft.Kind == series.Kind)) return series;
        var counted = new OperationWindow(HostRole.Unknown, HostRole.Unknown, tail).Of(series.Kind).Count;
        return series with { Count = Math.Max(1, series.Count - counted) };
    }

    private static void Add(
        ClientCase subject, HostIdentity server, SortedSet<RpcOperation> calls, OperationDraft draft, List<FindingDraft> found)
    {
        // 1. The flows that carried calls of that time.
        var evidence = new Evidence(subject.Client);
        foreach (ref readonly var contact in subject.ContactsWith(server))
        {
            for (var i = subject.Facts[contact.Open].Facts; i >= 0; i = subject.Facts.Fact(i).NextOfOpen)
            {
                var fact = subject.Facts.Fact(i);
                if (!fact.HasFlow) continue;
                var carried =
                    calls.Any(
                        call => call.AtUnixMilliseconds >= draft.FirstUnixMilliseconds
                        && call.AtUnixMilliseconds <= draft.LastUnixMilliseconds
                    && call.ClientPort == fact.ClientPort && call.ServerPort == fact.ServerPort);
                if (carried) evidence.Add(fact, server);
            }
        }

        // 2. Replace what the flows alone said, unless that was worse.
        if (evidence.Count > 0)
            found.RemoveAll(other => other.Claim.IsNovelty && other.Server == server && draft.Severity.IsAtLeast(other.Severity));
        found.Add(new FindingDraft
        {
            Claim = new Claim(draft.Kind, draft.Techniques, draft.Analytics),
            Client = subject.Client,
            Server = server,
            Severity = draft.Severity,
            Confidence = draft.Confidence,
            Count = draft.Count,
            First = draft.FirstUnixMilliseconds,
            Last = draft.LastUnixMilliseconds,
            Reason = $"{RoleName.InWords(subject.Role)} {subject.Client} {draft.Reason} on {RoleName.InWords(subject.RoleOf(server))} " +
                $"{server}",
            Flows = evidence.Flows,
            Operations = draft.Operations,
            IsEarly = subject.IsLearning,
        });
    }
}
