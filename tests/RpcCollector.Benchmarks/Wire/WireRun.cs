using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Benchmarks.Wire;

/// <summary>A sensor's flow starts packed into batches, and the batches read again: half of them IPv6, of some exporters in turn.</summary>
internal sealed class WireRun
{
    private const int Held = 8_192;

    private readonly FlowStart[] _starts = new FlowStart[Held];
    private readonly List<byte[]> _batches = [];
    private readonly FlowBatchWriter _writer;
    private readonly FlowBatchReader _reader = new(new ExporterDirectory());
    private ulong _sequence;
    private int _next;
    private int _nextBatch;

    public WireRun(int exporters)
    {
        var directory = new ExporterDirectory();
        var ids = new int[exporters];
        for (var i = 0; i < exporters; i++) directory.TryGetId(HostAddress.FromIPv4(0xC000_0200 + (uint)i), out ids[i]);
        for (var i = 0; i < Held; i++) _starts[i] = Start(i, ids[i % exporters]);
        _writer = new FlowBatchWriter("sensor", null, 1, 0, directory);

        // Every batch that the flow starts make, for the reader.
        for (var i = 0; i < Held; i++)
        {
            if (_writer.TryAdd(_starts[i])) continue;
            _batches.Add(_writer.Finish(++_sequence, _starts[i].ArrivalUnixMilliseconds).ToArray());
            _writer.TryAdd(_starts[i]);
        }

        _writer.Finish(++_sequence, 0);
    }

    public long Packed { get; private set; }

    public long Octets { get; private set; }

    public long Read { get; private set; }

    public long Rejected => _reader.Counts.Received - _reader.Counts.Used;

    public void Pack(int flowStarts)
    {
        for (var left = flowStarts; left > 0; left--)
        {
            ref readonly var start = ref _starts[_next++ & (Held - 1)];
            if (_writer.TryAdd(start)) continue;
            Finish(start.ArrivalUnixMilliseconds);
            _writer.TryAdd(start);
        }

        Finish(0);
    }

    /// <summary>Reads whole batches until at least so many flow starts have been read.</summary>
    public void ReadAll(int flowStarts)
    {
        for (long left = flowStarts; left > 0;)
        {
            if (_reader.TryRead(_batches[_nextBatch++ % _batches.Count], out var header)) left -= header.NumRows;
            else left--;
            Read += _reader.FlowStarts.Length;
        }
    }

    private void Finish(long watermark)
    {
        Packed += _writer.NumRows;
        Octets += _writer.Finish(++_sequence, watermark).Length;
    }

    private static FlowStart Start(int number, int exporterId)
    {
        var arrival = 1_767_225_600_000 + (number / 10);
        var isIPv6 = number % 2 == 0;
        return new FlowStart
        {
            Client = isIPv6 ? new HostAddress(0x2001_0DB8_0000_0001, (ulong)number) : HostAddress.FromIPv4(0x0A00_0000 + (uint)number),
            Server = isIPv6 ? new HostAddress(0x2001_0DB8_0000_0002, 7) : HostAddress.FromIPv4(0x0A14_0007),
            ClientPort = (ushort)(49_152 + (number & 0x3FFF)),
            ServerPort = number % 3 == 0 ? WellKnownPort.EndpointMapper : (ushort)49_670,
            ClientTcpFlags = 0x1B,
            ServerTcpFlags = 0x1B,
            StartUnixMilliseconds = arrival - 15_000,
            EndUnixMilliseconds = arrival - 14_000,
            ArrivalUnixMilliseconds = arrival,
            ClientOctets = 1_500,
            ServerOctets = 48_000,
            ClientPackets = 10,
            ServerPackets = 36,
            ResolutionMilliseconds = 1,
            ClockKey = (ulong)exporterId * 0x9E37_79B9_7F4A_7C15,
            ClockCorrectionMilliseconds = 12,
            ExporterId = exporterId,
            SamplingInterval = 1,
            Direction = DirectionConfidence.Stated,
            Half = FlowHalf.Both,
        };
    }
}
