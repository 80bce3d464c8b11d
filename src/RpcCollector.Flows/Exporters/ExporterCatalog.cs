using RpcCollector.Flows.Elements;
using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>Knows what every exporter sends: shared by all decoding threads, read by the API.</summary>
public sealed class ExporterCatalog(ExporterDirectory directory)
{
    private AddressFilter _allowed = AddressFilter.Everybody;
    private AddressFilter _forwarders = AddressFilter.Nobody;
    private readonly SharedExporterState _shared = new(directory);
    private readonly OtherSenders _others = new();
    private SamplingTable _sampling = SamplingTable.Empty;
    private int _numReaders;

    // When less than this share of the exported data could be used, so many joins are missing that the operator must know.
    private const double LeastTrusted = 0.99;

    public ExporterDirectory Directory { get; } = directory;

    /// <summary>Who may export; replaced whole when the setting changes.</summary>
    public AddressFilter Allowed
    {
        get => Volatile.Read(ref _allowed);
        set => Volatile.Write(ref _allowed, value);
    }

    /// <summary>Senders that forward for other exporters: their records name the exporter that saw the flow.</summary>
    public AddressFilter TrustedForwarders
    {
        get => Volatile.Read(ref _forwarders);
        set => Volatile.Write(ref _forwarders, value);
    }

    /// <summary>
    /// Applies the exporter lists and sampling intervals of validated settings. If no exporter is listed, everybody may export.
    /// </summary>
    public void Admit(FlowOptions options)
    {
        if (!AddressFilter.TryParse(options.AllowedExporters, out var allowed, out _)
            || !AddressFilter.TryParse(options.TrustedForwarders, out var forwarders, out _)
            || !SamplingTable.TryParse(options.SamplingIntervals, out var sampling, out _)) return;
        Allowed = options.AllowedExporters.Length == 0 ? AddressFilter.Everybody : allowed!;
        TrustedForwarders = forwarders!;
        Sampling = sampling!;
    }

    /// <summary>Sampling intervals from the settings; replaced as a whole when they change.</summary>
    public SamplingTable Sampling
    {
        get => Volatile.Read(ref _sampling);
        set => Volatile.Write(ref _sampling, value);
    }

    public int NumTemplates => _shared.NumTemplates;

    /// <summary>Layouts that are held beside Templates, of all exporters.</summary>
    internal int NumRivals => _shared.NumRivals;

    /// <summary>Exporters that are known now.</summary>
    public int NumExporters => _shared.Table.Count;

    /// <summary>How many of a kind made room for others.</summary>
    public long Displaced(Displacement kind) => _shared.Displaced(kind);

    /// <summary>Who sends exports in a format that is not read.</summary>
    public IReadOnlyList<OtherSenderStatus> OtherSenders() => _others.All();

    /// <summary>What the sequence numbers of all exporters add up to, in the unit of a protocol version (5, 9 or 10).</summary>
    public SequenceCounts Sequence(int version) => _shared.SequenceOf(version).Counts;

    /// <summary>The health of every exporter.</summary>
    public IEnumerable<ExporterHealth> Health() => Known().Select(HealthOf);

    /// <summary>Counts datagrams that the kernel just dropped on a port: all exporters that send to the port share the loss.</summary>
    public void CountKernelDrops(ushort collectorPort, int received, long dropped, long unixMilliseconds) =>
        _shared.KernelLosses.Count(collectorPort, received, dropped, unixMilliseconds);

    /// <summary>
    /// How much of what an exporter sent in a given minute could be used, from 0 to 1. Without counts for that minute, the exporter's
    /// newest minute stands in; null when there is none.
    /// </summary>
    public double? Completeness(int exporterId, long unixMilliseconds)
    {
        if (exporterId < 0 || exporterId >= Directory.Count) return null;
        var address = Directory[exporterId];
        var ownShare = _shared.Table.Known(address) is { } exporter
            ? CompletenessAt(exporter, unixMilliseconds) ?? CompletenessOfNewest(exporter, 1)
            : null;
        return ownShare ?? HeardElsewhere?.Invoke(address, unixMilliseconds);
    }

    /// <summary>
    /// The completeness of an exporter that other processes hear, at a time in Unix milliseconds; asked where nothing is known here. Set
    /// before anything runs.
    /// </summary>
    public Func<HostAddress, long, double?>? HeardElsewhere { get; set; }

