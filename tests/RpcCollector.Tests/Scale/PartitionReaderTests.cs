using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

public sealed class PartitionReaderTests
{
    private const long Now = 1_800_000_000_000;

    private readonly ExporterDirectory _ofSensor = new();
    private readonly ExporterDirectory _ofJudge = new();
    private readonly LogGauges _gauges = new(numPartitions: 1);
    private readonly Published _published = new();
    private readonly PartitionReader _reader;
    private long _offset;

    private static LogSubject OfA => LogSubject.Flow(0, "a");

    private static LogSubject OfB => LogSubject.Flow(0, "b");

    public PartitionReaderTests() => _reader = ReaderFor(_published);

    private PartitionCounts Counts => _gauges.Partitions[0];

    [Fact]
    public void Mapper_flow_of_one_sensor_and_endpoint_flow_of_another_are_joined()
    {
        Take(Batch("a", epoch: 1, sequence: 0, Now, Start(135, Now - 2_000)));
        Take(Batch("b", epoch: 1, sequence: 0, Now, Start(49_700, Now - 1_500)));

        Assert.Contains(_published.Activities.Values, activity => activity.Basis == JoinBasis.Car);
        Assert.Equal((2, 0, 0), (Counts.Batches, Counts.LostBatches, Counts.Repeated));
    }

    [Fact]
    public void Batch_that_is_in_the_log_twice_is_taken_once()
    {
        var batch = Batch("a", epoch: 1, sequence: 0, Now, Start(135, Now - 2_000));
        Take(batch);
        Take(batch);

        Assert.Equal((1, 1), (Counts.Batches, Counts.Repeated));
        Assert.Equal(1, _reader.Shard.OpenMapperFlows);
    }

    [Fact]
    public void Gap_in_the_sequence_is_counted_as_a_loss()
    {
        var writer = WriterFor("a", epoch: 1);
        Take(Finish(writer, 0, Now));
        Finish(writer, 1, Now, Start(135, Now - 2_000));
        Finish(writer, 2, Now, Start(135, Now - 1_000), Start(49_700, Now));
        Take(Finish(writer, 3, Now));

        Assert.Equal((2, 3), (Counts.LostBatches, Counts.LostFlowStarts));
    }

    [Fact]
    public void Sensor_that_was_started_again_begins_anew_and_what_comes_late_of_before_is_passed_over()
    {
        Take(Batch("a", epoch: 1, sequence: 0, Now));
        Take(Batch("a", epoch: 2, sequence: 0, Now));
        Take(Batch("a", epoch: 1, sequence: 1, Now));

        Assert.Equal((2, 0, 1), (Counts.Batches, Counts.LostBatches, Counts.Repeated));
    }

    [Fact]
    public void Sensor_that_was_started_again_with_its_clock_set_back_is_heard_also_by_who_goes_on_from_a_snapshot()
    {
        Take(Batch("a", epoch: 9, sequence: 0, Now));
        Take(Batch("a", epoch: 5, sequence: 0, Now));
        var again = ReaderFor(new Published());
        Restore(Snapshot(), again);

        again.Take(new LogEntry(3, Now, Batch("a", epoch: 9, sequence: 1, Now), 0, OfA), Now);
        again.Take(new LogEntry(4, Now, Batch("a", epoch: 5, sequence: 1, Now), 0, OfA), Now);
        again.Take(new LogEntry(5, Now, Batch("a", epoch: 3, sequence: 0, Now), 0, OfA), Now);

        Assert.Equal((4, 0, 1), (Counts.Batches, Counts.LostBatches, Counts.Repeated));
        Assert.Equal([9, 5], again.Clock.Of("a").FormerEpochs);
    }

