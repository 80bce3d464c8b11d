using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Scale.Sensors;

namespace RpcCollector.Tests.Scale.Sensors;

/// <summary>What a sensor hears and says.</summary>
internal static class SensorSamples
{
    public static ReportedSensor Said(long now) => new(
        "1.2.3", now - 60_000, now, IsReady: true, [], Batches: 40, FlowStarts: 1_000, BufferBytes: 512, MostBufferBytes: 1 << 20,
        DroppedBatches: 2, DroppedFlowStarts: 70, Exporters: 0);

    /// <summary>An exporter sends one Template by IPFIX; of its sequence so many records are missing before the next.</summary>
    public static void Hear(ExporterCatalog catalog, string exporter, long now, uint sequence = 0)
    {
        var decoder = new DatagramDecoder(new FlowOptions(), catalog, new HopCounters(), new NoSink());
        decoder.Decode(
            Message(sequence, now), new TransportSession(HostAddress.Parse(exporter), 40_000, HostAddress.Parse("192.0.2.1"), 4739), now);
    }

    /// <summary>Gives the judge's side all deeds of messages, as its reader of the log does.</summary>
    public static void Deliver(SensorReports reports, IEnumerable<ReadOnlyMemory<byte>> messages, long appended)
    {
        var reader = new ActMessageReader(new ExporterDirectory());
        foreach (var message in messages)
        {
            Assert.True(reader.TryRead(message, out var header));
            while (reader.Read()) Assert.True(reports.Take(header, reader.Topic!, reader.Content.Span, appended));
        }
    }

    public static ActHeader HeaderOf(string source, ulong sequence = 1, ulong epoch = 1) =>
        new(source, ActHeader.NoPartition, epoch, sequence, 0, 0, true, 1);

    public static byte[] Octets(SensorReport report) => JsonSerializer.SerializeToUtf8Bytes(report, SensorReportJson.Default.SensorReport);

    public static byte[] Octets(string json) => Encoding.UTF8.GetBytes(json);

    // A Template of sourceIPv4Address and sourceTransportPort (RFC 7011, 3.4.1), and one Data Record by it.
    private static byte[] Message(uint sequence, long now)
    {
        var message = new byte[42];
        ushort[] words = [10, 42, 0, 0, 0, 0, 0, 1, 2, 16, 256, 2, 8, 4, 7, 2, 256, 10, 2570, 2570, 135];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2 * i), words[i]);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), (uint)(now / 1_000));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), sequence);
        return message;
    }

    private sealed class NoSink : IFlowStartSink
    {
        public void Offer(in FlowStart start)
        {
        }
    }
}
