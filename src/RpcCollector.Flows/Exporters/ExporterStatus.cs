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

    /// <summary>What is added to times of its clock, which is wrong by more than five minutes; zero while it is right.</summary>
    public TimeSpan ClockCorrection { get; init; }

    /// <summary>How far the corrected times may be off; zero while nothing is corrected.</summary>
    public TimeSpan ClockUncertainty { get; init; }

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

    /// <summary>What is stated in its name and contradicts what had stood.</summary>
    public ContestedStatus Contested { get; init; }
}

/// <summary>What contradicts what an exporter had stated before: it was configured anew, or somebody forges its address.</summary>
/// <param name="Templates">
/// Templates for whose ids several layouts are stated now, or that were redefined by a record that cannot be used.
/// </param>
/// <param name="Options">True while another sampling interval, or another start of the exporter, is stated and not confirmed.</param>
/// <param name="SamplingInterval">The sampling interval that is stated and not believed; 0 when there is none.</param>
/// <param name="TemplateTimes">How often a different Template came, or one that cannot be used.</param>
/// <param name="OptionsTimes">How often options data or a v5 header stated something else.</param>
/// <param name="ClockTimes">How often a header showed another start of the exporter, and the next one the former again.</param>
public readonly record struct ContestedStatus(
    int Templates, bool Options, uint SamplingInterval, long TemplateTimes, long OptionsTimes, long ClockTimes)
{
    /// <summary>True while something is contested.</summary>
    public bool IsNow => Templates > 0 || Options;
}

/// <summary>One Observation Domain of an exporter in one protocol version.</summary>
/// <param name="SamplingInterval">One packet in this many is sampled, by its coarsest selector; 1 unsampled, 0 not stated.</param>
public sealed record DomainStatus(
    int Version, uint ObservationDomainId, DateTimeOffset LastSeen, long Datagrams, long DataRecords, long OptionsRecords,
    uint SamplingInterval, int NumTemplates)
{
    /// <summary>Selectors, samplers and interfaces with sampling intervals of their own.</summary>
    public IReadOnlyList<SelectorInterval> Selectors { get; init; } = [];
}

/// <summary>A Template as an exporter announced it.</summary>
public sealed record TemplateStatus(
    HostAddress Exporter, ushort ExporterPort, ushort CollectorPort, int Version, uint ObservationDomainId, ushort TemplateId,
    bool IsOptions,
    DateTimeOffset FirstReceived, DateTimeOffset LastReceived, long DataRecords, IReadOnlyList<FieldStatus> Fields)
{
    /// <summary>True when its id was redefined by a record that cannot be used: Data Sets wait for the next one that can.</summary>
    public bool IsInDoubt { get; init; }

    /// <summary>Other layouts that are stated under its id and held beside it, while the data have not decided.</summary>
    public IReadOnlyList<RivalStatus> Rivals { get; init; } = [];
}

/// <summary>A layout held beside a Template that stands.</summary>
/// <param name="Sets">Data Sets that fitted only it.</param>
public sealed record RivalStatus(
    bool IsOptions, DateTimeOffset FirstReceived, DateTimeOffset LastReceived, long DataRecords, int Sets,
    IReadOnlyList<FieldStatus> Fields);

/// <summary>One Field Specifier with the name of its Information Element.</summary>
/// <param name="Length">Octets; 65535 for variable length.</param>
public sealed record FieldStatus(string Name, int ElementId, uint EnterpriseNumber, int Length, bool IsScope);
