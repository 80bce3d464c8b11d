namespace RpcCollector.Flows.Exporters;

/// <summary>The figures of one exporter that metrics and alerts watch.</summary>
/// <param name="ArrivalOffsetMilliseconds">
/// The smallest delay from stated export time to arrival: clock offset plus fastest transit.
/// </param>
/// <param name="Restarts">How often it restarted, as its uptime shows.</param>
/// <param name="ClockSteps">How often its time of day jumped relative to its uptime.</param>
/// <param name="SamplingInterval">One packet in this many is sampled, in its coarsest domain; 1 unsampled, 0 not stated.</param>
/// <param name="LooksLikeManyExporters">True when several devices seem to send from its address.</param>
public readonly record struct ExporterHealth(
    HostAddress Address, long LastSeenUnixMilliseconds, long ArrivalOffsetMilliseconds, long Restarts, long ClockSteps,
    uint SamplingInterval, bool LooksLikeManyExporters)
{
    /// <summary>What the time of day in its headers is wrong by, by more than five minutes; 0 while it is right.</summary>
    public long ClockCorrectionMilliseconds { get; init; }

    /// <summary>How far corrected times may be off; 0 while nothing is corrected.</summary>
    public long ClockUncertaintyMilliseconds { get; init; }

    /// <summary>What contradicts what it had stated before.</summary>
    public ContestedStatus Contested { get; init; }
}

/// <summary>How far the joins of an exporter's flows can be trusted: a closed list. If several apply, the worst one is reported.</summary>
public enum JoinTrust : byte
{
    Full,

    /// <summary>A part of what it exported was lost or could not be read: some joins are missed.</summary>
    Incomplete,

    /// <summary>Several exporters share its address: only their ports tell their clocks and Templates apart.</summary>
    Translated,

    /// <summary>It samples packets: a mapper flow and its endpoint flow are rarely both seen.</summary>
    Sampled,
}
