using System.Text.Json.Serialization;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Losses;

namespace RpcCollector.Scale.Sensors;

/// <summary>An exporter as a sensor knows it, to be written; times in Unix milliseconds, spans in milliseconds.</summary>
internal sealed record ReportedExporter(
    string Address, long FirstSeen, long LastSeen, long Datagrams, long DataRecords, long OptionsRecords,
    IReadOnlyList<ReportedDomain> Domains, IReadOnlyList<ReportedMinute> Minutes)
{
    /// <summary>Of more domains, and of more selectors of a domain, the first are written.</summary>
    public const int MostDomains = 32;
    public const int MostSelectors = 8;

    /// <summary>As many minutes are known of an exporter.</summary>
    public const int MostMinutes = 60;

    // Of what is written of clocks; some three thousand years, either way.
    private const long MostMilliseconds = 100_000_000_000_000;

    public long Lost { get; init; }

    public long Late { get; init; }

    public long Duplicated { get; init; }

    public long Resets { get; init; }

    public int WaitingSets { get; init; }

    public StandingLevel Standing { get; init; }

    public long ArrivalOffset { get; init; }

    public long ClockCorrection { get; init; }

    public long ClockUncertainty { get; init; }

    public long Restarts { get; init; }

    public long ClockSteps { get; init; }

    public double? CompletenessOfLastMinute { get; init; }

    public double? CompletenessOfLastHour { get; init; }

    public uint SamplingInterval { get; init; }

    public JoinTrust JoinTrust { get; init; }

    public bool LooksLikeManyExporters { get; init; }

    public ReportedContest? Contested { get; init; }

    /// <summary>True for what a sensor can know of an exporter. What was left out of the text is null, whatever its type says.</summary>
    [JsonIgnore]
    public bool MakesSense =>
        IsAddress(Address) && AreTimes(FirstSeen, LastSeen)
        && AreCounts(Datagrams, DataRecords, OptionsRecords, Lost, Late, Duplicated, Resets, WaitingSets, Restarts, ClockSteps)
        && Enum.IsDefined(Standing) && Enum.IsDefined(JoinTrust)
        && Math.Abs((double)ArrivalOffset) <= MostMilliseconds && Math.Abs((double)ClockCorrection) <= MostMilliseconds
        && Math.Abs((double)ClockUncertainty) <= MostMilliseconds
        && IsShare(CompletenessOfLastMinute) && IsShare(CompletenessOfLastHour)
        && Contested is null or { MakesSense: true }
        && Domains is { Count: <= MostDomains } && Domains.All(static domain => domain is { MakesSense: true })
        && Minutes is { Count: <= MostMinutes } && Minutes.All(static minute => minute is { MakesSense: true });

    public static ReportedExporter Of(ExporterStatus exporter, IReadOnlyList<MinuteCompleteness> minutes) => new(
        exporter.Address.ToString(), exporter.FirstSeen.ToUnixTimeMilliseconds(), exporter.LastSeen.ToUnixTimeMilliseconds(),
        exporter.Datagrams, exporter.DataRecords, exporter.OptionsRecords,
        [.. exporter.Domains.Take(MostDomains).Select(ReportedDomain.Of)],
        [.. minutes.TakeLast(MostMinutes).Select(minute => new ReportedMinute(minute.Number, minute.Share))])
    {
        Lost = exporter.Sequence.Lost,
        Late = exporter.Sequence.Late,
        Duplicated = exporter.Sequence.Duplicated,
        Resets = exporter.Sequence.Resets,
        WaitingSets = exporter.WaitingSets,
        Standing = exporter.Standing,
        ArrivalOffset = (long)exporter.ArrivalOffset.TotalMilliseconds,
        ClockCorrection = (long)exporter.ClockCorrection.TotalMilliseconds,
        ClockUncertainty = (long)exporter.ClockUncertainty.TotalMilliseconds,
        Restarts = exporter.Restarts,
        ClockSteps = exporter.ClockSteps,
        CompletenessOfLastMinute = exporter.CompletenessOfLastMinute,
        CompletenessOfLastHour = exporter.CompletenessOfLastHour,
        SamplingInterval = exporter.SamplingInterval,
        JoinTrust = exporter.JoinTrust,
        LooksLikeManyExporters = exporter.LooksLikeManyExporters,
        Contested = exporter.Contested == default ? null : ReportedContest.Of(exporter.Contested),
    };

    /// <summary>What it was made of. Only of what makes sense.</summary>
    public ExporterStatus Status() => new(
        HostAddress.Parse(Address), At(FirstSeen), At(LastSeen), Datagrams, DataRecords, OptionsRecords,
        [.. Domains.Select(static domain => domain.Status())])
    {
        Sequence = new SequenceCounts(Lost, Late, Duplicated, Resets),
        WaitingSets = WaitingSets,
        Standing = Standing,
        ArrivalOffset = TimeSpan.FromMilliseconds(ArrivalOffset),
        ClockCorrection = TimeSpan.FromMilliseconds(ClockCorrection),
        ClockUncertainty = TimeSpan.FromMilliseconds(ClockUncertainty),
        Restarts = Restarts,
        ClockSteps = ClockSteps,
        CompletenessOfLastMinute = CompletenessOfLastMinute,
        CompletenessOfLastHour = CompletenessOfLastHour,
        SamplingInterval = SamplingInterval,
        JoinTrust = JoinTrust,
        LooksLikeManyExporters = LooksLikeManyExporters,
        Contested = Contested?.Status() ?? default,
    };

    internal static DateTimeOffset At(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);

    internal static bool IsAddress(string? text) => text is not null && HostAddress.TryParse(text, out _);

    /// <summary>Unix milliseconds of the years from 1970 to 9999.</summary>
    internal static bool AreTimes(params ReadOnlySpan<long> times)
    {
        foreach (var time in times)
        {
            if (time < 0 || time > DateTimeOffset.MaxValue.ToUnixTimeMilliseconds()) return false;
        }

        return true;
    }

    internal static bool AreCounts(params ReadOnlySpan<long> counts) => !counts.ContainsAnyInRange(long.MinValue, -1);

    internal static bool IsShare(double? share) => share is null or (>= 0 and <= 1);
}

