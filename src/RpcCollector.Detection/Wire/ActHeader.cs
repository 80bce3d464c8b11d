namespace RpcCollector.Detection.Wire;

/// <summary>
/// What led to the changes of a message; unique by partition, offset and part, or where there is no partition by source, epoch, offset and
/// part.
/// </summary>
/// <param name="Source">The name of who wrote it; it decides nothing where a partition is named.</param>
/// <param name="Partition">Whose batch led to the changes; <see cref="NoPartition"/> where none did.</param>
/// <param name="SourceEpoch">Where there is no partition, grows with every start of the source; 0 otherwise.</param>
/// <param name="InputOffset">Of the batch in its partition's log; where there is no partition, the source's own sequence.</param>
/// <param name="WatermarkUnixMilliseconds">The clock of the partition, by which the changes arrived.</param>
/// <param name="Part">Counts the messages of one offset from 0.</param>
/// <param name="IsLast">True for the last part of an offset: then it is taken whole.</param>
public readonly record struct ActHeader(
    string Source, ushort Partition, ulong SourceEpoch, ulong InputOffset, long WatermarkUnixMilliseconds, uint Part, bool IsLast,
    int NumChanges)
{
    /// <summary>What a sensor's logs told, or a person said, comes of no partition.</summary>
    public const ushort NoPartition = ushort.MaxValue;
}
