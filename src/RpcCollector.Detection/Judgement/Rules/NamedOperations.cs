using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>What the operations that Zeek named amount to, with the flows that carried them.</summary>
/// <remarks>Operations and flows of one connection become one finding: a first contact of which the operations say more is not reported beside them.</remarks>
internal static class NamedOperations
{
    // What takes several calls may begin before the hour.
    private const long Reach = 5 * 60_000;

    public static void Judge(ClientCase it, OpenOperations operations, List<FindingDraft> found)
    {
        foreach (var (server, calls) in operations.Of(it.Epoch, it.Client))
        {
            foreach (var draft in DraftsOf(it, operations, server, calls)) Add(it, server, calls, draft, found);
        }
    }

    private static IEnumerable<OperationDraft> DraftsOf(ClientCase it, OpenOperations operations, HostAddress server, SortedSet<RpcOperation> calls)
    {
        // 1. The hour by itself.
        var role = it.RoleOf(server);
        var drafts = OperationRules.Judge(new OperationWindow(it.Role, role, calls), it.Options.Operations);
        if (!operations.Of(it.Epoch - 1, it.Client).TryGetValue(server, out var former)) return drafts;

        // 2. Series that began in the minutes before it, and were none by then.
        var start = Epoch.StartOf(it.Epoch);
        var tail = former.Where(call => call.AtUnixMilliseconds >= start - Reach).ToList();
        if (tail.Count == 0) return drafts;
        var before = OperationRules.Judge(new OperationWindow(it.Role, role, former), it.Options.Operations);
        var across = OperationRules.Judge(new OperationWindow(it.Role, role, tail.Concat(calls)), it.Options.Operations)
            .Where(draft => draft.Kind is FindingKind.Enumeration or FindingKind.NetlogonBurst && draft.LastUnixMilliseconds >= start
                && !drafts.Concat(before).Any(other => other.Kind == draft.Kind && other.Severity.IsAtLeast(draft.Severity)));
        var series = across.ToList();
        return series.Count == 0 ? drafts : drafts.Where(draft => !series.Exists(other => other.Kind == draft.Kind)).Concat(series);
    }

    private static void Add(ClientCase it, HostAddress server, SortedSet<RpcOperation> calls, OperationDraft draft, List<FindingDraft> found)
    {
        // 1. The flows that carried calls of that time.
        var evidence = new Evidence(it.Client);
        foreach (var contact in it.Contacts)
        {
            if (contact.Server != server) continue;
            for (var i = it.Facts[contact.Open].Facts; i >= 0; i = it.Facts.Fact(i).NextOfOpen)
            {
                var fact = it.Facts.Fact(i);
                if (!fact.HasFlow) continue;
                var carried = calls.Any(call => call.AtUnixMilliseconds >= draft.FirstUnixMilliseconds && call.AtUnixMilliseconds <= draft.LastUnixMilliseconds
                    && call.ClientPort == fact.ClientPort && call.ServerPort == fact.ServerPort);
                if (carried) evidence.Add(fact, server);
            }
        }

        // 2. In place of what the flows alone said, unless that was worse.
        if (evidence.Count > 0)
            found.RemoveAll(other => other.Claim.IsNovelty && other.Server == server && draft.Severity.IsAtLeast(other.Severity));
        found.Add(new FindingDraft
        {
            Claim = new Claim(draft.Kind, draft.Techniques, draft.Analytics),
            Client = it.Client,
            Server = server,
            Severity = draft.Severity,
            Confidence = draft.Confidence,
            Count = draft.Count,
            First = draft.FirstUnixMilliseconds,
            Last = draft.LastUnixMilliseconds,
            Reason = $"{RoleName.InWords(it.Role)} {it.Client} {draft.Reason} on {RoleName.InWords(it.RoleOf(server))} {server}",
            Flows = evidence.Flows,
            Operations = draft.Operations,
            IsEarly = it.IsLearning,
        });
    }
}
