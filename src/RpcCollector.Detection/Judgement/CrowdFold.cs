using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>Of several clients that begin to use the same port of a host within an hour, one finding tells all.</summary>
/// <remarks>
/// A new application has its first clients within minutes, so none of them is known to have come before another. The finding of the
/// earliest stays as bad as it is and names the others, each with a flow; those, and nobody else, are low and say where they are told. So
/// forged clients hide nobody: who is low is named in what is not. Which is which follows from what is found of the hour alone, so it is
/// the same for every order of arrival.
/// </remarks>
internal static class CrowdFold
{
    /// <summary>So many together are told as one.</summary>
    private const int Least = 2;

    /// <summary>
    /// Replaces what is told together. Only drafts of the same hour may be among them; those of other hours are not looked at together.
    /// </summary>
    /// <param name="drafts">In any order; their order stays.</param>
    public static void Fold(IList<FindingDraft> drafts)
    {
        var crowds = Enumerable.Range(0, drafts.Count).Where(i => MayBeOfCrowd(drafts[i]))
            .GroupBy(i => (drafts[i].Kind, drafts[i].Server!.Value, drafts[i].CrowdPort, drafts[i].Hour))
            .Where(static crowd => crowd.Count() >= Least).Select(static crowd => crowd.ToList()).ToList();
        foreach (var members in crowds)
        {
            members.Sort((left, right) => (drafts[left].First, drafts[left].Client).CompareTo((drafts[right].First, drafts[right].Client)));

            // A finding has room for so many flows, and names nobody without one.
            foreach (var together in members.Chunk(Finding.MaxFlows))
                if (together.Length > 1) Fold(drafts, together[0], together[1..]);
        }
    }

    /// <summary>True for what may be told with others; what is worse is told by itself, what is low needs no telling.</summary>
    public static bool MayBeOfCrowd(FindingDraft draft) =>
        draft is { CrowdPort: not 0, Server: not null, Severity: FindingSeverity.Medium, Flows.Count: > 0 };

    private static void Fold(IList<FindingDraft> drafts, int first, int[] others)
    {
        var leads = drafts[first];
        var names = string.Join(", ", others.Select(i => drafts[i].Client));
        var flows = others.Select(i => FlowOf(drafts[i])).Append(FlowOf(leads)).ToList();
        flows.Sort(DraftFlow.Order);
        drafts[first] = leads.BesideOthers(
            flows, $"; so did {(others.Length == 1 ? "another" : $"{others.Length} others")} within the hour, told with it: {names}");
        foreach (var i in others)
            drafts[i] = drafts[i].ToldWithOthers(
                $"{others.Length + 1} clients began to use the same port of {leads.Server} within the hour, and what is told of " +
                $"{leads.Client} names it");
    }

    private static DraftFlow FlowOf(FindingDraft draft)
    {
        foreach (var flow in draft.Flows) if (flow.ServerPort == draft.CrowdPort) return flow;
        return draft.Flows[0];
    }
}