    [Fact]
    public void Log_that_was_made_anew_is_read_and_what_was_taken_before_is_passed_over()
    {
        _offset = 100;
        Take(Batch("a", epoch: 1, sequence: 0, Now));
        _offset = 0;
        Take(Batch("a", epoch: 1, sequence: 0, Now));
        Take(Batch("b", epoch: 1, sequence: 0, Now, Start(135, Now - 2_000)));

        Assert.Equal((2, 1), (Counts.Batches, Counts.Repeated));
        Assert.Equal(2, _reader.Offset);
        Assert.Equal(1, _reader.Shard.OpenMapperFlows);
    }

    [Fact]
    public void First_of_a_log_that_was_made_anew_counts_where_its_offset_is_the_last_that_was_taken()
    {
        _offset = 4;
        Take(Batch("a", epoch: 1, sequence: 0, Now));
        _offset = 4;
        Take(Batch("a", epoch: 1, sequence: 1, Now, Start(135, Now - 2_000)));

        Assert.Equal((2, 0, 0), (Counts.Batches, Counts.LostBatches, Counts.Repeated));
        Assert.Equal(1, _reader.Shard.OpenMapperFlows);
    }

    [Fact]
    public void What_is_no_batch_is_refused_and_counted()
    {
        Take(new byte[100]);

        Assert.Equal((0, 1), (Counts.Batches, Counts.Refused));
    }

    [Fact]
    public void Sensor_that_forges_batches_of_another_one_ahead_of_its_own_silences_nothing_and_is_counted()
    {
        Take(Batch("b", epoch: 1, sequence: 0, Now));
        Take(Batch("b", epoch: 1, sequence: 1_000_000, Now), OfA);
        Take(Batch("b", epoch: 2, sequence: 0, Now + 9_000_000), OfA);
        Take(Batch("b", epoch: 1, sequence: 1, Now, Start(135, Now - 2_000)));

        Assert.Equal((2, 2, 0, 0), (Counts.Batches, Counts.Refused, Counts.LostBatches, Counts.Repeated));
        Assert.Equal(1, _reader.Shard.OpenMapperFlows);
    }

    [Fact]
    public void Known_endpoints_are_the_judges_to_tell_and_batches_are_not()
    {
        var told = KnownEndpointsMessages.Of("judge", 1, version: 7, Now, new ToldEndpoints([]))[0];
        Take(told, LogSubject.Flow(0, "judge"));
        Take(Batch("judge", epoch: 1, sequence: 0, Now), LogSubject.KnownEndpoints(0));
        Assert.Equal((0, 2, 0UL), (Counts.Batches, Counts.Refused, _reader.Told.Version));

        Take(told, LogSubject.KnownEndpoints(0));
        Assert.Equal((2, 7UL), (Counts.Refused, _reader.Told.Version));
    }

    [Fact]
    public void What_stands_under_a_subject_of_nobody_is_refused()
    {
        Take(Batch("a", epoch: 1, sequence: 0, Now), LogSubject.Flow(0));
        Take(KnownEndpointsMessages.Of("judge", 1, version: 7, Now, new ToldEndpoints([]))[0], LogSubject.Flow(0));

        Assert.Equal((0, 2), (Counts.Batches, Counts.Refused));
    }

    [Fact]
    public void Reader_that_goes_on_from_a_snapshot_joins_what_was_held_and_takes_nothing_twice()
    {
        var first = Batch("a", epoch: 1, sequence: 0, Now, Start(135, Now - 2_000));
        Take(first);
        var snapshot = Snapshot();
        var later = new Published();
        var again = ReaderFor(later);

        Assert.Equal(1, Restore(snapshot, again));
        again.Take(new LogEntry(1, Now, first, 0, OfA), Now);
        again.Take(new LogEntry(2, Now, Batch("b", epoch: 1, sequence: 0, Now, Start(49_700, Now - 1_500)), 0, OfB), Now);

        Assert.Contains(later.Activities.Values, activity => activity.Basis == JoinBasis.Car);
        Assert.Equal((2, Now), (again.Offset, again.Clock.UnixMilliseconds));
        Assert.Equal((2, 1), (Counts.Batches, Counts.Repeated));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(40)]
    public void Snapshot_that_is_cut_off_is_found_damaged(int length)
    {
        Take(Batch("a", epoch: 1, sequence: 0, Now, Start(135, Now - 2_000)));
        var snapshot = Snapshot();

        Assert.Throws<InvalidDataException>(() => Restore(snapshot[..length], ReaderFor(new Published())));
    }

