namespace RpcCollector.Flows;

/// <summary>A Transport Session over UDP: the addresses and ports of both ends (RFC 7011, 2). Template IDs are unique only within one.</summary>
public readonly record struct TransportSession(HostAddress ExporterAddress, ushort ExporterPort, HostAddress CollectorAddress, ushort CollectorPort);
