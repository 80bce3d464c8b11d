using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>Makes one finding of many of one kind that a client has within an hour.</summary>
/// <remarks>
/// The one is about the client alone and stands for all of them, whichever order they came in. The most severe and earliest are findings
/// of their own besides, and so is what was shown as such for good: that does not go because more came. What is low, or was said while the
/// network was being learned, goes where worse or earlier ones came: so which are findings of their own is the same for every order.
/// </remarks>
internal sealed class FindingFold(JudgementOptions options, FindingBook book)
{
    // However they come, no more than so many times the bound are findings of their own. While the network is learned that many are: what
    // was shown may go then, and the one that is real shall not go for some forged ones.
    private const int MostShown = 4;

    private const int MaxOperations = 16;

    /// <param name="found">What the rules say of a client in an hour.</param>
    public void Fold(List<FindingDraft> found)
    {
        if (found.Count <= options.PairsPerKind) return;
        var many = found.Where(draft => draft.Server is not null).GroupBy(draft => draft.Kind)
            .Where(kind => kind.Count() > options.PairsPerKind).Select(kind => kind.ToList()).ToList();
        foreach (var kind in many) Fold(found, kind);
    }

    private void Fold(List<FindingDraft> found, List<FindingDraft> kind)
    {
        // 1. Those that are findings of their own.
        kind.Sort(Order);
        var own = kind.Take(kind.Exists(draft => draft.IsEarly) ? MostShown * options.PairsPerKind : options.PairsPerKind).ToHashSet();
        foreach (var draft in kind.Skip(own.Count))
        {
            if (own.Count == MostShown * options.PairsPerKind) break;
            if (book.Find(draft.Id) is { StandsByItself: true }) own.Add(draft);
        }

        // 2. The rest, and the one that stands for all.
        var rest = kind.Where(draft => !own.Contains(draft)).ToHashSet();
        found.RemoveAll(rest.Contains);
        found.Add(OneOf(kind, rest));
    }

    private static FindingDraft OneOf(List<FindingDraft> kind, HashSet<FindingDraft> rest)
    {
        var leads = kind[0];
        var sample = kind.Where(draft => draft.Flows.Count > 0).Select(draft => draft.Flows[0]).ToList();
        sample.Sort(DraftFlow.Order);
        return new FindingDraft
        {
            Claim = kind.Select(draft => draft.Claim).Aggregate(static (all, one) => all.Beside(one)),
            Client = leads.Client,
            Severity = leads.Severity,
            Confidence = leads.Confidence,
            Count = (int)Math.Min(int.MaxValue, kind.Sum(draft => (long)draft.Count)),
            First = kind.Min(draft => draft.First),
            Last = kind.Max(draft => draft.Last),
            Reason = $"{kind.Count} servers within an hour, the most severe and earliest of them as findings of their own; one of them: "
                + leads.Reason,
            Flows = [.. sample.Take(Finding.MaxFlows)],
            Operations = [.. kind.SelectMany(draft => draft.Operations).Distinct(StringComparer.Ordinal).Take(MaxOperations)],
            Services = ServiceShare.Together([], kind.SelectMany(draft => draft.Services)),
            IsEarly = leads.IsEarly,
            NumServers = kind.Count,
            Folded = [.. rest.Select(draft => draft.Server!.Value)],
        };
    }

    private static int Order(FindingDraft left, FindingDraft right)
    {
        var order = right.Severity.CompareTo(left.Severity);
        if (order == 0) order = (right.RanksAs ?? right.Confidence).CompareTo(left.RanksAs ?? left.Confidence);
        if (order == 0) order = left.First.CompareTo(right.First);
        return order != 0 ? order : left.Server!.Value.CompareTo(right.Server!.Value);
    }
}
