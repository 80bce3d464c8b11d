using System.Text;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Benchmarks.Fuzz;

/// <summary>A decoder, and senders that send it mutated Messages: the same for the same seed.</summary>
internal sealed class FuzzRun
{
    private const int OneInForged = 64;
    private const int OneInConnections = 256;
    private const int OneInLines = 32;
    private const long Hour = 3_600_000;

    private static readonly HostAddress Collector = HostAddress.FromIPv4(0x7F00_0001);

    private static readonly byte[] Header = Encoding.ASCII.GetBytes(
        "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\t" +
        "conn_state\thistory");

    private static readonly byte[][] Lines =
    [
        Encoding.ASCII.GetBytes(
            "1600000000.123456\tC1\t10.0.0.1\t50000\t10.0.0.2\t135\ttcp\tdce_rpc\t1.5\t100\t200\tSF\tShADadFf"),
        Encoding.ASCII.GetBytes(
            """{"_path":"conn","ts":1600000000.1,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":50000,"id.resp_h":"::1","id.resp_p":135,""" +
            """ "proto":"tcp","duration":1.0,"history":"ShADadFf"}"""),
        Encoding.ASCII.GetBytes(
            """{"event_type":"flow","src_ip":"10.0.0.1","src_port":50000,"dest_ip":"::1","dest_port":135,"proto":"TCP","flow":""" +
            """{"bytes_toserver":9,"start":"2026-03-02T09:15:01.005250+0000"},"tcp":{"tcp_flags_ts":"1b","tcp_flags_tc":"1b"}}"""),
        Encoding.ASCII.GetBytes(
            """{"event_type":"dcerpc","flow_id":7,"src_ip":"10.0.0.1","dcerpc":{"request":"REQUEST","req":{"opnum":3},"interfaces":""" +
            """[{"uuid":"e3514235-4b06-11d1-ab04-00c04fc2dcd2","version":"4.0","ack_result":0}]}}"""),
    ];

    private readonly Random _random;
    private readonly MessageMutator _mutator;
    private readonly DatagramDecoder _decoder;
    private readonly ExporterCatalog _catalog;
    private readonly HopCounters _counters = new();
    private readonly FlowOptions _options;
    private readonly CountingSink _sink = new();
    private readonly ZeekLog _log;
    private readonly ConnDecoder _connections;
    private readonly EveLog _events;
    private readonly EveFlowDecoder _eventFlows;
    private readonly ZeekSensor _sensor;
    private int _collections;
    private TimeSpan _pauses;
    private readonly byte[] _text = new byte[1024];
    private long _now = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();

    public FuzzRun(IReadOnlyList<byte[]> seeds, int seed)
    {
        _random = new Random(seed);
        _mutator = new MessageMutator(seeds, _random);

        // As shipped, and with bounds so small that all are reached.
        _options = seed % 2 == 0
            ? new FlowOptions()
            : new FlowOptions
            {
                MaxExporters = 16,
                MaxDomainsPerExporter = 8,
                MaxSessionsPerExporter = 8,
                MaxSessions = 48,
                MaxTemplatesPerExporter = 64,
                MaxTemplates = 256,
                MaxWaitingBytes = 65_536,
                MaxWaitingBytesPerExporter = 8_192,
                MaxWaiting = TimeSpan.FromSeconds(5),
            };
        _catalog = new ExporterCatalog(new ExporterDirectory(_options.MaxExporters));
        _decoder = new DatagramDecoder(_options, _catalog, _counters, _sink);
        var lines = new HopCounters();
        _connections = new ConnDecoder(_options, lines, _sink);
        _log = new ZeekLog(ZeekLogKind.Conn, lines);
        (_events, _eventFlows) = (new EveLog(lines), new EveFlowDecoder(_options, lines, _sink));
        _sensor = ZeekSensor.Of(_catalog, ZeekSensor.DefaultAddress(0))!;
        _log.Read(Header);
    }

    /// <summary>Decodes one more Message, and now and then a line.</summary>
    /// <returns>The CPU time that decoding it took.</returns>
    public TimeSpan Decode()
    {
        var session = Session();
        var message = _mutator.Next();
        _now += _random.Next(200_000) == 0 ? _random.NextInt64(-Hour, 2 * Hour) : _random.Next(3);
        NotePauses();
        var began = ThreadCpu.Now;
        _decoder.Decode(message, session, _now);
        var took = ThreadCpu.Now - began;

        // A collection may fall into any Message, and stops it for as long as all that is kept takes.
        took -= NotePauses();
        if (session.IsOverTcp && _random.Next(OneInConnections) == 0) _decoder.End(session);
        if (_random.Next(OneInLines) == 0) ReadLine();
        return took;
    }

    /// <summary>Ends the input; what does not add up, or null.</summary>
    public string? FindFault()
    {
        _decoder.Complete();
        foreach (var hop in (Hop[])[Hop.Datagram, Hop.Set, Hop.TemplateRecord, Hop.DataRecord, Hop.FlowRecord])
        {
            var (received, accounted) = (_counters.Received(hop), _counters.Used(hop) + _counters.Rejected(hop));
            if (received != accounted) return $"{hop}: {received} received, {accounted} used or rejected";
        }

        if (_catalog.NumExporters > _options.MaxExporters) return $"{_catalog.NumExporters} exporters";
        if (_catalog.Templates().Count is var known && known != _catalog.NumTemplates)
            return $"{_catalog.NumTemplates} templates counted, {known} known";
        return _catalog.NumTemplates > _options.MaxTemplates ? $"{_catalog.NumTemplates} templates" : null;
    }

    /// <returns>For how long collections stopped all since the last call.</returns>
    private TimeSpan NotePauses()
    {
        var collections = GC.CollectionCount(0);
        if (collections == _collections) return TimeSpan.Zero;
        var pauses = GC.GetTotalPauseDuration();
        var more = pauses - _pauses;
        (_collections, _pauses) = (collections, pauses);
        return more;
    }

    /// <summary>A few senders with a few ports each, so that state builds up; now and then one that nobody has seen.</summary>
    private TransportSession Session()
    {
        var address = _random.Next(OneInForged) == 0
            ? new HostAddress((ulong)_random.Next(4) << 16, (ulong)_random.NextInt64())
            : HostAddress.FromIPv4(0xC000_0200 + (uint)(_random.Next(8) << 8));
        return new TransportSession(address, (ushort)(40_000 + _random.Next(4)), Collector, 2_055, _random.Next(16) == 0);
    }

    private void ReadLine()
    {
        var line = Lines[_random.Next(Lines.Length)];
        line.CopyTo(_text, 0);
        var length = line.Length;
        for (var edits = _random.Next(5); edits > 0; edits--)
        {
            var place = _random.Next(length);
            if (_random.Next(8) == 0) length = place + 1;
            else _text[place] = (byte)(_random.Next(2) == 0 ? "\t\\x\"{}-.0:,"[_random.Next(11)] : _random.Next(256));
        }

        if (_log.Read(_text.AsSpan(0, length)) == ZeekLogKind.Conn && _connections.TryRead(_log.Line, _sensor, out var flow))
            _connections.Offer(flow);
        if (_events.Read(_text.AsSpan(0, length)) is EveEventKind.Flow
            && _eventFlows.TryRead(_events.Event, EveEventKind.Flow, _sensor, out flow))
            _eventFlows.Offer(flow);
    }

    private sealed class CountingSink : IFlowStartSink
    {
        public long Count { get; private set; }

        public void Offer(in FlowStart start) => Count++;
    }
}
