using System.Buffers.Binary;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Flows.Tests.Wire;

/// <summary>A batch comes over a network, from a process that may be another version or an intruder's.</summary>
public sealed class DamagedBatchTests
{
    [Fact]
    public void A_batch_cut_short_anywhere_is_rejected()
    {
        var (batch, _, _) = FlowBatches.Of(20, 40);
        var own = new ExporterDirectory();
        var reader = new FlowBatchReader(own);

        for (var length = 0; length < batch.Length; length++)
        {
            Assert.False(reader.TryRead(batch.AsSpan(0, length), out _));
            Assert.Equal(0, reader.FlowStarts.Length);
        }

        Assert.Equal(WireForm.HeaderOctets, reader.Counts.Rejected(WireRejection.TooShort));
        Assert.Equal(batch.Length - WireForm.HeaderOctets, reader.Counts.Rejected(WireRejection.WrongLength));
        Assert.Equal(0, own.Count);
    }

    [Fact]
    public void A_batch_with_octets_behind_its_end_is_rejected()
    {
        var (batch, _, _) = FlowBatches.Of(21, 40);
        var reader = new FlowBatchReader(new ExporterDirectory());

        Assert.False(reader.TryRead([.. batch, 0], out _));
        Assert.False(reader.TryRead(new byte[WireForm.MostOctets + 1], out _));

        Assert.Equal(1, reader.Counts.Rejected(WireRejection.WrongLength));
        Assert.Equal(1, reader.Counts.Rejected(WireRejection.TooLong));
    }

    [Fact]
    public void Damaged_batches_are_rejected_or_read_within_bounds_and_each_is_counted()
    {
        const int Rounds = 20_000;
        var random = new Random(22);
        var (batch, starts, _) = FlowBatches.Of(22, 60);
        var reader = new FlowBatchReader(new ExporterDirectory(64));
        for (var round = 0; round < Rounds; round++)
        {
            var damaged = batch.ToArray();
            var length = damaged.Length;
            if (round % 2 == 0) damaged[random.Next(length)] ^= (byte)(1 << random.Next(8));
            else Mutation.Apply(damaged, ref length, random);
            if (length > damaged.Length) Array.Resize(ref damaged, length);

            var isUsed = reader.TryRead(damaged.AsSpan(0, length), out var header);

            Assert.Equal(isUsed ? header.NumRows : 0, reader.FlowStarts.Length);
            Assert.InRange(reader.FlowStarts.Length, 0, starts.Length);
            foreach (ref readonly var start in reader.FlowStarts)
            {
                Assert.InRange(start.ArrivalUnixMilliseconds, 0, (1L << 48) - 1);
                Assert.InRange((byte)start.Direction, 0, 5);
            }
        }

        Assert.Equal(Rounds, reader.Counts.Received);
        Assert.InRange(reader.Counts.Used, 1, Rounds - 1);
    }

    [Theory]
    [InlineData(-1, 0, true, WireRejection.ImpossibleTime)]
    [InlineData(253_402_300_800_000, 253_402_300_800_000, true, WireRejection.ImpossibleTime)]
    [InlineData(5, 253_402_300_800_000, true, WireRejection.ImpossibleTime)]
    [InlineData(5, 6, false, WireRejection.UnknownValue)]
    public void Translation_that_no_device_can_state_is_rejected_and_no_sensor_sends_it(
        long start, long end, bool hasOtherEnds, WireRejection expected)
    {
        var exporters = new ExporterDirectory();
        Assert.True(exporters.TryGetId(HostAddress.Parse("192.0.2.1"), out var exporter));
        var flow = new FlowStart
        {
            Client = HostAddress.Parse("10.0.0.1"),
            Server = HostAddress.Parse("10.0.1.1"),
            ClientPort = 50_000,
            ServerPort = 135,
            ArrivalUnixMilliseconds = RandomFlowStarts.Began,
            ExporterId = exporter,
        };
        flow.Connection = new FlowEnds(
            hasOtherEnds ? HostAddress.Parse("10.0.0.2") : flow.Client, flow.ClientPort, flow.Server, flow.ServerPort);
        (flow.StartUnixMilliseconds, flow.EndUnixMilliseconds) = (start, end);
        var writer = FlowBatches.Writer(exporters);
        Assert.True(writer.TryAdd(flow));
        var batch = writer.Finish(0, RandomFlowStarts.Began).ToArray();
        batch[WireForm.HeaderOctets + 42] |= 0x20;
        flow.IsTranslation = true;
        Assert.True(writer.TryAdd(flow));
        var reader = new FlowBatchReader(new ExporterDirectory());

        Assert.False(reader.TryRead(batch, out _));

        Assert.Equal(1, reader.Counts.Rejected(expected));
        Assert.Equal(0, writer.NumRows);
    }

    [Fact]
    public void Clock_that_is_finer_than_any_is_rejected()
    {
        var (_, starts, exporters) = FlowBatches.Of(24, 1);
        var own = FlowBatches.Writer(exporters);
        starts[0].IsTranslation = false;
        starts[0].ResolutionMilliseconds = -5;
        Assert.True(own.TryAdd(starts[0]));
        var batch = own.Finish(0, FlowBatches.Watermark).ToArray();
        var reader = new FlowBatchReader(new ExporterDirectory());
        Assert.True(reader.TryRead(batch, out _));
        Assert.Equal(0, reader.FlowStarts[0].ResolutionMilliseconds);

        // The tables stand behind the rows; the resolution is the ninth octet of the only witness, before exporter and names.
        var witness = batch.Length - "northoslo".Length - 16 - 24;
        BinaryPrimitives.WriteInt32LittleEndian(batch.AsSpan(witness + 8), -1);

        Assert.False(reader.TryRead(batch, out _));
        Assert.Equal(1, reader.Counts.Rejected(WireRejection.UnknownValue));
    }

    [Fact]
    public void Counts_that_no_message_can_hold_take_no_memory()
    {
        var header = new byte[WireForm.HeaderOctets];
        var (batch, _, _) = FlowBatches.Of(23, 1);
        batch.AsSpan(0, header.Length).CopyTo(header);
        foreach (var place in (int[])[48, 52]) BinaryPrimitives.WriteUInt32LittleEndian(header.AsSpan(place), uint.MaxValue);
        foreach (var place in (int[])[56, 58]) BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(place), ushort.MaxValue);
        var reader = new FlowBatchReader(new ExporterDirectory());
        reader.TryRead(header, out _);
        var before = GC.GetAllocatedBytesForCurrentThread();

        for (var i = 0; i < 100; i++) reader.TryRead(header, out _);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Equal(101, reader.Counts.Rejected(WireRejection.WrongLength));
    }
}
