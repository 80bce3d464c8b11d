using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Benchmarks;

/// <summary>
/// A decoder and datagrams for it without end: sequence numbers go on, and arrival times with them, so that nothing is ever out of
/// order or lost.
/// </summary>
internal sealed class DecodeRun
{
    private const int NumPrepared = 256;
    private const int DatagramsAMillisecond = 5_000;

    private static readonly HostAddress Collector = HostAddress.FromIPv4(0x7F00_0001);

    private readonly DecodeShape _shape;
    private readonly SyntheticMessage _message;
    private readonly DatagramDecoder _decoder;
    private readonly CountingSink _sink = new();
    private readonly HopCounters _counters = new();
    private readonly byte[][] _datagrams;
    private readonly int[] _relevant;
    private readonly TransportSession[] _sessions;
    private readonly uint[] _sequences;
    private readonly long _began = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private long _next;

    public DecodeRun(DecodeShape shape)
    {
        _shape = shape;
        SyntheticTemplate[] templates =
            [.. Enumerable.Range(0, shape.Templates)
                .Select(number => new SyntheticTemplate(number, shape.Version, shape.Layout == Layout.IpfixVariableLength))];
        _message = new SyntheticMessage(shape.Version, templates, _began - 3_600_000);
        _decoder = new DatagramDecoder(new FlowOptions(), new ExporterCatalog(new ExporterDirectory()), _counters, _sink);
        _sessions =
            [.. Enumerable.Range(0, shape.Exporters)
                .Select(number => new TransportSession(HostAddress.FromIPv4(0x0AC8_0001 + (uint)number), 2_055, Collector, 2_055))];
        _sequences = new uint[shape.Exporters];
        var load = new SyntheticLoad
        {
            Target = new(0, 0),
            Version = shape.Version,
            MapperShare = shape.MapperShare,
            DynamicShare = shape.DynamicShare,
        };
        var traffic = new RepeatedTraffic(load);
        var flows = new SyntheticFlow[shape.Records];
        _datagrams = new byte[Math.Max(NumPrepared, shape.Templates)][];
        _relevant = new int[_datagrams.Length];
        var buffer = new byte[64 + (shape.Records * 128)];
        for (var i = 0; i < _datagrams.Length; i++)
        {
            traffic.Make(flows, _began);
            _datagrams[i] = buffer[..(_message.WriteData(buffer, i % shape.Templates, flows, _began))];
            _relevant[i] = flows.Count(flow => flow.IsToMapper || flow.IsBetweenDynamicPorts);
        }

        Announce();
    }

    /// <summary>Records that were given to the decoder.</summary>
    public long Records { get; private set; }

    /// <summary>Of them, those that matter.</summary>
    public long Relevant { get; private set; }

    public long Decoded => _counters.Used(Hop.DataRecord);

    public long FlowStarts => _sink.Count;

    public long Rejected => _counters.Rejected(Hop.Datagram) + _counters.Rejected(Hop.Set) + _counters.Rejected(Hop.DataRecord);

    /// <summary>Decodes so many records, and perhaps part of a datagram more.</summary>
    public void Decode(int records)
    {
        for (var done = 0; done < records; done += _shape.Records, _next++)
        {
            LookAhead();
            var (exporter, prepared) = ((int)(_next % _sessions.Length), (int)(_next % _datagrams.Length));
            var datagram = _datagrams[prepared];
            _message.PutSequence(datagram, _sequences[exporter]);
            _sequences[exporter] += _message.Step(_shape.Records);
            _decoder.Decode(datagram, _sessions[exporter], _began + (_next / DatagramsAMillisecond));
            Records += _shape.Records;
            Relevant += _relevant[prepared];
        }
    }

    // As a receiving thread does with what it took at once.
    private void LookAhead()
    {
        if (_next % DatagramDecoder.GroupSize != 0 || !_decoder.LooksAhead) return;
        for (var next = _next; next < _next + DatagramDecoder.GroupSize; next++)
            _decoder.Expect(_datagrams[next % _datagrams.Length], _sessions[next % _sessions.Length]);
        _decoder.Prepare();
    }

    private void Announce()
    {
        if (_shape.Version == ExportVersion.NetFlowV5) return;
        var datagram = new byte[SyntheticMessage.MaxOctets];
        for (var exporter = 0; exporter < _sessions.Length; exporter++)
        {
            for (var next = 0; next < _shape.Templates;)
            {
                (var octets, next) = _message.WriteTemplates(datagram, next, _began);
                _message.PutSequence(datagram, _sequences[exporter]);
                _sequences[exporter] += _message.Step(0);
                _decoder.Decode(datagram.AsSpan(0, octets), _sessions[exporter], _began);
            }
        }
    }

    private sealed class CountingSink : IFlowStartSink
    {
        public long Count { get; private set; }

        // An uncertain one comes in both orientations.
        public void Offer(in FlowStart start) => Count += start.IsMirror ? 0 : 1;
    }
}
