using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection;

/// <summary>
/// How much later one clock puts the start of a connection than another, learned from the connections that both saw; unique by the two
/// clocks.
/// </summary>
/// <param name="ReferenceClockKey">The clock with the lower key (see FlowStart.ClockKey).</param>
/// <param name="ReferenceExporterId">The exporter whose clock it is.</param>
/// <param name="ClockKey">The other clock.</param>
/// <param name="ExporterId">The exporter whose clock the other is; the same when it has several sessions or domains.</param>
/// <param name="Milliseconds">The median of the latest samples, taken from times as people see them, corrected.</param>
/// <param name="Samples">Sightings that it was learned from.</param>
public readonly record struct ClockSkew(
    ulong ReferenceClockKey, int ReferenceExporterId, ulong ClockKey, int ExporterId, int Milliseconds, long Samples);
