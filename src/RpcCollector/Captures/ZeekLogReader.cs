using RpcCollector.Flows.Zeek;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Captures;

/// <summary>
/// Reads a log of Zeek or Suricata in the order in which they could have written its lines, as far as a bounded heap can restore it.
/// </summary>
/// <remarks>
/// Zeek writes a line of conn.log some seconds or minutes after the connection has ended; logs that other tools put together are mostly
/// sorted by start.
/// </remarks>
internal sealed class ZeekLogReader : CaptureReader
{
    /// <summary>How many lines may wait for earlier ones: about 5 MiB.</summary>
    private const int MaxWaiting = 16_384;

    private readonly ZeekDecoder _decoder;
    private readonly ZeekSensor _sensor;
    private readonly SensorLog _log;
    private readonly LineBuffer _lines = new();
    private readonly PriorityQueue<ZeekEntry, (long ArrivalUnixMilliseconds, long Line)> _waiting = new();
    private ZeekEntry _entry;
    private long _numLines;
    private bool _ended;

    public ZeekLogReader(ByteSource source, string path, CaptureTally tally, ZeekDecoder decoder, ZeekSensor sensor)
        : base(source, tally)
    {
        (_decoder, _sensor) = (decoder, sensor);
        _log = new SensorLog(path, decoder.Counters);
    }

    public override bool TryRead()
    {
        while (!_ended && _waiting.Count < MaxWaiting) ReadLine();
        if (!_waiting.TryDequeue(out _entry, out _)) return false;
        TakeAt(_entry.ArrivalUnixMilliseconds * 1_000_000);
        return true;
    }

    /// <summary>Hands on the line that was read last.</summary>
    public void Deliver() => _decoder.Deliver(ref _entry);

    private void ReadLine()
    {
        ReadOnlySpan<byte> line;
        bool isTooLong;
        while (!_lines.TryTake(out line, out isTooLong))
        {
            var length = Source.ReadSome(_lines.Room());
            _lines.Add(length);
            if (length > 0) continue;
            _ended = true;
            if (Source.IsDamaged) Tally.Lose(CaptureLoss.DamagedFile);
            if (!_lines.TryTakeRest(out line, out isTooLong)) return;
            break;
        }

        if (isTooLong) _log.RejectLongLine();
        else if (_decoder.TryDecode(line, _log, _sensor, out var entry))
            _waiting.Enqueue(entry, (entry.ArrivalUnixMilliseconds, _numLines++));
    }
}