    /// <summary>The completeness of an exporter's minutes from one time to another, without those in which nothing came.</summary>
    public IReadOnlyList<MinuteCompleteness> CompletenessByMinute(HostAddress address, long fromUnixMilliseconds, long toUnixMilliseconds)
    {
        if (_shared.Table.Known(address) is not { } exporter) return [];
        var minutes = new List<MinuteCompleteness>();
        var (first, last) = (MinuteCompleteness.NumberOf(fromUnixMilliseconds), MinuteCompleteness.NumberOf(toUnixMilliseconds));
        for (var number = Math.Max(first, last - MinuteRing.Capacity + 1); number <= last; number++)
        {
            if (CompletenessAt(exporter, MinuteCompleteness.StartOf(number)) is { } share)
                minutes.Add(new MinuteCompleteness(number, share));
        }

        return minutes;
    }

    /// <summary>Grows whenever something was learned that a restart must not lose: Templates, options state, boot clocks.</summary>
    public long Changes => _shared.Changes.Count;

    /// <summary>
    /// Takes in what <see cref="ChangedExporters"/> wrote of one exporter, before the first datagram is read. Bounds hold.
    /// </summary>
    /// <param name="nowUnixMilliseconds">The present: what was kept by a clock that was ahead is taken as of now.</param>
    /// <param name="agedUnixMilliseconds">The time by which things grow old (see <see cref="AgingClock"/>).</param>
    /// <exception cref="InvalidDataException">The content is damaged; nothing was taken in.</exception>
    public ExporterRestored Restore(string content, FlowOptions options, long nowUnixMilliseconds, long agedUnixMilliseconds)
    {
        var saved = SavedExporters.Read(content);
        var address = HostAddress.Parse(saved.Address);
        var oldest = agedUnixMilliseconds - (long)options.TemplateLifetime.TotalMilliseconds;
        if (SavedExporters.LastSeen(saved) < oldest || !Allowed.Contains(address)) return ExporterRestored.Over;
        var firstSeen = Math.Min(saved.FirstSeen, nowUnixMilliseconds);
        var standing = SavedExporters.StandingOf(saved);
        if (_shared.Table.Restore(address, firstSeen, standing, nowUnixMilliseconds) is not { } exporter) return ExporterRestored.NoRoom;
        exporter.IsSaved = true;
        SavedExporters.Restore(saved, exporter, options, nowUnixMilliseconds);
        return ExporterRestored.Taken;
    }

    /// <summary>Ends contests of Templates that nothing has been said or sent for in a while.</summary>
    public void SettleContests(long nowUnixMilliseconds)
    {
        foreach (var exporter in Known()) exporter.SettleContests(nowUnixMilliseconds);
    }

    /// <summary>Forgets Templates that were neither repeated nor used since a moment.</summary>
    /// <returns>How many.</returns>
    public int ForgetTemplatesUnusedSince(long unixMilliseconds) => Known().Sum(exporter => exporter.ForgetUnusedSince(unixMilliseconds));

