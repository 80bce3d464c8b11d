using System.ComponentModel;
using RpcCollector.Flows.Exporters;
using RpcCollector.Naming;

namespace RpcCollector.Http;

/// <summary>An exporter as the API shows it.</summary>
internal sealed record ExporterJson(
    string Address, DateTimeOffset FirstSeen, DateTimeOffset LastSeen, long Datagrams, long DataRecords, long OptionsRecords,
    IReadOnlyList<DomainJson> Domains)
{
    [Description("The sensor that hears it; absent where the process itself does. One that two sensors hear is there twice.")]
    public string? Sensor { get; init; }

    [Description(
        "Flows (NetFlow v5), datagrams (v9, or records where it counts these) or records (IPFIX) that never came, by its sequence " +
        "numbers.")]
    public required long LostUnits { get; init; }

    [Description("Units that arrived after later ones.")]
    public required long LateUnits { get; init; }

    [Description("Units that arrived twice.")]
    public required long DuplicatedUnits { get; init; }

    [Description("How often its sequence started over.")]
    public required long SequenceResets { get; init; }

    [Description("Data Sets that wait for their Template.")]
    public required int WaitingSets { get; init; }

    [Description(
        "What it has earned by decodable data: unproven (none), seen (within a quarter of an hour), proven, or settled (for an hour or " +
        "longer). Where there are too many exporters, who has earned less makes room first, and who is settled makes none.")]
    public required string Standing { get; init; }

    [Description(
        "Seconds from the stated export time to the arrival, at least: clock offset plus the shortest network delay. Headers in whole " +
        "seconds make it up to one second too large.")]
    public required double ArrivalOffsetSeconds { get; init; }

    [Description(
        "Seconds added to times of its clock, because that is wrong by more than five minutes; 0 while it is right. Absolute times that " +
        "agree with the arrival are not corrected.")]
    public required double ClockCorrectionSeconds { get; init; }

    [Description("How far corrected times may be off, in seconds; 0 while nothing is corrected.")]
    public required double ClockUncertaintySeconds { get; init; }

    [Description("How often it restarted, told by its uptime.")]
    public required long Restarts { get; init; }

    [Description("How often its clock was set, told by its time of day moving against its uptime.")]
    public required long ClockSteps { get; init; }

    [Description(
        "How much of what it exported in its latest minute could be used, from 0 to 1: not lost on the way, not dropped by the kernel, " +
        "and decoded. Sampling does not count.")]
    public double? CompletenessLastMinute { get; init; }

    [Description("The same of its last 60 minutes.")]
    public double? CompletenessLastHour { get; init; }

    [Description("Sampling interval, the coarsest of its domains: one packet in this many; 1 is unsampled, 0 not stated.")]
    public required uint SamplingInterval { get; init; }

    [Description("How far joins of its flows can be trusted, and what limits that.")]
    public required string JoinTrust { get; init; }

    [Description("Several exporters seem to send from this address, as behind address translation.")]
    public required bool LooksLikeManyExporters { get; init; }

    [Description(
        "What is stated from its address and contradicts what had stood: it was configured anew, or somebody forges its address. What " +
        "stood is used until the other has been confirmed.")]
    public required ContestedJson Contested { get; init; }

    [Description("How much later than other exporters it puts the start of connections that both saw.")]
    public required IReadOnlyList<StartSkewJson> StartSkews { get; init; }

    /// <param name="skews">Those of this exporter.</param>
    public static ExporterJson From(ExporterStatus exporter, IEnumerable<StartSkewJson> skews) => new(
        exporter.Address.ToString(), exporter.FirstSeen, exporter.LastSeen, exporter.Datagrams, exporter.DataRecords,
        exporter.OptionsRecords,
        [.. exporter.Domains.Select(DomainJson.From)])
    {
        LostUnits = exporter.Sequence.Lost,
        LateUnits = exporter.Sequence.Late,
        DuplicatedUnits = exporter.Sequence.Duplicated,
        SequenceResets = exporter.Sequence.Resets,
        WaitingSets = exporter.WaitingSets,
        Standing = SnakeCase<StandingLevel>.Of(exporter.Standing),
        ArrivalOffsetSeconds = exporter.ArrivalOffset.TotalSeconds,
        ClockCorrectionSeconds = exporter.ClockCorrection.TotalSeconds,
        ClockUncertaintySeconds = exporter.ClockUncertainty.TotalSeconds,
        Restarts = exporter.Restarts,
        ClockSteps = exporter.ClockSteps,
        CompletenessLastMinute = Rounded(exporter.CompletenessOfLastMinute),
        CompletenessLastHour = Rounded(exporter.CompletenessOfLastHour),
        SamplingInterval = exporter.SamplingInterval,
        JoinTrust = exporter.JoinTrust switch
        {
            Flows.Exporters.JoinTrust.Sampled => "sampled: joins cannot be trusted",
            Flows.Exporters.JoinTrust.Translated => "several exporters behind one address: joins may mix them",
            Flows.Exporters.JoinTrust.Incomplete => "incomplete: some joins are missed",
            _ => "full",
        },
        LooksLikeManyExporters = exporter.LooksLikeManyExporters,
        Contested = ContestedJson.From(exporter.Contested),
        StartSkews = [.. skews],
    };

    private static double? Rounded(double? share) => share is { } value ? Math.Round(value, 4) : null;
}

