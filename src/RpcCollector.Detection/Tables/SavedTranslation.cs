using RpcCollector.Flows;

namespace RpcCollector.Detection.Tables;

/// <summary>A held translation by value: what it takes to hold it again in another process.</summary>
/// <param name="Age">Milliseconds since it was last stated.</param>
/// <param name="Seen">Sorted.</param>
/// <param name="Connection">The true ends, in that order.</param>
/// <param name="Clients">Which ends, as they are seen, records state to be the client: 1 the first, 2 the second.</param>
internal readonly record struct SavedTranslation(
    long Age, FlowEnds Seen, FlowEnds Connection, long Start, long End, ulong ClockKey, int ResolutionMilliseconds, int ExporterId,
    byte Clients);
