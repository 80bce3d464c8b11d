using RpcCollector.Detection;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>Which events one listener wants.</summary>
internal sealed record FindingChoice(IReadOnlyCollection<FindingKind> Kinds, FindingSeverity? LeastSeverity, bool WithHidden)
{
    // When a finding is called benign, that verdict is its last event, so that whoever shows findings can remove it.
    public bool Includes(FindingStep step) =>
        (Kinds.Count == 0 || Kinds.Contains(step.Finding.Kind))
            && (LeastSeverity is not { } least || step.Finding.Severity.IsAtLeast(least))
        && (WithHidden || !step.Finding.IsHidden || (step.IsVerdict && step.Finding.SuppressedBy.Count == 0));

    /// <returns>Null when the listener does not want it.</returns>
    public ShownEvent? Show(FindingStep step) => Includes(step)
        ? ShownEvent.Of(step.IsVerdict ? "verdict" : KebabCase<ActivityChangeKind>.Of(step.Kind), FindingJson.From(step.Finding))
        : null;
}
