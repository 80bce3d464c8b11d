using RpcCollector.Detection.Advice;

namespace RpcCollector.Detection.Judgement.Rules;

/// <summary>
/// Of several findings that say of one hour that two hosts had not met like that before, the first one calls for somebody.
/// </summary>
/// <remarks>
/// Who copies a file to a colleague's machine, or helps there, opens SMB and RPC and writes: that is one thing to look at, not three. The
/// earliest stays as it is, so that what comes later takes nothing back; a later one that is no worse is rated low and says why. It goes on
/// to be a finding of its own, with its flows. So with a pivot to a host that others use too, where the contact itself is told.
/// </remarks>
internal static class ToldOnce
{
    /// <param name="beyondContact">
    /// Whether it is about what says more than that two hosts had contact (what was copied, who moved on), or about the contacts.
    /// </param>
    public static void Judge(ClientCase subject, List<FindingDraft> found, bool beyondContact)
    {
        // While the network is being learned everything is low or unsure, and is to stay comparable.
        if (subject.IsLearning) return;
        for (var i = 0; i < found.Count; i++)
        {
            if (found[i] is not { Severity: FindingSeverity.Medium, Server: not null } draft || !IsNovelty(draft)
                || (draft.Kind is FindingKind.LargeUpload or FindingKind.Pivot) != beyondContact) continue;
            if (Earlier(found, draft) is not { } first) continue;
            found[i] = draft.Lowered($"it is told already that this client {KindAdvice.Of(first.Kind).Deed} that server");

            // What stands for another service of the two is told by itself, however many others came. A pivot is the contact itself.
            if (draft.Kind != FindingKind.Pivot) first.CrowdPort = 0;
        }
    }

    private static FindingDraft? Earlier(List<FindingDraft> found, FindingDraft draft)
    {
        foreach (var other in found)
        {
            if (other != draft && other.Server == draft.Server && IsNovelty(other) && other.Severity.IsAtLeast(draft.Severity)
                && (other.First, other.Kind).CompareTo((draft.First, draft.Kind)) < 0) return other;
        }

        return null;
    }

    // An upload after which something was started is more than that.
    private static bool IsNovelty(FindingDraft draft) =>
        draft.Kind is FindingKind.PeerToPeerRpc or FindingKind.FirstAdministration or FindingKind.NewRpcClient or FindingKind.Pivot
        || (draft.Kind == FindingKind.LargeUpload && !LargeUpload.IsStarted(draft));
}
