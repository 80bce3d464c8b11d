namespace RpcCollector.Flows.Exporters;

/// <summary>What is watched of one exporter.</summary>
/// <param name="Id">Its number in the <see cref="ExporterDirectory"/>.</param>
/// <param name="ArrivalOffsetMilliseconds">How far arrivals lie behind the stated export times at least: clock offset plus the shortest way.</param>
/// <param name="Restarts">How often its uptime began anew.</param>
/// <param name="ClockSteps">How often its time of day moved against its uptime.</param>
/// <param name="SamplingInterval">The coarsest of its domains: one packet in so many; 1 unsampled, 0 not stated.</param>
/// <param name="LooksLikeManyExporters">True when several devices seem to send from its address.</param>
public readonly record struct ExporterHealth(
    int Id, HostAddress Address, long LastSeenUnixMilliseconds, long ArrivalOffsetMilliseconds, long Restarts, long ClockSteps, uint SamplingInterval, bool LooksLikeManyExporters);

/// <summary>How far the joins of an exporter's flows can be trusted: a closed list, the worst first that holds.</summary>
public enum JoinTrust : byte
{
    Full,

    /// <summary>A part of what it exported was lost or could not be read: some joins are missed.</summary>
    Incomplete,

    /// <summary>Several exporters share its address: their clocks and Templates can be told apart by their ports alone.</summary>
    Translated,

    /// <summary>It samples packets: a mapper flow and its endpoint flow are rarely both seen.</summary>
    Sampled,
}
