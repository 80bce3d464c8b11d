namespace RpcCollector.Flows;

/// <summary>A Transport Session: the addresses and ports of both ends (RFC 7011, 2). Template IDs are unique only within one.</summary>
/// <param name="IsOverTcp">True over TCP or TLS, where order holds, withdrawals are obeyed and Templates end with the connection.</param>
public readonly record struct TransportSession(
    HostAddress ExporterAddress, ushort ExporterPort, HostAddress CollectorAddress, ushort CollectorPort, bool IsOverTcp = false);
