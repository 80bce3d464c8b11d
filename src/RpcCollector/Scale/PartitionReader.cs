using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Scale;

/// <summary>Takes the batches of one partition in the order of its log, each once, and hands their flow starts to the shard.</summary>
/// <remarks>
/// What it does depends on the log alone. A sensor's batch is taken when its sequence is above the sensor's last, or when the sensor was
/// started again: a gap between them is a loss, and counted. Flow starts arrive by the partition's clock, so that what is held grows old
/// by it. One thread at a time calls it.
/// </remarks>
internal sealed class PartitionReader(
    int partition, int numPartitions, ClientShard shard, ExporterDirectory exporters, PartitionCounts counts, ILogger logger)
{
    private readonly FlowBatchReader _reader = new(exporters);
    private readonly ToldEndpointsReader _told = new();
    private FlowStart[] _starts = [];
    private long _unnamed;
    private bool _hasSaidRefusal;

    public ClientShard Shard => shard;

    public PartitionClock Clock { get; } = new();

    /// <summary>What judges have told of known endpoints.</summary>
    public ToldEndpointsReader Told => _told;

    /// <summary>Exporters, once for each batch, for which the partition had no number left.</summary>
    public long UnnamedExporters => _reader.Counts.UnnamedExporters;

    /// <summary>The offset of the last batch that was taken; 0 before the first.</summary>
    public long Offset { get; set; }

    public void Take(in LogEntry entry, long nowUnixMilliseconds)
    {
        // 1. A log that was made anew, or has lost its end, counts from a lower offset, or the same: by the sensors' sequences nothing of
        // it is taken twice.
        if (entry.Offset <= Offset) ScaleLog.WentBack(logger, partition, Offset, entry.Offset);
        Offset = entry.Offset;
        counts.Lag(entry.Behind, nowUnixMilliseconds - entry.AppendedUnixMilliseconds);
        if (_told.IsOne(entry.Batch.Span))
        {
            TakeTold(entry);
            return;
        }

        // 2. A batch of a sensor under that sensor's own subject: nobody else's, who could have its numbers count as taken.
        if (_reader.ReadHeader(entry.Batch.Span, out var stated) == WireRejection.None && !IsOf(stated.Sensor, entry.Subject))
        {
            Refuse(
                $"it says that it is of the sensor {stated.Sensor}, and stands under a subject that is not that sensor's, or came from " +
                "another one's leaf");
            return;
        }

        if (!_reader.TryRead(entry.Batch.Span, out var header))
        {
            Refuse("it cannot be read");
            return;
        }

        if (UnnamedExporters > _unnamed) counts.CountUnnamed(UnnamedExporters - _unnamed);
        _unnamed = UnnamedExporters;

        if (header.Partition != partition || !AreOfHere(_reader.FlowStarts))
        {
            Refuse($"the sensor {header.Sensor} has another number of partitions (Scale:Partitions)");
            return;
        }

        // 3. Each batch of a sensor once, and in its order.
        var sensor = Clock.Of(header.Sensor);
        if (sensor.HasTaken(header.SensorEpoch, header.Sequence))
        {
            counts.Repeat();
            return;
        }

        CountLoss(sensor, header);
        sensor.Begin(header.SensorEpoch);
        (sensor.NextSequence, sensor.FlowStarts) = (header.Sequence + 1, header.RowsBefore + (ulong)header.NumRows);
        counts.Pass(entry.Batch.Length);

        // 4. They arrive by the partition's clock, which then goes on.
        if (Clock.UnixMilliseconds == 0) Clock.Advance(sensor, header.WatermarkUnixMilliseconds, entry.AppendedUnixMilliseconds);
        Offer(_reader.FlowStarts);
        Clock.Advance(sensor, header.WatermarkUnixMilliseconds, entry.AppendedUnixMilliseconds);
        shard.AdvanceTo(Clock.UnixMilliseconds);
        counts.Show(Clock);
    }

    private static bool IsOf(string sensor, LogSubject subject) =>
        subject.Writer == LogWriter.Sensor && string.Equals(subject.Sensor, sensor, StringComparison.Ordinal);

    private void TakeTold(in LogEntry entry)
    {
        if (entry.Subject.Writer != LogWriter.Judge)
        {
            Refuse("it tells of known endpoints, and stands under a subject that is not the judge's");
            return;
        }

        switch (_told.Take(entry.Batch))
        {
            case ToldOutcome.Refused:
                Refuse("it is in the judge's form, and tells nothing of known endpoints");
                break;
            case ToldOutcome.Repeated:
                counts.Repeat();
                break;
            case ToldOutcome.Taken:
                shard.KnownEndpoints = _told.Current;
                break;
        }
    }

    /// <summary>One batch is one group: what is due is dropped between the same flow starts, whoever takes it.</summary>
    private void Offer(ReadOnlySpan<FlowStart> starts)
    {
        if (starts.IsEmpty) return;
        if (_starts.Length < starts.Length) _starts = new FlowStart[Math.Max(starts.Length, 2 * _starts.Length)];
        var arrived = _starts.AsSpan(0, starts.Length);
        starts.CopyTo(arrived);
        foreach (ref var start in arrived) (start.ArrivalUnixMilliseconds, start.ArrivalEra) = (Clock.UnixMilliseconds, 0);
        shard.Offer(arrived[..FlowStart.JoinMirrors(arrived)], partition);
    }

    /// <summary>True when every flow start belongs to this partition: a sensor that divides otherwise would tear pairs apart.</summary>
    private bool AreOfHere(ReadOnlySpan<FlowStart> starts)
    {
        Span<int> owners = stackalloc int[ClientShard.MostOwners];
        foreach (ref readonly var start in starts)
        {
            var count = ClientShard.OwnersOf(start, numPartitions, owners);
            if (!owners[..count].Contains(partition)) return false;
        }

        return true;
    }

    private void CountLoss(PartitionClock.Sensor sensor, in FlowBatchHeader header)
    {
        var isNew = header.SensorEpoch != sensor.Epoch;
        var (batches, flowStarts) = isNew
            ? (header.Sequence, header.RowsBefore)
            : (header.Sequence - sensor.NextSequence, header.RowsBefore - sensor.FlowStarts);
        if (batches == 0) return;
        counts.Lose((long)batches, (long)flowStarts);
        sensor.Lose((long)batches, (long)flowStarts);
        ScaleLog.Lost(logger, header.Sensor, partition, (long)batches, (long)flowStarts);
    }

    private void Refuse(string reason)
    {
        counts.Refuse();
        if (_hasSaidRefusal) return;
        _hasSaidRefusal = true;
        ScaleLog.Refused(logger, partition, reason);
    }
}
