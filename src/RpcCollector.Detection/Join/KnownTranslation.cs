using RpcCollector.Flows;

namespace RpcCollector.Detection.Join;

/// <summary>The connection that a flow is on the other side of a device, as devices state without contradiction.</summary>
/// <param name="Connection">The true ends, the client's first.</param>
internal readonly record struct KnownTranslation(
    FlowEnds Connection, long Start, long End, ulong ClockKey, int ResolutionMilliseconds, bool HasSeveralClocks)
{
    /// <summary>The same, as told by one more exporter.</summary>
    public KnownTranslation With(in KnownTranslation other) => new(
        Connection, Math.Min(Start, other.Start), Math.Max(End, other.End), Math.Min(ClockKey, other.ClockKey),
        Math.Max(ResolutionMilliseconds, other.ResolutionMilliseconds),
        HasSeveralClocks || other.HasSeveralClocks || ClockKey != other.ClockKey);
}
