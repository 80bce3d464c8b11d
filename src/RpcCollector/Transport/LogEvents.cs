namespace RpcCollector.Transport;

/// <summary>What the collecting process says in the log.</summary>
internal static partial class LogEvents
{
    [LoggerMessage(1, LogLevel.Information, "Receiving NetFlow v5, v9 and IPFIX on UDP {Endpoints}; RPC activity goes to {Store}; open {Url}")]
    public static partial void Started(ILogger logger, string endpoints, string store, string url);

    [LoggerMessage(2, LogLevel.Warning,
        "The kernel gave receive buffers of {Granted} bytes instead of {Asked}: bursts may be dropped (rpc_collector_kernel_drops_total). Raise net.core.rmem_max, or lower {Setting}")]
    public static partial void BufferIsSmall(ILogger logger, int granted, int asked, string setting);

    [LoggerMessage(3, LogLevel.Information, "Stopped: {Datagrams} datagrams, {DataRecords} Data Records, {FlowStarts} flow starts")]
    public static partial void Stopped(ILogger logger, long datagrams, long dataRecords, long flowStarts);

    [LoggerMessage(20, LogLevel.Information, "Receiving IPFIX over {Transport} on {Endpoints}")]
    public static partial void ReceivingOverTcp(ILogger logger, string transport, string endpoints);

    [LoggerMessage(21, LogLevel.Warning, "The connection of {Exporter} to TCP {Endpoint} was ended: {Reason} {Detail}. Further ones are counted in rpc_collector_tcp_connections_ended_total")]
    public static partial void ConnectionRefused(ILogger logger, string exporter, string endpoint, Transport.ConnectionEnd reason, string detail);
}
