using System.Buffers.Binary;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Flows.Tests.Wire;

public sealed class FlowBatchTests
{
    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 200)]
    [InlineData(3, 400)]
    [InlineData(4, 400)]
    public void Flow_starts_come_out_of_a_batch_as_they_went_in_whatever_their_fields_hold(int seed, int count)
    {
        var (batch, starts, exporters) = FlowBatches.Of(seed, count);
        var own = new ExporterDirectory();
        var reader = new FlowBatchReader(own);

        Assert.True(reader.TryRead(batch, out var header));

        Assert.Equal(
            new FlowBatchHeader("north", "oslo", FlowBatches.Partition, FlowBatches.Epoch, 7, FlowBatches.Watermark, 0, count), header);
        Assert.Equal(count, reader.FlowStarts.Length);
        for (var i = 0; i < count; i++)
            Assert.Equal(FlowBatches.ByValue(starts[i], exporters), FlowBatches.ByValue(reader.FlowStarts[i], own));
        Assert.Equal(1, reader.Counts.Used);
    }

    [Fact]
    public void An_exporter_keeps_one_number_whichever_sensor_names_it()
    {
        var own = new ExporterDirectory();
        var reader = new FlowBatchReader(own);
        var shared = HostAddress.Parse("192.0.2.7");
        List<int> ids = [];
        for (var sensor = 0; sensor < 3; sensor++)
        {
            // Each sensor has numbered others before it.
            var directory = new ExporterDirectory();
            for (uint i = 0; i < sensor; i++) directory.TryGetId(HostAddress.FromIPv4(0x0A00_0000 + i), out _);
            directory.TryGetId(shared, out var id);
            var writer = new FlowBatchWriter($"sensor-{sensor}", null, 1, 0, directory);
            writer.TryAdd(new FlowStart { ExporterId = id });
            Assert.True(reader.TryRead(writer.Finish(1, 0).Span, out _));
            ids.Add(reader.FlowStarts[0].ExporterId);
        }

        Assert.Single(ids.Distinct());
        Assert.Equal(shared, own[ids[0]]);
    }

    [Fact]
    public void Exporter_for_which_no_number_is_left_is_the_one_without_and_is_counted()
    {
        var (batch, starts, exporters) = FlowBatches.Of(5, 300);
        var own = new ExporterDirectory(2);
        var reader = new FlowBatchReader(own);

        Assert.True(reader.TryRead(batch, out _));

        var known = reader.FlowStarts.ToArray().Where(start => start.ExporterId != own.Unnamed).ToList();
        Assert.Equal(2, own.Count);
        Assert.Equal(2, known.Select(start => start.ExporterId).Distinct().Count());
        Assert.Equal(
            starts.Select(start => exporters[start.ExporterId]).Where(address => address != default).Distinct().Count() - 2,
            reader.Counts.UnnamedExporters);
    }

    [Fact]
    public void A_full_batch_takes_nothing_more_and_the_next_says_how_many_came_before()
    {
        var random = new RandomFlowStarts(6);
        var writer = FlowBatches.Writer(random.Exporters, 2_048);
        var reader = new FlowBatchReader(random.Exporters);
        var (sequence, read) = (0UL, new List<FlowStart>());
        var starts = random.Take(1_000);
        foreach (var start in starts)
        {
            if (writer.TryAdd(start)) continue;
            Take(writer.Finish(++sequence, FlowBatches.Watermark));
            Assert.True(writer.TryAdd(start));
        }

        Take(writer.Finish(++sequence, FlowBatches.Watermark));
        Assert.Equal(starts, read);

        void Take(ReadOnlyMemory<byte> batch)
        {
            Assert.InRange(batch.Length, 1, 2_048);
            Assert.True(reader.TryRead(batch.Span, out var header));
            Assert.Equal((sequence, (ulong)read.Count), (header.Sequence, header.RowsBefore));
            read.AddRange(reader.FlowStarts);
        }
    }

    [Fact]
    public void A_batch_without_flow_starts_tells_the_watermark()
    {
        var reader = new FlowBatchReader(new ExporterDirectory());

        var batch = FlowBatches.Writer(new ExporterDirectory()).Finish(1, FlowBatches.Watermark);

        Assert.True(reader.TryRead(batch.Span, out var header));
        Assert.Equal((0, FlowBatches.Watermark), (header.NumRows, header.WatermarkUnixMilliseconds));
        Assert.Equal(0, reader.FlowStarts.Length);
    }

    [Fact]
    public void The_header_can_be_read_without_the_rows()
    {
        var (batch, _, _) = FlowBatches.Of(7, 100);
        var reader = new FlowBatchReader(new ExporterDirectory());

        Assert.Equal(WireRejection.None, reader.ReadHeader(batch, out var header));

        Assert.Equal((100, 7UL), (header.NumRows, header.Sequence));
        Assert.Equal((0, 0), (reader.FlowStarts.Length, reader.Counts.Received));
    }

    [Fact]
    public void The_same_flow_starts_make_the_same_octets_in_every_process()
    {
        var (batch, starts, exporters) = FlowBatches.Of(8, 300);
        var other = new ExporterDirectory();
        for (var id = exporters.Count - 1; id >= 0; id--) other.TryGetId(exporters[id], out _);
        var writer = FlowBatches.Writer(other);
        foreach (var start in starts)
        {
            var id = other.Unnamed;
            if (start.ExporterId != exporters.Unnamed) other.TryGetId(exporters[start.ExporterId], out id);
            Assert.True(writer.TryAdd(start with { ExporterId = id }));
        }

        Assert.Equal(batch, writer.Finish(7, FlowBatches.Watermark).ToArray());
    }

    [Theory]
    [InlineData("")]
    [InlineData("two words")]
    [InlineData("größe")]
    [InlineData("a-name-of-sixty-five-characters-which-is-one-more-than-there-may-be")]
    public void A_sensor_is_not_given_a_name_that_no_reader_would_take(string name)
    {
        Assert.Throws<ArgumentException>(() => new FlowBatchWriter(name, null, 1, 0, new ExporterDirectory()));
        Assert.False(WireForm.IsName(name));
    }

    [Theory]
    [InlineData(0, WireRejection.UnknownVersion)]
    [InlineData(1, WireRejection.None)]
    [InlineData(2, WireRejection.UnknownVersion)]
    public void A_version_that_is_not_known_is_refused(ushort version, WireRejection expected)
    {
        var (batch, _, _) = FlowBatches.Of(9, 10);
        BinaryPrimitives.WriteUInt16LittleEndian(batch.AsSpan(4), version);
        var reader = new FlowBatchReader(new ExporterDirectory());

        Assert.Equal(expected == WireRejection.None, reader.TryRead(batch, out _));

        Assert.Equal(1, expected == WireRejection.None ? reader.Counts.Used : reader.Counts.Rejected(expected));
    }

    [Theory]
    [InlineData(0, 0xFF, WireRejection.WrongMagic)]
    [InlineData(31, 0x80, WireRejection.ImpossibleTime)]
    [InlineData(39, 0x80, WireRejection.ImpossibleTime)]
    [InlineData(48, 0x01, WireRejection.WrongLength)]
    [InlineData(62, 0x01, WireRejection.ReservedInUse)]
    [InlineData(64 + 41, 0x80, WireRejection.IndexOutOfTable)]
    [InlineData(64 + 42, 0x07, WireRejection.UnknownValue)]
    [InlineData(64 + 43, 0x02, WireRejection.UnknownValue)]
    [InlineData(64 + 43, 0x01, WireRejection.IndexOutOfTable)]
    [InlineData(64 + 72 + 21, 0x80, WireRejection.IndexOutOfTable)]
    [InlineData(64 + 72 + 23, 0x01, WireRejection.ReservedInUse)]
    [InlineData(64 + 72 + 24 + 16, 0x80, WireRejection.ImpossibleName)]
    public void What_is_wrong_with_a_batch_has_a_name_and_a_counter(int place, byte change, WireRejection expected)
    {
        var directory = new ExporterDirectory();
        directory.TryGetId(HostAddress.Parse("192.0.2.7"), out var id);
        var writer = FlowBatches.Writer(directory);
        writer.TryAdd(new FlowStart
        {
            ExporterId = id,
            ClientOctets = 0xFF,
            ArrivalUnixMilliseconds = FlowBatches.Watermark,
            StartUnixMilliseconds = FlowBatches.Watermark,
            EndUnixMilliseconds = FlowBatches.Watermark,
        });
        var batch = writer.Finish(1, FlowBatches.Watermark).ToArray();
        batch[place] ^= change;
        var own = new ExporterDirectory();
        var reader = new FlowBatchReader(own);

        Assert.False(reader.TryRead(batch, out _));

        Assert.Equal(1, reader.Counts.Rejected(expected));
        Assert.Equal((0, 1, 0), (reader.Counts.Used, reader.Counts.Received, own.Count));
    }
}