/// <summary>An Observation Domain.</summary>
internal sealed record ReportedDomain(
    int Version, uint Id, long LastSeen, long Datagrams, long DataRecords, long OptionsRecords, uint SamplingInterval, int Templates)
{
    public IReadOnlyList<ReportedSelector>? Selectors { get; init; }

    [JsonIgnore]
    public bool MakesSense => ReportedExporter.AreTimes(LastSeen)
        && ReportedExporter.AreCounts(Version, Datagrams, DataRecords, OptionsRecords, Templates)
        && (Selectors is null || (Selectors.Count <= ReportedExporter.MostSelectors
            && Selectors.All(static selector => selector is not null && Enum.IsDefined(selector.Kind))));

    public static ReportedDomain Of(DomainStatus domain) => new(
        domain.Version, domain.ObservationDomainId, domain.LastSeen.ToUnixTimeMilliseconds(), domain.Datagrams, domain.DataRecords,
        domain.OptionsRecords, domain.SamplingInterval, domain.NumTemplates)
    {
        Selectors = domain.Selectors.Count == 0 ? null :
        [
            .. domain.Selectors.Take(ReportedExporter.MostSelectors)
                .Select(one => new ReportedSelector(one.Selector.Kind, one.Selector.Id, one.Interval)),
        ],
    };

    public DomainStatus Status() => new(
        Version, Id, ReportedExporter.At(LastSeen), Datagrams, DataRecords, OptionsRecords, SamplingInterval, Templates)
    {
        Selectors = [.. (Selectors ?? []).Select(one => new SelectorInterval(new Selector(one.Kind, one.Id), one.Interval))],
    };
}

/// <summary>What chooses packets in a domain, and how many.</summary>
internal sealed record ReportedSelector(SelectorKind Kind, ulong Id, uint Interval);

/// <summary>How much of what came in one minute could be used.</summary>
/// <param name="Number">Minutes since 1970.</param>
internal sealed record ReportedMinute(long Number, double Share)
{
    [JsonIgnore]
    public bool MakesSense => Number is >= 0 and < int.MaxValue && ReportedExporter.IsShare(Share);
}

/// <summary>What contradicts what an exporter had stated.</summary>
internal sealed record ReportedContest(
    int Templates, bool Options, uint SamplingInterval, long TemplateTimes, long OptionsTimes, long ClockTimes)
{
    [JsonIgnore]
    public bool MakesSense => ReportedExporter.AreCounts(Templates, TemplateTimes, OptionsTimes, ClockTimes);

    public static ReportedContest Of(ContestedStatus contested) => new(
        contested.Templates, contested.Options, contested.SamplingInterval, contested.TemplateTimes, contested.OptionsTimes,
        contested.ClockTimes);

    public ContestedStatus Status() => new(Templates, Options, SamplingInterval, TemplateTimes, OptionsTimes, ClockTimes);
}

/// <summary>A sender of exports in a format that is not read.</summary>
internal sealed record ReportedSender(string Address, Rejection Format, long FirstSeen, long LastSeen, long Datagrams)
{
    [JsonIgnore]
    public bool MakesSense => ReportedExporter.IsAddress(Address) && Enum.IsDefined(Format)
        && ReportedExporter.AreTimes(FirstSeen, LastSeen) && ReportedExporter.AreCounts(Datagrams);

    public static ReportedSender Of(OtherSenderStatus sender) => new(
        sender.Address.ToString(), sender.Format, sender.FirstSeen.ToUnixTimeMilliseconds(), sender.LastSeen.ToUnixTimeMilliseconds(),
        sender.Datagrams);

    public OtherSenderStatus Status() => new(
        HostAddress.Parse(Address), Format, ReportedExporter.At(FirstSeen), ReportedExporter.At(LastSeen), Datagrams);
}
