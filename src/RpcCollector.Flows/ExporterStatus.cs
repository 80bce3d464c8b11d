namespace RpcCollector.Flows;

/// <summary>What one exporter has sent so far, for people.</summary>
public sealed record ExporterStatus(
    HostAddress Address, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Datagrams, long DataRecords, long OptionsRecords, IReadOnlyList<DomainStatus> Domains);

/// <summary>One Observation Domain of an exporter in one protocol version.</summary>
/// <param name="SamplingInterval">One packet in so many; 1 unsampled, 0 not stated.</param>
public sealed record DomainStatus(
    int Version, uint ObservationDomainId, DateTimeOffset LastSeen, long Datagrams, long DataRecords, long OptionsRecords, uint SamplingInterval, int NumTemplates);

/// <summary>A Template as an exporter announced it.</summary>
public sealed record TemplateStatus(
    HostAddress Exporter, ushort ExporterPort, ushort CollectorPort, int Version, uint ObservationDomainId, ushort TemplateId, bool IsOptions,
    DateTimeOffset FirstReceived, DateTimeOffset LastReceived, long DataRecords, IReadOnlyList<FieldStatus> Fields);

/// <summary>One Field Specifier with the name of its Information Element.</summary>
/// <param name="Length">Octets; 65535 for variable length.</param>
public sealed record FieldStatus(string Name, int ElementId, uint EnterpriseNumber, int Length, bool IsScope);
