using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>What the collecting process says in the log.</summary>
internal static partial class LogEvents
{
    [LoggerMessage(
        1, LogLevel.Information, "Receiving NetFlow v5, v9 and IPFIX on UDP {Endpoints}; RPC activity goes to {Store}; open {Url}")]
    public static partial void Started(ILogger logger, string endpoints, string store, string url);

    [LoggerMessage(12, LogLevel.Information, "Receives nothing itself; RPC activity of all sensors goes to {Store}; open {Url}")]
    public static partial void StartedJudging(ILogger logger, string store, string url);

    [LoggerMessage(2, LogLevel.Warning,
        "The kernel gave receive buffers of {Granted} bytes instead of {Asked}: bursts may be dropped " +
            "(rpc_collector_kernel_drops_total). Raise net.core.rmem_max, or lower {Setting}")]
    public static partial void BufferIsSmall(ILogger logger, int granted, int asked, string setting);

    [LoggerMessage(3, LogLevel.Information, "Stopped: {Datagrams} datagrams, {DataRecords} Data Records, {FlowStarts} flow starts")]
    public static partial void Stopped(ILogger logger, long datagrams, long dataRecords, long flowStarts);

    [LoggerMessage(4, LogLevel.Information, "Kept {Flows} flows that wait for others; the next start goes on with them.")]
    public static partial void FlowsSaved(ILogger logger, int flows);

    [LoggerMessage(5, LogLevel.Information, "{Flows} flows from before the restart wait for others again.")]
    public static partial void FlowsRestored(ILogger logger, int flows);

    [LoggerMessage(6, LogLevel.Warning,
        "{Released} flows seen longest ago were not kept: no more than {Most} are. What is joined is stored.")]
    public static partial void FlowsBeyond(ILogger logger, int released, int most);

    [LoggerMessage(7, LogLevel.Warning, "The flows that wait for others could not be kept ({Reason}): they were reported as they stand.")]
    public static partial void FlowsNotSaved(ILogger logger, string reason);

    [LoggerMessage(8, LogLevel.Warning, "The flows from before the restart could not be read or deleted: {Reason}")]
    public static partial void FlowsNotRestored(ILogger logger, string reason);

    [LoggerMessage(9, LogLevel.Error,
        "The flows from before the restart are damaged ({Reason}): what could not be read of them was set aside in the store.")]
    public static partial void FlowsDamaged(ILogger logger, string reason);

    [LoggerMessage(10, LogLevel.Information,
        "Every datagram received over UDP goes on to {Target}, from the address and port of its exporter.")]
    public static partial void Forwarding(ILogger logger, ForwardTarget target);

    [LoggerMessage(11, LogLevel.Warning,
        "Every datagram received over UDP goes on to {Target}, but from an address of this machine, not of its exporter: that needs " +
        "CAP_NET_RAW ({Reason})")]
    public static partial void ForwardingFromHere(ILogger logger, ForwardTarget target, string reason);

    [LoggerMessage(20, LogLevel.Information, "Receiving IPFIX over {Transport} on {Endpoints}")]
    public static partial void ReceivingOverTcp(ILogger logger, string transport, string endpoints);

    [LoggerMessage(
        21, LogLevel.Warning,
        "The connection of {Exporter} to TCP {Endpoint} was ended: {Reason} {Detail}. Further ones are counted in " +
        "rpc_collector_tcp_connections_ended_total")]
    public static partial void ConnectionRefused(
        ILogger logger, string exporter, string endpoint, Transport.ConnectionEnd reason, string detail);
}
