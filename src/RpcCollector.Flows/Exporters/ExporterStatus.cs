using RpcCollector.Flows.Losses;

namespace RpcCollector.Flows.Exporters;

/// <summary>What one exporter has sent so far, for people.</summary>
public sealed record ExporterStatus(
    HostAddress Address, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Datagrams, long DataRecords, long OptionsRecords,
    IReadOnlyList<DomainStatus> Domains)
{
    /// <summary>What its sequence numbers add up to.</summary>
    public SequenceCounts Sequence { get; init; }

    /// <summary>Data Sets that wait for their Template.</summary>
    public int WaitingSets { get; init; }

    /// <summary>What it has earned: who has earned less makes room first.</summary>
    public StandingLevel Standing { get; init; }

    /// <summary>The smallest delay from stated export time to arrival: clock offset plus fastest transit.</summary>
    public TimeSpan ArrivalOffset { get; init; }

    public long Restarts { get; init; }

    public long ClockSteps { get; init; }

    /// <summary>How much of what it exported in its newest minute could be used, from 0 to 1; null before anything arrived.</summary>
    public double? CompletenessOfLastMinute { get; init; }

    /// <summary>The same of the last 60 minutes.</summary>
    public double? CompletenessOfLastHour { get; init; }

    /// <summary>One packet in this many is sampled, in its coarsest domain; 1 unsampled, 0 not stated.</summary>
    public uint SamplingInterval { get; init; }

    public JoinTrust JoinTrust { get; init; }

    /// <summary>Several devices seem to send from its address.</summary>
    public bool LooksLikeManyExporters { get; init; }
}

/// <summary>One Observation Domain of an exporter in one protocol version.</summary>
/// <param name="SamplingInterval">One packet in this many is sampled; 1 unsampled, 0 not stated.</param>
public sealed record DomainStatus(
    int Version, uint ObservationDomainId, DateTimeOffset LastSeen, long Datagrams, long DataRecords, long OptionsRecords,
    uint SamplingInterval, int NumTemplates);

/// <summary>A Template as an exporter announced it.</summary>
public sealed record TemplateStatus(
    HostAddress Exporter, ushort ExporterPort, ushort CollectorPort, int Version, uint ObservationDomainId, ushort TemplateId,
    bool IsOptions,
    DateTimeOffset FirstReceived, DateTimeOffset LastReceived, long DataRecords, IReadOnlyList<FieldStatus> Fields);

/// <summary>One Field Specifier with the name of its Information Element.</summary>
/// <param name="Length">Octets; 65535 for variable length.</param>
public sealed record FieldStatus(string Name, int ElementId, uint EnterpriseNumber, int Length, bool IsScope);
