using Kaitai;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Flows.Tests.Wire;

/// <summary>The grammar is the specification: what it says of a batch, and what the fast reader does, are the same.</summary>
public sealed class FlowBatchGrammarTests
{
    [Theory]
    [InlineData(30)]
    [InlineData(31)]
    [InlineData(32)]
    public void Reader_and_grammar_agree_on_every_field(int seed)
    {
        var (batch, _, _) = FlowBatches.Of(seed, 300);
        var exporters = new ExporterDirectory();
        var reader = new FlowBatchReader(exporters);

        Assert.True(reader.TryRead(batch, out var header));
        var stream = new KaitaiStream(batch);
        var parsed = new RpcFlowBatch(stream);

        Assert.True(stream.IsEof);
        Assert.Equal(header, HeaderOf(parsed));
        Assert.Equal(
            parsed.Rows.Select(row => StartOf(row, parsed)),
            reader.FlowStarts.ToArray().Select(start => FlowBatches.ByValue(start, exporters)));
    }

    [Fact]
    public void What_the_grammar_cannot_read_the_reader_rejects_too()
    {
        var random = new Random(33);
        var (batch, _, _) = FlowBatches.Of(33, 12);
        var reader = new FlowBatchReader(new ExporterDirectory());
        var numUnreadable = 0;
        for (var round = 0; round < 4_000; round++)
        {
            var damaged = batch.ToArray();
            damaged[random.Next(3) == 0 ? random.Next(WireForm.HeaderOctets) : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            if (IsReadable(damaged)) continue;
            numUnreadable++;
            Assert.False(reader.TryRead(damaged, out _));
        }

        Assert.InRange(numUnreadable, 100, 4_000);
    }

    private static bool IsReadable(byte[] batch)
    {
        try
        {
            _ = new RpcFlowBatch(new KaitaiStream(batch));
            return true;
        }
        catch (Exception exception) when (exception is EndOfStreamException or ValidationFailedError)
        {
            return false;
        }
    }

    private static FlowBatchHeader HeaderOf(RpcFlowBatch batch) => new(
        batch.Sensor, batch.Site, batch.Header.Partition, batch.Header.SensorEpoch, batch.Header.Sequence,
        batch.Header.WatermarkUnixMilliseconds, batch.Header.RowsBefore, batch.Rows.Count);

    private static (HostAddress Exporter, FlowStart Start) StartOf(RpcFlowBatch.Row row, RpcFlowBatch batch)
    {
        var witness = batch.Witnesses[row.Witness];
        var start = new FlowStart
        {
            Client = AddressOf(row.Client),
            Server = AddressOf(row.Server),
            ClientPort = row.ClientPort,
            ServerPort = row.ServerPort,
            ClientTcpFlags = row.ClientTcpFlags,
            ServerTcpFlags = row.ServerTcpFlags,
            IsEndAlone = row.IsEndAlone,
            IsMirror = row.IsMirror,
            IsTranslation = row.IsTranslation,
            Half = (FlowHalf)(int)row.Half,
            Direction = (DirectionConfidence)(int)row.Direction,
            ClockKey = witness.ClockKey,
            ResolutionMilliseconds = witness.ResolutionMilliseconds,
            ClockCorrectionMilliseconds = witness.ClockCorrectionMilliseconds,
            SamplingInterval = witness.SamplingInterval,
            ArrivalEra = witness.ArrivalEra,
        };
        if (row.Values is RpcFlowBatch.Narrow narrow) Give(narrow, batch.Header.BaseUnixMilliseconds, ref start);
        else Give(batch.WideValues[(int)((RpcFlowBatch.WidePlace)row.Values).WideValue], ref start);
        return (AddressOf(batch.Exporters[witness.Exporter]), start);
    }

    private static void Give(RpcFlowBatch.Narrow narrow, long origin, ref FlowStart start)
    {
        (start.ClientOctets, start.ServerOctets) = (narrow.ClientOctets, narrow.ServerOctets);
        (start.ClientPackets, start.ServerPackets) = (narrow.ClientPackets, narrow.ServerPackets);
        start.ArrivalUnixMilliseconds = origin + narrow.ArrivalAfterBase;
        start.StartUnixMilliseconds = start.ArrivalUnixMilliseconds + narrow.StartAfterArrival;
        start.EndUnixMilliseconds = start.StartUnixMilliseconds + narrow.EndAfterStart;
    }

    private static void Give(RpcFlowBatch.Wide wide, ref FlowStart start)
    {
        (start.ClientOctets, start.ServerOctets) = (wide.ClientOctets, wide.ServerOctets);
        (start.ClientPackets, start.ServerPackets) = (wide.ClientPackets, wide.ServerPackets);
        start.ArrivalUnixMilliseconds = wide.ArrivalUnixMilliseconds;
        start.StartUnixMilliseconds = wide.StartUnixMilliseconds;
        start.EndUnixMilliseconds = wide.EndUnixMilliseconds;
    }

    private static HostAddress AddressOf(RpcFlowBatch.Address address) => new(address.High, address.Low);
}
