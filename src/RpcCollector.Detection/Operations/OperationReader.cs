using System.Globalization;
using System.Text;
using RpcCollector.Flows;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Detection.Operations;

/// <summary>Reads lines of Zeek's dce_rpc.log as RPC operations.</summary>
public sealed class OperationReader(HopCounters counters)
{
    // There are a few thousand interfaces and operations; beyond that, names may be forged and are not kept for ever.
    private const int MaxNames = 8_192;
    private const int LongestName = 256;
    private const string Unknown = "unknown-";

    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal);

    /// <returns>False when the line is of no use; the reason is counted.</returns>
    public bool TryRead(ZeekLine line, out RpcOperation operation)
    {
        operation = default;
        if (!ZeekValue.TryReadAddress(line[ZeekField.OriginatorHost], out var client)
            || !ZeekValue.TryReadAddress(line[ZeekField.ResponderHost], out var server)
            || !ZeekValue.TryReadPort(line[ZeekField.OriginatorPort], out var clientPort)
                || !ZeekValue.TryReadPort(line[ZeekField.ResponderPort], out var serverPort))
            return Reject(Rejection.NotATransportFlow);
        if (!HostAddress.CanConnect(client, server)) return Reject(Rejection.NotATransportFlow);
        if (!ZeekValue.TryReadTime(line[ZeekField.Time], out var at)) return Reject(Rejection.NoStartTime);
        var (onInterface, called) = (Name(line[ZeekField.Endpoint]), Name(line[ZeekField.Operation]));
        if (onInterface.Length == 0 || called.Length == 0)
        {
            // The pipe names the interface where no call through it was read.
            if (NamedPipe.InterfaceOf(line[ZeekField.NamedPipe]) is not { } contacted) return Reject(Rejection.NoOperation);
            (onInterface, called) = (contacted, RpcOperation.None);
        }

        counters.Use(Hop.ZeekLine);
        operation = new RpcOperation
        {
            AtUnixMilliseconds = at / 1000,
            Client = client,
            Server = server,
            ClientPort = clientPort,
            ServerPort = serverPort,
            Uid = Text(line[ZeekField.Uid]),
            Interface = onInterface,
            Operation = OfNumber(onInterface, called),
        };
        return true;
    }

    /// <summary>Reads a line of smb_files.log that opens the pipe of an interface.</summary>
    /// <returns>False when the line is of no use; the reason is counted.</returns>
    public bool TryReadPipe(ZeekLine line, out RpcOperation operation)
    {
        if (!TryReadPipe(line, NamedPipe.OpenedBy(line), out operation, out var reason)) return Reject(reason);
        counters.Use(Hop.ZeekLine);
        return true;
    }

    /// <summary>The same of smb_mapping.log, whose lines name hosts besides: nothing is counted.</summary>
    public bool TryReadMappedPipe(ZeekLine line, out RpcOperation operation) =>
        TryReadPipe(line, NamedPipe.InterfaceOfPath(line[ZeekField.SharePath]), out operation, out _);

    private static bool TryReadPipe(ZeekLine line, string? onInterface, out RpcOperation operation, out Rejection reason)
    {
        operation = default;
        reason = Rejection.OtherLog;
        if (onInterface is null) return false;
        reason = Rejection.NotATransportFlow;
        if (!ZeekValue.TryReadAddress(line[ZeekField.OriginatorHost], out var client)
            || !ZeekValue.TryReadAddress(line[ZeekField.ResponderHost], out var server)
            || !ZeekValue.TryReadPort(line[ZeekField.OriginatorPort], out var clientPort)
            || !ZeekValue.TryReadPort(line[ZeekField.ResponderPort], out var serverPort)
            || !HostAddress.CanConnect(client, server)) return false;
        reason = Rejection.NoStartTime;
        if (!ZeekValue.TryReadTime(line[ZeekField.Time], out var at)) return false;
        operation = new RpcOperation
        {
            AtUnixMilliseconds = at / 1000,
            Client = client,
            Server = server,
            ClientPort = clientPort,
            ServerPort = serverPort,
            Uid = Text(line[ZeekField.Uid]),
            Interface = onInterface,
            Operation = RpcOperation.None,
        };
        return true;
    }

    /// <summary>Zeek writes "unknown-64" for a number that its version does not know.</summary>
    private static string OfNumber(string onInterface, string called) =>
        called.StartsWith(Unknown, StringComparison.Ordinal)
        && ushort.TryParse(called.AsSpan(Unknown.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var opnum)
            ? InterfaceCatalog.OperationOf(onInterface, opnum) ?? called
            : called;

    private bool Reject(Rejection reason)
    {
        counters.Reject(Hop.ZeekLine, reason);
        return false;
    }

    /// <summary>The same string for the same name, as long as there is room.</summary>
    private string Name(ReadOnlySpan<byte> value)
    {
        if (value.Length > LongestName) return Text(value);
        Span<char> name = stackalloc char[LongestName];
        name = name[..Encoding.UTF8.GetChars(value, name)];
        var names = _names.GetAlternateLookup<ReadOnlySpan<char>>();
        if (names.TryGetValue(name, out var known)) return known;
        var fresh = name.ToString();
        if (_names.Count < MaxNames) _names[fresh] = fresh;
        return fresh;
    }

    private static string Text(ReadOnlySpan<byte> value) => Encoding.UTF8.GetString(value[..Math.Min(value.Length, LongestName)]);
}
