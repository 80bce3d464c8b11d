using RpcCollector.Flows.Time;

namespace RpcCollector.Store.Incidents;

/// <summary>What happens to incidents, once it is committed.</summary>
internal sealed class IncidentEvents(ArrivalClock clock) : StepEvents<IncidentEvent>(clock, mark: "i");
