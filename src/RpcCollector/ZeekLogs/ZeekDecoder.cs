using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.ZeekLogs;

/// <summary>
/// Decodes lines of Zeek and of Suricata into flow starts and RPC operations for one thread, as <see cref="DatagramDecoder"/> does for
/// datagrams.
/// </summary>
internal sealed class ZeekDecoder(FlowOptions options, HopCounters counters, IFlowStartSink flows, IOperationSink operations)
{
    private readonly ConnDecoder _connections = new(options, counters, flows);
    private readonly OperationReader _operations = new(counters);
    private readonly EveFlowDecoder _eventFlows = new(options, counters, flows);
    private readonly EveOperationReader _eventOperations = new(counters);
    private long _numOperations;

    public HopCounters Counters { get; } = counters;

    /// <summary>RPC operations handed on.</summary>
    public long NumOperations => Volatile.Read(ref _numOperations);

    /// <summary>Reads a line of a file; false when it is of no use, and the reason is counted.</summary>
    public bool TryDecode(ReadOnlySpan<byte> line, SensorLog log, ZeekSensor sensor, out ZeekEntry entry)
    {
        entry = default;
        if (log.ReadEvent(line) is not EveEventKind.None and var kind)
            return TryDecode(log.Suricata.Event, kind, sensor, out entry);
        switch (log.ReadZeek(line))
        {
            case ZeekLogKind.Conn:
                if (!_connections.TryRead(log.Zeek.Line, sensor, out entry.Flow)) return false;
                entry.ArrivalUnixMilliseconds = entry.Flow.ArrivalUnixMilliseconds;
                return true;
            case ZeekLogKind.DceRpc:
                entry.IsOperation = true;
                if (!_operations.TryRead(log.Zeek.Line, out entry.Operation)) return false;
                entry.ArrivalUnixMilliseconds = entry.Operation.AtUnixMilliseconds;
                return true;
            default:
                return false;
        }
    }

    private bool TryDecode(EveEvent read, EveEventKind kind, ZeekSensor sensor, out ZeekEntry entry)
    {
        entry = default;
        switch (kind)
        {
            case EveEventKind.Flow or EveEventKind.NetFlow:
                if (!_eventFlows.TryRead(read, kind, sensor, out entry.Flow)) return false;
                entry.ArrivalUnixMilliseconds = entry.Flow.ArrivalUnixMilliseconds;
                return true;
            case EveEventKind.DceRpc or EveEventKind.Smb:
                entry.IsOperation = true;
                if (!_eventOperations.TryRead(read, sensor, out entry.Operation)) return false;
                entry.ArrivalUnixMilliseconds = entry.Operation.AtUnixMilliseconds;
                return true;
            default:
                return false;
        }
    }

    /// <summary>Hands on what a line said, with the entry's time of arrival.</summary>
    public void Deliver(ref ZeekEntry entry)
    {
        if (entry.IsOperation)
        {
            Volatile.Write(ref _numOperations, _numOperations + 1);
            operations.Offer(entry.Operation, entry.ArrivalUnixMilliseconds);
            return;
        }

        entry.Flow.ArrivalUnixMilliseconds = entry.ArrivalUnixMilliseconds;
        _connections.Offer(entry.Flow);
    }
}