/// <summary>What contradicts what an exporter had stated.</summary>
internal sealed record ContestedJson(
    [property: Description("True while something is contested.")] bool Now,
    [property: Description(
        "Templates for whose ids several layouts are held, or that were redefined by a record that cannot be used; /api/v1/templates " +
        "shows them.")]
    int Templates,
    [property: Description("True while another sampling interval, or another start, is stated and not confirmed.")] bool Options,
    [property: Description("The sampling interval that is stated and not believed; absent when there is none.")] uint? SamplingInterval,
    [property: Description("How often a different Template came, or one that cannot be used, since the process began.")] long TemplateTimes,
    [property: Description("How often options data stated something else.")] long OptionsTimes,
    [property: Description("How often a header showed another start, and the next one the former again.")] long ClockTimes)
{
    public static ContestedJson From(ContestedStatus status) => new(
        status.IsNow, status.Templates, status.Options, status.SamplingInterval == 0 ? null : status.SamplingInterval,
        status.TemplateTimes, status.OptionsTimes, status.ClockTimes);
}

/// <summary>An Observation Domain of an exporter in one protocol version.</summary>
internal sealed record DomainJson(
    [property: Description("5 and 9 for NetFlow, 10 for IPFIX.")] int Version,
    uint ObservationDomainId,
    DateTimeOffset LastSeen,
    long Datagrams,
    long DataRecords,
    long OptionsRecords,
    [property: Description("Sampling interval, the coarsest: one packet in this many; 1 is unsampled, 0 not stated.")]
    uint SamplingInterval,
    int Templates)
{
    [Description("Selectors, samplers and interfaces with sampling intervals of their own: a flow is sampled as the one it names says.")]
    public required IReadOnlyList<SelectorJson> Selectors { get; init; }

    public static DomainJson From(DomainStatus domain) => new(
        domain.Version, domain.ObservationDomainId, domain.LastSeen, domain.Datagrams, domain.DataRecords, domain.OptionsRecords,
        domain.SamplingInterval, domain.NumTemplates)
    {
        Selectors = [.. domain.Selectors.Select(SelectorJson.From)],
    };
}

/// <summary>What chooses packets in a domain, and how many.</summary>
internal sealed record SelectorJson(
    [property: Description("selector (IE 302, 48) or interface (IE 10).")] string Kind,
    ulong Id,
    [property: Description("One packet in this many; 1 is unsampled.")] uint SamplingInterval)
{
    public static SelectorJson From(SelectorInterval selector) =>
        new(SnakeCase<SelectorKind>.Of(selector.Selector.Kind), selector.Selector.Id, selector.Interval);
}

/// <summary>A Template as the API shows it.</summary>
internal sealed record TemplateJson(
    string Exporter, int ExporterPort, int CollectorPort, int Version, uint ObservationDomainId, int TemplateId,
    [property: Description("True for an Options Template.")] bool Options,
    DateTimeOffset FirstReceived, DateTimeOffset LastReceived, long DataRecords, IReadOnlyList<FieldJson> Fields)
{
    [Description(
        "True when its id was redefined by a record that cannot be used: Data Sets wait for the next definition that can, and over UDP " +
        "are read by this layout again once several datagrams have shown that they fit it.")]
    public required bool InDoubt { get; init; }

    [Description("Other layouts stated under the same id, over UDP; each Data Set is read by the one that it fits. Nearly always empty.")]
    public required IReadOnlyList<RivalJson> Rivals { get; init; }

    public static TemplateJson From(TemplateStatus template) => new(
        template.Exporter.ToString(), template.ExporterPort, template.CollectorPort, template.Version, template.ObservationDomainId,
        template.TemplateId, template.IsOptions,
        template.FirstReceived, template.LastReceived, template.DataRecords, FieldJson.From(template.Fields))
    {
        InDoubt = template.IsInDoubt,
        Rivals = [.. template.Rivals.Select(RivalJson.From)],
    };
}

/// <summary>A layout held beside a Template that stands.</summary>
internal sealed record RivalJson(
    [property: Description("True for an Options Template.")] bool Options,
    DateTimeOffset FirstReceived, DateTimeOffset LastReceived, long DataRecords,
    [property: Description("Data Sets that fitted only this layout.")] int Sets,
    IReadOnlyList<FieldJson> Fields)
{
    public static RivalJson From(RivalStatus rival) => new(
        rival.IsOptions, rival.FirstReceived, rival.LastReceived, rival.DataRecords, rival.Sets, FieldJson.From(rival.Fields));
}

/// <summary>A Field Specifier.</summary>
internal sealed record FieldJson(
    [property: Description("Name of the Information Element, as IANA spells it.")] string Name,
    int ElementId,
    [property: Description("0 for IANA's elements.")] uint EnterpriseNumber,
    [property: Description("Octets; 65535 for variable length.")] int Length,
    bool Scope)
{
    public static IReadOnlyList<FieldJson> From(IReadOnlyList<FieldStatus> fields) =>
        [.. fields.Select(field => new FieldJson(field.Name, field.ElementId, field.EnterpriseNumber, field.Length, field.IsScope))];
}
