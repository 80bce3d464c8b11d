using System.Buffers.Binary;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.KnownExporters;
using RpcCollector.Options;
using RpcCollector.Tests.Store;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector.Tests.KnownExporters;

/// <summary>A catalog, who watches it, and a decoder that fills it, all by a clock that the test sets.</summary>
internal sealed class WatchedExporters : IDisposable
{
    private readonly DatagramDecoder _decoder;

    public WatchedExporters(int maxExporters = 16_384)
    {
        Options.Flows.MaxExporters = maxExporters;
        Catalog = new ExporterCatalog(new ExporterDirectory(maxExporters));
        Clock = new ArrivalClock(Time);
        _decoder = new DatagramDecoder(Options.Flows, Catalog, new HopCounters(), new NoSink());
        Watch = new ExporterWatch(Options, Catalog, Gauges, Collector, Clock, Time, new Heartbeats(), Log.For<ExporterWatch>());
    }

    public CollectorOptions Options { get; } = new();

    public ExporterCatalog Catalog { get; }

    public ExporterGauges Gauges { get; } = new();

    public CollectorGauges Collector { get; } = new();

    public ManualTime Time { get; } = new();

    public ArrivalClock Clock { get; }

    public LogLines Log { get; } = new();

    public ExporterWatch Watch { get; }

    /// <summary>Sends a NetFlow v9 header, arriving now.</summary>
    /// <param name="behind">Seconds by which the exporter's clock is behind.</param>
    public void Send(string exporter, uint upTimeSeconds, int behind = 0, ushort port = 40_000, uint sequence = 0)
    {
        var message = new byte[20];
        BinaryPrimitives.WriteUInt16BigEndian(message, 9);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), upTimeSeconds * 1000);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(8), (uint)(Clock.Now.ToUnixTimeSeconds() - behind));
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(12), sequence);
        _decoder.Decode(message, new TransportSession(HostAddress.Parse(exporter), port, HostAddress.Parse("192.0.2.1"), 2055),
            Clock.UnixMilliseconds);
    }

    /// <summary>Sends a datagram, arriving now.</summary>
    public void Send(string exporter, byte[] datagram) => _decoder.Decode(
        datagram, new TransportSession(HostAddress.Parse(exporter), 40_000, HostAddress.Parse("192.0.2.1"), 2055), Clock.UnixMilliseconds);

    /// <summary>Sends an IPFIX Template 256 of one field of a length, arriving now.</summary>
    public void SendTemplate(string exporter, ushort length)
    {
        var message = new byte[28];
        ReadOnlySpan<ushort> words = [10, 28];
        for (var i = 0; i < words.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2 * i), words[i]);
        BinaryPrimitives.WriteUInt32BigEndian(message.AsSpan(4), (uint)Clock.Now.ToUnixTimeSeconds());
        ReadOnlySpan<ushort> set = [2, 12, 256, 1, 95, length];
        for (var i = 0; i < set.Length; i++) BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(16 + (2 * i)), set[i]);
        _decoder.Decode(message, new TransportSession(HostAddress.Parse(exporter), 40_000, HostAddress.Parse("192.0.2.1"), 2055),
            Clock.UnixMilliseconds);
    }

    public void Look(TimeSpan later)
    {
        Time.Now += later;
        Watch.Look();
    }

    public void Dispose() => Watch.Dispose();

    private sealed class NoSink : IFlowStartSink
    {
        public void Offer(in FlowStart start)
        {
        }
    }
}
