using System.Buffers.Text;
using System.Text;
using RpcCollector.Flows;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Detection.Operations;

/// <summary>Reads Suricata's events dcerpc and smb as RPC operations, named as Zeek names them.</summary>
public sealed class EveOperationReader(HopCounters counters)
{
    // Names of what the catalogue does not know are made anew for each call; known ones are the same strings.
    private readonly BoundInterfaces _bound = new();
    private readonly EvePipes _pipes = new();

    /// <returns>False when the event is of no use, or is a BIND; the reason is counted, and a BIND as used.</returns>
    public bool TryRead(EveEvent read, ZeekSensor sensor, out RpcOperation operation) =>
        TryRead(read, sensor, isUsed: false, out operation);

    /// <param name="isUsed">True when the event told something else: then it counts as used, whatever it says of operations.</param>
    /// <returns>False when the event is of no use, or is a BIND; the reason is counted, and a BIND as used.</returns>
    public bool TryRead(EveEvent read, ZeekSensor sensor, bool isUsed, out RpcOperation operation)
    {
        operation = default;

        // 1. Which connection.
        if (!ZeekValue.TryReadAddress(read[EveField.Source], out var client)
            || !ZeekValue.TryReadAddress(read[EveField.Destination], out var server)
            || !ZeekValue.TryReadPort(read[EveField.SourcePort], out var clientPort)
            || !ZeekValue.TryReadPort(read[EveField.DestinationPort], out var serverPort)
            || !HostAddress.CanConnect(client, server))
            return Reject(isUsed, Rejection.NotATransportFlow);
        if (!ZeekValue.TryReadTime(read[EveField.Timestamp], out var at)) return Reject(isUsed, Rejection.NoStartTime);

        // 2. Which interface: as the request says, or else as the connection's BIND said.
        var hasFlow = TryReadNumber(read[EveField.FlowId], out ulong flowId);
        var request = read[EveField.Request];
        var (isBind, isAlter) = (request.SequenceEqual("BIND"u8), request.SequenceEqual("ALTER_CONTEXT"u8));
        if (isBind || isAlter)
        {
            var isRefused = read[EveField.Response].SequenceEqual("BINDNAK"u8);
            if (hasFlow && isBind && !isRefused) _bound.Bind(sensor.ExporterId, flowId, read.Interface);
            else if (hasFlow && isAlter) _bound.BindAlso(sensor.ExporterId, flowId, read.Interface);
            counters.Use(Hop.SuricataLine);
            return false;
        }

        if (request.IsEmpty && _pipes.InterfaceOf(
            read, sensor.ExporterId, hasFlow ? flowId : null, TryReadNumber(read[EveField.TreeId], out ulong tree) ? tree : null)
            is { } contacted)
        {
            operation =
                Oriented(at, client, clientPort, server, serverPort, hasFlow ? read[EveField.FlowId] : [], contacted, RpcOperation.None);
            counters.Use(Hop.SuricataLine);
            return true;
        }

        var onInterface = read.NamesInterfaces ? read.Interface : hasFlow ? _bound.Of(sensor.ExporterId, flowId) : null;
        if (!request.SequenceEqual("REQUEST"u8) || !TryReadNumber(read[EveField.Opnum], out ulong opnum) || opnum > ushort.MaxValue
            || onInterface is not { } known)
            return Reject(isUsed, Rejection.NoOperation);

        // 3. Who called whom.
        counters.Use(Hop.SuricataLine);
        var names = InterfaceCatalog.NamesOf(known, (ushort)opnum);
        operation = Oriented(
            at, client, clientPort, server, serverPort, hasFlow ? read[EveField.FlowId] : [], names.Interface, names.Operation);
        return true;
    }

    /// <summary>Some versions write the event with the ends of the packet that completed it, which may be the answer.</summary>
    private static RpcOperation Oriented(
        long atMicroseconds, HostAddress client, ushort clientPort, HostAddress server, ushort serverPort, ReadOnlySpan<byte> flowId,
        string onInterface, string operation)
    {
        if (WellKnownPort.IsRemoteAdministration(clientPort) && !WellKnownPort.IsRemoteAdministration(serverPort))
            (client, clientPort, server, serverPort) = (server, serverPort, client, clientPort);
        return new RpcOperation
        {
            AtUnixMilliseconds = atMicroseconds / 1000,
            Client = client,
            Server = server,
            ClientPort = clientPort,
            ServerPort = serverPort,
            Uid = Encoding.UTF8.GetString(flowId),
            Interface = onInterface,
            Operation = operation,
        };
    }

    private bool Reject(bool isUsed, Rejection reason)
    {
        if (isUsed) counters.Use(Hop.SuricataLine);
        else counters.Reject(Hop.SuricataLine, reason);
        return false;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> value, out ulong number) =>
        Utf8Parser.TryParse(value, out number, out var length) && length == value.Length;
}
