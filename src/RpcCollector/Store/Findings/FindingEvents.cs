using RpcCollector.Flows.Time;

namespace RpcCollector.Store.Findings;

/// <summary>What happens to findings, once it is committed.</summary>
internal sealed class FindingEvents(ArrivalClock clock) : StepEvents<FindingStep>(clock, mark: "")
{
    /// <summary>How many may listen at once; further ones are refused.</summary>
    public const int MaxListeners = StreamBounds.MaxListeners;
}
