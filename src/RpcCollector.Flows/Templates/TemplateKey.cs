namespace RpcCollector.Flows.Templates;

/// <summary>
/// Identifies a Template of one exporter: Template IDs are unique only within one Transport Session and Observation Domain (RFC 7011,
/// 3.4.1), and versions do not share them.
/// </summary>
internal readonly record struct TemplateKey(
    ushort ExporterPort, ushort CollectorPort, int Version, uint ObservationDomainId, ushort TemplateId, bool IsOverTcp = false);
