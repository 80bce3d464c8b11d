using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;
using RpcCollector.Names;

namespace RpcCollector.ZeekLogs;

/// <summary>
/// Decodes lines of Zeek and of Suricata into flow starts, RPC operations, leases and names for one thread, as
/// <see cref="DatagramDecoder"/> does for datagrams.
/// </summary>
/// <param name="names">Learns names and users as soon as a line is decoded: they have times of their own.</param>
internal sealed class ZeekDecoder(
    FlowOptions options, HopCounters counters, IFlowStartSink flows, IOperationSink operations, NameBook names)
{
    private readonly ConnDecoder _connections = new(options, counters, flows);
    private readonly OperationReader _operations = new(counters);
    private readonly EveFlowDecoder _eventFlows = new(options, counters, flows);
    private readonly EveOperationReader _eventOperations = new(counters);
    private readonly ZeekNameReader _names = new(names, counters);
    private readonly EveNameReader _eventNames = new(names, counters);
    private long _numOperations;

    public HopCounters Counters { get; } = counters;

    /// <summary>RPC operations handed on.</summary>
    public long NumOperations => Volatile.Read(ref _numOperations);

    /// <summary>Reads a line of a file; false when nothing of it is to be handed on: it only named, or the reason is counted.</summary>
    public bool TryDecode(ReadOnlySpan<byte> line, SensorLog log, ZeekSensor sensor, out ZeekEntry entry)
    {
        entry = default;
        if (log.ReadEvent(line) is not EveEventKind.None and var kind)
            return TryDecode(log.Suricata.Event, kind, sensor, out entry);
        var logKind = log.ReadZeek(line);
        switch (logKind)
        {
            case ZeekLogKind.Conn:
                if (!_connections.TryRead(log.Zeek.Line, sensor, out entry.Flow)) return false;
                entry.ArrivalUnixMilliseconds = entry.Flow.ArrivalUnixMilliseconds;
                return true;
            case ZeekLogKind.DceRpc:
                entry.Kind = ZeekEntryKind.Operation;
                if (!_operations.TryRead(log.Zeek.Line, out entry.Operation)) return false;
                entry.ArrivalUnixMilliseconds = entry.Operation.AtUnixMilliseconds;
                return true;
            case ZeekLogKind.SmbFiles:
                entry.Kind = ZeekEntryKind.Operation;
                if (!_operations.TryReadPipe(log.Zeek.Line, out entry.Operation)) return false;
                entry.ArrivalUnixMilliseconds = entry.Operation.AtUnixMilliseconds;
                return true;
            case ZeekLogKind.SmbMapping:
                var isPipe = _operations.TryReadMappedPipe(log.Zeek.Line, out entry.Operation);
                _names.Read(log.Zeek.Line, logKind, isPipe, out _);
                if (!isPipe) return false;
                (entry.Kind, entry.ArrivalUnixMilliseconds) = (ZeekEntryKind.Operation, entry.Operation.AtUnixMilliseconds);
                return true;
            case ZeekLogKind.Dhcp or ZeekLogKind.Dns or ZeekLogKind.Ntlm or ZeekLogKind.Kerberos:
                _names.Read(log.Zeek.Line, logKind, hasToldMore: false, out var lease);
                return TryTake(lease, ref entry);
            default:
                return false;
        }
    }

    private static bool TryTake(AddressLease? lease, ref ZeekEntry entry)
    {
        if (lease is not { } told) return false;
        (entry.Kind, entry.Lease, entry.ArrivalUnixMilliseconds) = (ZeekEntryKind.Lease, told, told.StartUnixMilliseconds);
        return true;
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
                entry.Kind = ZeekEntryKind.Operation;
                var isUsed = kind == EveEventKind.Smb && _eventNames.ReadSmb(read);
                if (!_eventOperations.TryRead(read, sensor, isUsed, out entry.Operation)) return false;
                entry.ArrivalUnixMilliseconds = entry.Operation.AtUnixMilliseconds;
                return true;
            case EveEventKind.Dhcp or EveEventKind.Dns or EveEventKind.Krb5:
                _eventNames.Read(read, kind, out var lease);
                return TryTake(lease, ref entry);
            default:
                return false;
        }
    }

    /// <summary>Hands on what a line said, with the entry's time of arrival.</summary>
    public void Deliver(ref ZeekEntry entry)
    {
        switch (entry.Kind)
        {
            case ZeekEntryKind.Operation:
                Volatile.Write(ref _numOperations, _numOperations + 1);
                operations.Offer(entry.Operation, entry.ArrivalUnixMilliseconds);
                break;
            case ZeekEntryKind.Lease:
                operations.Offer(entry.Lease, entry.ArrivalUnixMilliseconds);
                break;
            default:
                entry.Flow.ArrivalUnixMilliseconds = entry.ArrivalUnixMilliseconds;
                _connections.Offer(entry.Flow);
                break;
        }
    }
}
