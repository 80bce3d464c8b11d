namespace RpcCollector.Flows.Wire;

/// <summary>Which flow starts a batch holds, and how far its sensor has come; unique by sensor, epoch, partition and sequence.</summary>
/// <param name="Sensor">The name of the sensor.</param>
/// <param name="Site">Where it stands, when private addresses of sites overlap; empty otherwise.</param>
/// <param name="SensorEpoch">Grows with every start of the sensor.</param>
/// <param name="Sequence">Grows by one with every batch of the epoch for the partition; a gap is a loss.</param>
/// <param name="WatermarkUnixMilliseconds">What the sensor appends later arrived no earlier.</param>
/// <param name="RowsBefore">Flow starts of the epoch in all batches for the partition before this one.</param>
/// <param name="NumRows">Flow starts in this batch; none when it tells the watermark alone.</param>
public readonly record struct FlowBatchHeader(
    string Sensor, string Site, ushort Partition, ulong SensorEpoch, ulong Sequence, long WatermarkUnixMilliseconds, ulong RowsBefore,
    int NumRows);
