namespace RpcCollector.Detection.Join;

/// <summary>The clock by which a shard holds flows; milliseconds.</summary>
/// <param name="DroppedUpTo">Up to when all that is due has been dropped.</param>
/// <param name="Offset">The clock of arrivals shows so much more.</param>
/// <param name="Era">Of the clock of arrivals.</param>
internal readonly record struct HeldClock(long Held, long DroppedUpTo, long Offset, byte Era)
{
    /// <summary>Unix milliseconds of the latest arrival.</summary>
    public long UnixMilliseconds => Held + Offset;
}