    /// <summary>
    /// The clock was set: silence, completeness, offsets and lifetimes go on as if it had always been as it is now. Messages may be
    /// decoded meanwhile.
    /// </summary>
    /// <param name="nowUnixMilliseconds">The present, after the step: what was kept between the two was kept after it.</param>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        foreach (var exporter in Known()) exporter.MoveArrivals(step, nowUnixMilliseconds);
        _shared.KernelLosses.MoveArrivals(step, nowUnixMilliseconds);
        _shared.Changes.Note();
    }

    /// <summary>A snapshot, ordered by address; of those whose first Message has been read.</summary>
    public IReadOnlyList<ExporterStatus> Exporters() =>
        [.. Known().Where(exporter => exporter.Domains.Length != 0).Select(Describe).OrderBy(exporter => exporter.Address)];

    /// <summary>A snapshot, ordered by exporter, version, domain and Template ID.</summary>
    public IReadOnlyList<TemplateStatus> Templates() =>
    [
        .. Known().SelectMany(DescribeTemplates).OrderBy(template => template.Exporter).ThenBy(template => template.Version)
            .ThenBy(template => template.ObservationDomainId).ThenBy(template => template.TemplateId)
                .ThenBy(template => template.ExporterPort),
    ];

    /// <summary>The exporter with an address, created if it is new; null when the catalog is full, and none makes room.</summary>
    internal Exporter? Find(HostAddress address, long arrivalUnixMilliseconds) => _shared.Table.Find(address, arrivalUnixMilliseconds);

    /// <summary>The exporter with an address; null when it is not known.</summary>
    internal Exporter? Known(HostAddress address) => _shared.Table.Known(address);

    /// <summary>A number for a decoding thread, from 0 on.</summary>
    internal int NextDecoderNumber() => Interlocked.Increment(ref _numReaders) - 1;

    /// <summary>Counts a datagram in a format that is not read; of who may not export, nothing is kept.</summary>
    internal void CountOther(HostAddress address, Rejection format, long arrivalUnixMilliseconds)
    {
        if (Allowed.Contains(address)) _others.Count(address, format, arrivalUnixMilliseconds);
    }

    /// <summary>All of them, in no order.</summary>
    internal IEnumerable<Exporter> Known() => _shared.Table.All;

    /// <summary>Those that made room for others since the last call, and of which something had been saved.</summary>
    internal IEnumerable<Exporter> TakeLeftRows() => _shared.Table.TakeLeftRows();

    internal void CountDisplaced(Displacement kind, long count) => _shared.CountDisplaced(kind, count);

    /// <summary>Visits each domain only once, because thousands of exporters are checked every few seconds.</summary>
    private ExporterHealth HealthOf(Exporter exporter)
    {
        var (lastSeen, restarts, clockSteps, sampling) = (exporter.FirstSeenUnixMilliseconds, 0L, 0L, 0u);
        ObservationDomain? last = null;
        foreach (var domain in exporter.Domains)
        {
            restarts += domain.Restarts;
            clockSteps += domain.ClockSteps;
            sampling = Math.Max(sampling, domain.CoarsestSamplingInterval);
            if (last is null || domain.LastSeenUnixMilliseconds > last.LastSeenUnixMilliseconds) last = domain;
        }

        if (last is not null) lastSeen = Math.Max(lastSeen, last.LastSeenUnixMilliseconds);
        if (Sampling.IntervalOf(exporter.Address) is > 0 and var configured) sampling = configured;
        return new ExporterHealth(
            exporter.Address, lastSeen, last?.ArrivalOffsetMilliseconds
                ?? 0, restarts, clockSteps, sampling, TranslatedAddress.LooksLikeMany(exporter))
        {
            ClockCorrectionMilliseconds = last?.ClockCorrectionMilliseconds ?? 0,
            ClockUncertaintyMilliseconds = last?.ClockUncertaintyMilliseconds ?? 0,
            Contested = ContestedOf(exporter),
        };
    }

    private ExporterStatus Describe(Exporter exporter)
    {
        var templates = exporter.Templates.CountBy(entry => (entry.Key.Version, entry.Key.ObservationDomainId)).ToDictionary();
        var domains = exporter.Domains
            .Select(domain => new DomainStatus(
                domain.Version, domain.Id, At(domain.LastSeenUnixMilliseconds), domain.Datagrams, domain.DataRecords, domain.OptionsRecords,
                domain.CoarsestSamplingInterval,
                templates.GetValueOrDefault((domain.Version, domain.Id)))
            {
                Selectors = domain.Selectors,
            })
            .OrderBy(domain => domain.Version).ThenBy(domain => domain.ObservationDomainId).ToList();
        var lastSeen = domains.Count == 0 ? At(exporter.FirstSeenUnixMilliseconds) : domains.Max(domain => domain.LastSeen);
        var lastHour = CompletenessOfNewest(exporter, MinuteRing.Capacity);
        var (sampling, isMany) = (SamplingInterval(exporter), TranslatedAddress.LooksLikeMany(exporter));
        var latest = exporter.Domains.MaxBy(domain => domain.LastSeenUnixMilliseconds);
        return new ExporterStatus(
            exporter.Address, At(exporter.FirstSeenUnixMilliseconds), lastSeen, domains.Sum(domain => domain.Datagrams),
            domains.Sum(domain => domain.DataRecords), domains.Sum(domain => domain.OptionsRecords), domains)
        {
            Sequence = exporter.Domains.Select(domain => domain.Sequence.Counts).Aggregate(default(SequenceCounts), SequenceCounts.Add),
            WaitingSets = exporter.WaitingSets,
            Standing = exporter.Standing.Level,
            ArrivalOffset = TimeSpan.FromMilliseconds(latest?.ArrivalOffsetMilliseconds ?? 0),
            ClockCorrection = TimeSpan.FromMilliseconds(latest?.ClockCorrectionMilliseconds ?? 0),
            ClockUncertainty = TimeSpan.FromMilliseconds(latest?.ClockUncertaintyMilliseconds ?? 0),
            Restarts = exporter.Domains.Sum(domain => domain.Restarts),
            ClockSteps = exporter.Domains.Sum(domain => domain.ClockSteps),
            CompletenessOfLastMinute = CompletenessOfNewest(exporter, 1),
            CompletenessOfLastHour = lastHour,
            SamplingInterval = sampling,
            LooksLikeManyExporters = isMany,
            Contested = ContestedOf(exporter),
            JoinTrust = sampling > 1
                ? JoinTrust.Sampled
                : isMany ? JoinTrust.Translated : lastHour < LeastTrusted ? JoinTrust.Incomplete : JoinTrust.Full,
        };
    }

    /// <summary>The interval from the settings; without one, the coarsest that its domains state.</summary>
    private uint SamplingInterval(Exporter exporter) =>
        Sampling.IntervalOf(exporter.Address) is > 0 and var configured
            ? configured
            : exporter.Domains.Select(domain => domain.CoarsestSamplingInterval).DefaultIfEmpty().Max();

    private double? CompletenessAt(Exporter exporter, long unixMilliseconds) => exporter.Minutes.At(unixMilliseconds) is { } minute
        ? Completeness(minute, _shared.KernelLosses.LostShare(exporter.CollectorPorts, unixMilliseconds))
        : null;

    private double? CompletenessOfNewest(Exporter exporter, int minutes) => exporter.Minutes.Newest(minutes) is { } counts
        ? Completeness(counts, _shared.KernelLosses.LostShareOfNewest(exporter.CollectorPorts, minutes))
        : null;

    /// <remarks>Most kernel drops show up as sequence gaps too, so the loss is the larger of the two, not their sum.</remarks>
    private static double Completeness(in MinuteCounts counts, double kernelShare) =>
        (1 - Math.Max(counts.LostShare, kernelShare)) * (1 - counts.UnreadShare);

    private static IEnumerable<TemplateStatus> DescribeTemplates(Exporter exporter)
    {
        foreach (var (key, template) in exporter.Templates)
        {
            yield return new TemplateStatus(
                exporter.Address, key.ExporterPort, key.CollectorPort, key.Version, key.ObservationDomainId, key.TemplateId,
                template.IsOptions,
                At(template.FirstReceivedUnixMilliseconds), At(template.LastReceivedUnixMilliseconds), template.DataRecords,
                Describe(template, key.Version))
            {
                IsInDoubt = template.Doubt is not null,
                Rivals = template.Contest is { } contest ? [.. contest.Rivals.Select(rival => Describe(rival, key.Version))] : [],
            };
        }
    }

    private static RivalStatus Describe(Rival rival, int version) => new(
        rival.Template.IsOptions, At(rival.Template.FirstReceivedUnixMilliseconds), At(rival.Template.LastReceivedUnixMilliseconds),
        rival.Template.DataRecords, rival.Proofs, Describe(rival.Template, version));

    private static List<FieldStatus> Describe(Template template, int version)
    {
        var fields = new List<FieldStatus>(template.Fields.Length);
        foreach (var field in template.Fields)
            fields.Add(
                new FieldStatus(ElementNames.Of(field, version), field.ElementId, field.EnterpriseNumber, field.Length, field.IsScope));
        return fields;
    }

    private static ContestedStatus ContestedOf(Exporter exporter)
    {
        var (hasOptions, sampling) = (false, 0u);
        foreach (var session in exporter.MayHaveContestedOptions ? exporter.Sessions : [])
        {
            if (!session.HasContestedOptions) continue;
            (hasOptions, sampling) = (true, Math.Max(sampling, session.ContestedSamplingInterval));
        }

        return new ContestedStatus(
            exporter.NumContested + exporter.NumDoubted, hasOptions, sampling, exporter.Contests.Of(ContestKind.Template),
            exporter.Contests.Of(ContestKind.Options), exporter.Contests.Of(ContestKind.Clock));
    }

    private static DateTimeOffset At(long unixMilliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(unixMilliseconds);
}