    private byte[] Snapshot() => CorrelatorSnapshot.Write(_reader, 0, 1, saidUnixMilliseconds: 0, _ofJudge);

    [Fact]
    public void Exporter_for_which_a_partition_has_no_number_left_is_counted_and_its_flows_are_joined()
    {
        var full = new ExporterDirectory(capacity: 1);
        Assert.True(full.TryGetId(HostAddress.Parse("198.51.100.1"), out _));
        var reader = new PartitionReader(
            0, 1, new ClientShard(new JoinOptions(), _published, new HopCounters(), 1, full), full, Counts, NullLogger.Instance);
        var both = Batch("a", epoch: 1, sequence: 0, Now, Start(135, Now - 2_000), Start(49_700, Now - 1_500));
        reader.Take(new LogEntry(1, Now, both, 0, OfA), Now);
        reader.Take(new LogEntry(2, Now, Batch("b", epoch: 1, sequence: 0, Now, Start(135, Now - 1_000)), 0, OfB), Now);

        Assert.Equal(2, Counts.UnnamedExporters);
        Assert.Contains(_published.Activities.Values, activity => activity.Basis == JoinBasis.Car);
    }

    private int Restore(byte[] snapshot, PartitionReader reader) => CorrelatorSnapshot.Restore(snapshot, reader, 0, 1, _ofJudge).Count;

    private PartitionReader ReaderFor(Published published) => new(
        0, 1, new ClientShard(new JoinOptions(), published, new HopCounters(), 1, _ofJudge), _ofJudge, Counts, NullLogger.Instance);

    private void Take(ReadOnlyMemory<byte> batch) =>
        Take(batch, new FlowBatchReader(new ExporterDirectory()).ReadHeader(batch.Span, out var header) == WireRejection.None
            ? LogSubject.Flow(0, header.Sensor) : OfA);

    private void Take(ReadOnlyMemory<byte> message, LogSubject subject) =>
        _reader.Take(new LogEntry(++_offset, Now, message, 0, subject), Now);

    private FlowBatchWriter WriterFor(string sensor, ulong epoch) => new(sensor, null, epoch, partition: 0, _ofSensor);

    private byte[] Batch(string sensor, ulong epoch, ulong sequence, long watermark, params FlowStart[] starts) =>
        Finish(WriterFor(sensor, epoch), sequence, watermark, starts);

    private static byte[] Finish(FlowBatchWriter writer, ulong sequence, long watermark, params FlowStart[] starts)
    {
        foreach (var start in starts) Assert.True(writer.TryAdd(start));
        return writer.Finish(sequence, watermark).ToArray();
    }

    private FlowStart Start(ushort serverPort, long at)
    {
        Assert.True(_ofSensor.TryGetId(HostAddress.Parse("192.0.2.1"), out var exporter));
        return new FlowStart
        {
            Client = HostAddress.Parse("10.0.0.1"),
            Server = HostAddress.Parse("10.0.1.1"),
            ClientPort = (ushort)(50_000 + (serverPort & 1)),
            ServerPort = serverPort,
            StartUnixMilliseconds = at,
            EndUnixMilliseconds = at + 300,
            ArrivalUnixMilliseconds = Now,
            ExporterId = exporter,
            ClockKey = 7,
            Direction = DirectionConfidence.Stated,
            Half = FlowHalf.Both,
        };
    }

    private sealed class Published : IActivitySink
    {
        public Dictionary<long, RpcActivity> Activities { get; } = [];

        public void Publish(in ActivityChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) Activities.Remove(change.Activity.Id);
            else Activities[change.Activity.Id] = change.Activity;
        }

        public void Publish(in ContactChange change)
        {
        }
    }
}
