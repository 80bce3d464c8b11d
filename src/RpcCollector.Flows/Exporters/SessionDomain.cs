using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>
/// One Observation Domain within one Transport Session, with its own sequence numbers, clock and sampling interval. Unique by exporter,
/// both ports, version and Observation Domain ID.
/// </summary>
/// <remarks>
/// When one decoding thread helps another, both may read Messages of the same session. So clock, sequence and counts are written, and the
/// clock is read, under <see cref="Accounts"/>; every other member is a single value that needs no lock.
/// Devices behind one translated address differ only in their ports, which is why clocks are kept here and not with the domain.
/// </remarks>
internal sealed class SessionDomain : ISeated
{
    // About so many octets its fields take.
    private const int FieldOctets = 232;

    // Being heard counts once a second, being of use once a minute: neither costs a datagram anything.
    private const long HeardMilliseconds = 1000;
    private const long UsedMilliseconds = 60_000;

    private readonly HostAddress _address;
    private TemplateCache _templates;
    // Two exporters' starts that differ by less are one, computed twice.
    private const long SystemInitTolerance = 1_500;

    // Flows are exported soon after their end, in milliseconds.
    private const int LongestUnexported = 300_000;
    private const int LatestAhead = 2_000;

    // Under the accounts; what each believes is copied into the fields below, and whether anything contradicts it.
    // Allocated with the first statement, because most exporters make none.
    private StatedValue? _sampling;
    private SelectorTable? _selectors;
    private StatedValue? _systemInit;
    private bool _isSamplingContested;
    private bool _isSystemInitContested;
    private long _systemInitUnixMilliseconds;
    private uint _wholeDomainSampling;
    private uint _samplingInterval;
    private long _firstSeenUnixMilliseconds;
    private long _lastSeenUnixMilliseconds;
    private long _heardUnixMilliseconds;
    private long _usedUnixMilliseconds = long.MinValue / 2;

    public SessionDomain(SessionKey key, Exporter exporter, ObservationDomain domain, long arrivalUnixMilliseconds)
    {
        Standing = new Standing(arrivalUnixMilliseconds);
        _heardUnixMilliseconds = arrivalUnixMilliseconds;
        Key = key;
        Exporter = exporter;
        _address = exporter.Address;
        (Minutes, Accounts) = (exporter.Minutes, exporter.Minutes.Accounts);
        Domain = domain;
        Sequence = new SequenceAccount(domain.Sequence, countsMessages: key.Version == ExportMessage.NetFlowV9);
        (UpTimeClockKey, AbsoluteClockKey) = ClockKey.Of(_address, key);
        HeaderClock = new HeaderClock(key.IsOverTcp);
        HeaderClock.Restore(domain.ClockCorrectionMilliseconds);
        // After a restart of the exporter or the collector the ports differ: what the domain already knows is the best guess.
        _systemInitUnixMilliseconds = domain.SystemInitUnixMilliseconds;
        _wholeDomainSampling = domain.SamplingInterval;
        if (domain.Selectors is { Length: > 0 } selectors) _selectors = new SelectorTable(selectors);
        NoteSampling();
        if (domain.LastClock?.Save() is { } last) Clock.Restore(last.Present, last.Former);
    }

    public SessionKey Key { get; }

    public Exporter Exporter { get; }

    public ObservationDomain Domain { get; }

    public Standing Standing { get; }

    /// <summary>The minutes of its exporter.</summary>
    public MinuteRing Minutes { get; }

    /// <summary>The lock for clock, sequence and counts, shared by all sessions of the exporter; held only briefly.</summary>
    public Lock Accounts { get; }

    /// <summary>The Template Sets that it sent last.</summary>
    public RepeatedSets TemplateSets { get; } = new();

    /// <summary>True once it was removed to make room for another session: whoever cached it must look it up again.</summary>
    public bool IsForgotten { get; set; }

    /// <summary>True while a decoding thread watches its open gaps; under <see cref="Accounts"/>.</summary>
    public bool IsWatched { get; set; }

    /// <summary>Names the clock of flow times that are measured from uptime.</summary>
    public ulong UpTimeClockKey { get; }

    /// <summary>Names the clock of flow times that are absolute.</summary>
    public ulong AbsoluteClockKey { get; }

    public BootClock Clock { get; } = new();

    /// <summary>Judges the time of day in its headers.</summary>
    public HeaderClock HeaderClock { get; }

    public SequenceAccount Sequence { get; }

    /// <summary>True once it is clear that options data will not say when the exporter started.</summary>
    public bool HasNoSystemInit { get; set; }

    /// <summary>
    /// Estimates the start of a flow of an exporter that never says when it started: the flow's end updates the clock first.
    /// </summary>
    /// <returns>The start measured from the clock's anchor, and what is to be added to it.</returns>
    public (long Start, long Correction) ReadByFlowEnd(uint startUpTime, uint endUpTime, long exportUnixMilliseconds)
    {
        lock (Accounts)
        {
            var happened = Clock.ObserveFlowEnd(endUpTime, exportUnixMilliseconds);
            Domain.LastClock = Clock;
            if (happened != ClockEvent.None) Domain.NoteClock();
            if (happened == ClockEvent.Restarted) Domain.CountClockEvent(happened);
            if (happened == ClockEvent.Returned) Exporter.Contests.Count(ContestKind.Clock);
            return (Clock.At(startUpTime, exportUnixMilliseconds), Clock.CorrectionMilliseconds);
        }
    }

    /// <summary>Prefetches its fields before a Message needs them.</summary>
    public void Fetch() => CacheLines.FetchFields(this, FieldOctets);

    /// <summary>Prefetches the other objects that every Message touches.</summary>
    public void FetchParts()
    {
        _templates.Fetch();
        Domain.Fetch();
        Sequence.Fetch();
        Minutes.Fetch();
        CacheLines.FetchFields(Exporter, sizeof(long));
    }

    /// <summary>True when this is the session of a datagram, and still is.</summary>
    public bool Is(in HostAddress exporter, in SessionKey key) => key == Key && exporter == _address && !IsForgotten;

    public TemplateKey TemplateKey(ushort templateId) =>
        new(Key.ExporterPort, Key.CollectorPort, Key.Version, Key.ObservationDomainId, templateId, Key.IsOverTcp);

    /// <summary>A Template that it used lately; null when it must be looked up.</summary>
    public Template? RecentTemplate(ushort templateId) => _templates.Find(templateId);

    /// <summary>Remembers a Template that was just found under its key.</summary>
    public void Remember(Template template) => _templates.Add(template);

    /// <summary>The clock for the times of a Message's records.</summary>
    /// <param name="message">Its header, already observed.</param>
    /// <param name="arrivalUnixMilliseconds">When it arrived.</param>
    public MessageClock ReadClock(in ExportMessage message, long arrivalUnixMilliseconds)
    {
        // Only uptimes need the boot clock. Its numbers belong together, so they are read under the lock.
        var offset = arrivalUnixMilliseconds - message.ExportUnixMilliseconds;
        var isRight = HeaderClock.IsPlainlyRight(offset);
        if (isRight && !message.HasSysUpTime) return new MessageClock(message, 0, 0, arrivalUnixMilliseconds);
        lock (Accounts)
        {
            var correction = isRight ? 0 : JudgeHeader(offset, out _);
            return correction == 0
                ? Clock.Read(message, arrivalUnixMilliseconds)
                : Clock.Read(message.ExportedAt(arrivalUnixMilliseconds), arrivalUnixMilliseconds, correction);
        }
    }

    /// <summary>What the time of day in a header is wrong by; 0 when it is right. Under the accounts.</summary>
    public long JudgeHeader(long offset, out ClockEvent happened)
    {
        var correction = HeaderClock.Judge(offset, out happened);
        Domain.SetClockCorrection(correction);
        return correction;
    }

    /// <summary>What is to be added to the absolute times of a Message whose header is wrong.</summary>
    /// <param name="clock">Its clock, which keeps the answer for the Message's other records.</param>
    /// <param name="end">When the first of its flows ended, as it states.</param>
    /// <param name="correctedEnd">The same if its times are of the header's wrong clock.</param>
    public long AbsoluteCorrectionOf(ref MessageClock clock, long end, long correctedEnd)
    {
        if (clock.IsAbsoluteJudged) return clock.AbsoluteCorrectionMilliseconds;
        bool isTogether;
        lock (Accounts)
            isTogether = HeaderClock.IsOfAbsoluteTimes(
                clock.ArrivalUnixMilliseconds - end, clock.ArrivalUnixMilliseconds - correctedEnd);
        var correction = isTogether ? clock.HeaderCorrectionMilliseconds : 0;
        (clock.AbsoluteCorrectionMilliseconds, clock.IsAbsoluteJudged) = (correction, true);
        return correction;
    }

    /// <summary>Goes on where a former process stopped.</summary>
    public void Restore(SavedSession saved, long nowUnixMilliseconds)
    {
        LastSeenUnixMilliseconds = Math.Min(saved.LastSeen, nowUnixMilliseconds);
        Standing.Restore(saved.Standing, nowUnixMilliseconds);
        Standing.Hear(LastSeenUnixMilliseconds);
        _systemInitUnixMilliseconds = UnixTime.IsPlausible(saved.SystemInit) ? saved.SystemInit : 0;
        _wholeDomainSampling = saved.Sampling;
        if (SelectorTable.Restored(saved.Selectors, nowUnixMilliseconds) is { } selectors)
        {
            _selectors = selectors;
            Domain.Selectors = selectors.Believed;
        }

        NoteSampling();
        if (saved.SystemInitStatements is { } systemInit)
            _isSystemInitContested = SystemInit().Restore(systemInit, nowUnixMilliseconds);
        if (saved.SamplingStatements is { } sampling) _isSamplingContested = Sampling().Restore(sampling, nowUnixMilliseconds);
        Exporter.MayHaveContestedOptions |= HasContestedOptions;
        HasNoSystemInit = saved.HasNoSystemInit;
        HeaderClock.Restore(saved.HeaderCorrection);
        if (saved.Clock is not { } clock) return;
        Clock.Restore(SavedExporters.ClockOf(clock), saved.FormerClock is { } former ? SavedExporters.ClockOf(former) : default);
        Domain.LastClock = Clock;
    }

    /// <summary>When its first datagram arrived in this process; 0 before.</summary>
    public long FirstSeenUnixMilliseconds => Volatile.Read(ref _firstSeenUnixMilliseconds);

    /// <remarks>Under the accounts.</remarks>
    public void ObserveArrival(long arrivalUnixMilliseconds, bool hasData)
    {
        if ((ulong)(arrivalUnixMilliseconds - _heardUnixMilliseconds) >= HeardMilliseconds) Hear(arrivalUnixMilliseconds);
        if (hasData && (ulong)(arrivalUnixMilliseconds - _usedUnixMilliseconds) >= UsedMilliseconds) NoteUse(arrivalUnixMilliseconds);
        if (_firstSeenUnixMilliseconds == 0) Volatile.Write(ref _firstSeenUnixMilliseconds, arrivalUnixMilliseconds);
        LastSeenUnixMilliseconds = arrivalUnixMilliseconds;
    }

    private void Hear(long arrivalUnixMilliseconds)
    {
        _heardUnixMilliseconds = arrivalUnixMilliseconds;
        Standing.Hear(arrivalUnixMilliseconds);
        Domain.Standing.Hear(arrivalUnixMilliseconds);
        Exporter.Standing.Hear(arrivalUnixMilliseconds);
    }

    private void NoteUse(long arrivalUnixMilliseconds)
    {
        _usedUnixMilliseconds = arrivalUnixMilliseconds;
        Standing.NoteUse(arrivalUnixMilliseconds);
        Domain.Standing.NoteUse(arrivalUnixMilliseconds);
        if (Exporter.Standing.NoteUse(arrivalUnixMilliseconds)) Exporter.Changes.Note();
    }

    /// <summary>The clock was set.</summary>
    /// <remarks>Under the accounts.</remarks>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        Standing.MoveArrivals(step, nowUnixMilliseconds);
        Volatile.Write(ref _firstSeenUnixMilliseconds, step.Move(_firstSeenUnixMilliseconds, nowUnixMilliseconds));
        LastSeenUnixMilliseconds = step.Move(LastSeenUnixMilliseconds, nowUnixMilliseconds);
        _sampling?.MoveArrivals(step, nowUnixMilliseconds);
        _selectors?.MoveArrivals(step, nowUnixMilliseconds);
        _systemInit?.MoveArrivals(step, nowUnixMilliseconds);
        HeaderClock.MoveArrivals(step.Milliseconds);
    }

    public long LastSeenUnixMilliseconds
    {
        get => Volatile.Read(ref _lastSeenUnixMilliseconds);
        private set => Volatile.Write(ref _lastSeenUnixMilliseconds, value);
    }

    /// <summary>When the exporter started, from systemInitTimeMilliseconds (IE 160), as it is believed; 0 when it has not said.</summary>
    public long SystemInitUnixMilliseconds => Volatile.Read(ref _systemInitUnixMilliseconds);

    /// <summary>
    /// One packet in this many is sampled, by options data or a v5 header, as it is believed, for flows that name no selector; 1 unsampled,
    /// 0 not stated.
    /// </summary>
    public uint SamplingInterval => Volatile.Read(ref _samplingInterval);

    /// <summary>The same as it is stated of the whole domain.</summary>
    public uint WholeDomainSamplingInterval => Volatile.Read(ref _wholeDomainSampling);

    /// <summary>The selectors that it has described; null for the many that describe none.</summary>
    public SelectorTable? Selectors => Volatile.Read(ref _selectors);

    /// <summary>A sampling interval that contradicts the one that is believed, and is not confirmed; 0 when there is none.</summary>
    public uint ContestedSamplingInterval
    {
        get
        {
            if (!HasContestedOptions) return 0;
            lock (Accounts) return Math.Max((uint)(_sampling?.Contested ?? 0), _selectors?.Contested ?? 0);
        }
    }

    /// <summary>True while something contradicts what options data said.</summary>
    public bool HasContestedOptions =>
        Volatile.Read(ref _isSamplingContested) || Volatile.Read(ref _isSystemInitContested) || Selectors is { IsContested: true };

    /// <summary>Options data or a v5 header states the sampling interval.</summary>
    /// <param name="isInEveryMessage">True for a v5 header, which says so with 0 when it does not sample.</param>
    /// <returns>True when it contradicts what is believed, for the first time.</returns>
    public bool StateSampling(uint interval, long arrivalUnixMilliseconds, bool isInEveryMessage)
    {
        if (isInEveryMessage && interval == WholeDomainSamplingInterval && !Volatile.Read(ref _isSamplingContested)) return false;
        lock (Accounts)
        {
            var sampling = Sampling();
            if (interval == 0 && sampling.Value != 0) interval = 1;
            var statement = sampling.State(
                interval, arrivalUnixMilliseconds, Key.IsOverTcp, isInEveryMessage,
                contradictsSilence: isInEveryMessage ? FirstSeenUnixMilliseconds != 0 : Domain.HasBeenSilent(arrivalUnixMilliseconds));
            Volatile.Write(ref _wholeDomainSampling, (uint)sampling.Value);
            NoteSampling();
            Volatile.Write(ref _isSamplingContested, sampling.IsContested);
            Domain.SamplingInterval = (uint)sampling.Value;
            return Note(statement);
        }
    }

    /// <summary>Options data states how a selector samples.</summary>
    /// <param name="interval">One packet in this many; 0 when it says that it does not.</param>
    /// <returns>True when it contradicts what is believed, for the first time.</returns>
    public bool StateSampling(Selector selector, uint interval, long arrivalUnixMilliseconds)
    {
        if (selector.Kind == SelectorKind.WholeDomain)
        {
            return (interval != 0 || WholeDomainSamplingInterval != 0)
                && StateSampling(interval, arrivalUnixMilliseconds, isInEveryMessage: false);
        }

        lock (Accounts)
        {
            var selectors = _selectors ?? new SelectorTable([]);
            var most = Exporter.Standing.Level < StandingLevel.Proven ? SelectorTable.MostOfNewcomer : SelectorTable.Most;
            var statement = selectors.State(
                selector, Math.Max(1, interval), most, arrivalUnixMilliseconds, Key.IsOverTcp,
                contradictsSilence: Domain.HasBeenSilent(arrivalUnixMilliseconds), out var displaced);
            Volatile.Write(ref _selectors, selectors);
            NoteSampling();
            Domain.Selectors = selectors.Believed;
            if (displaced > 0) Exporter.CountDisplacedSelectors(displaced);
            return Note(statement);
        }
    }

    /// <summary>
    /// One packet in how many was sampled of a flow: as its selector says; as the interface says by which it came in; as is said of the
    /// whole domain.
    /// </summary>
    /// <param name="selector">Null when the flow names none.</param>
    /// <param name="ingressInterface">Null when the flow names none.</param>
    /// <returns>0 when it is not known.</returns>
    public uint SamplingIntervalOf(ulong? selector, ulong? ingressInterface)
    {
        if (Selectors is not { } selectors) return SamplingInterval;
        if (selector is { } named && selectors.IntervalOf(new Selector(SelectorKind.Selector, named)) is > 0 and var ofSelector)
            return ofSelector;
        if (ingressInterface is { } ingress && selectors.HasInterfaces
            && selectors.IntervalOf(new Selector(SelectorKind.Interface, ingress)) is > 0 and var ofInterface) return ofInterface;

        // It names a selector that nobody has described, and so none of those that sample.
        return selector is null ? SamplingInterval : WholeDomainSamplingInterval;
    }

    /// <summary>Options data states when the exporter started.</summary>
    /// <returns>True when it contradicts what is believed, for the first time.</returns>
    public bool StateSystemInit(long unixMilliseconds, long arrivalUnixMilliseconds)
    {
        lock (Accounts)
        {
            var systemInit = SystemInit();
            var statement = systemInit.State(
                unixMilliseconds, arrivalUnixMilliseconds, Key.IsOverTcp,
                contradictsSilence: Domain.HasBeenSilent(arrivalUnixMilliseconds));
            Volatile.Write(ref _systemInitUnixMilliseconds, systemInit.Value);
            Volatile.Write(ref _isSystemInitContested, systemInit.IsContested);
            Domain.SystemInitUnixMilliseconds = systemInit.Value;
            return Note(statement);
        }
    }

    /// <summary>
    /// The start of the exporter by which a flow ended shortly before its export. When it restarted, the flows say so before the new
    /// start is confirmed.
    /// </summary>
    public long SystemInitOf(uint endUpTime, long exportUnixMilliseconds)
    {
        var believed = SystemInitUnixMilliseconds;
        if (!Volatile.Read(ref _isSystemInitContested) || IsShortlyBefore(believed, endUpTime, exportUnixMilliseconds)) return believed;
        lock (Accounts)
        {
            var stated = SystemInit();
            for (var i = 0; i < stated.NumRivals; i++)
            {
                if (IsShortlyBefore(stated.RivalAt(i), endUpTime, exportUnixMilliseconds)) return stated.RivalAt(i);
            }
        }

        return believed;
    }

    /// <summary>How the sampling interval and the start were stated, for the next process.</summary>
    public (SavedStatement? Sampling, SavedStatement? SystemInit, SavedSelector[]? Selectors) SaveStatements()
    {
        lock (Accounts) return (_sampling?.Save(), _systemInit?.Save(), _selectors?.Save());
    }

    /// <summary>
    /// What is said of the whole domain holds for flows that name no selector; without it, what is said of its selectors.
    /// </summary>
    private void NoteSampling() => Volatile.Write(
        ref _samplingInterval, _wholeDomainSampling != 0 ? _wholeDomainSampling : _selectors?.OfUnnamed ?? 0);

    private StatedValue Sampling() => _sampling ??= new StatedValue(WholeDomainSamplingInterval);

    private StatedValue SystemInit() => _systemInit ??= new StatedValue(SystemInitUnixMilliseconds, SystemInitTolerance);

    private static bool IsShortlyBefore(long systemInit, uint endUpTime, long exportUnixMilliseconds) =>
        (int)((uint)(exportUnixMilliseconds - systemInit) - endUpTime) is >= -LatestAhead and <= LongestUnexported;

    private bool Note(Statement statement)
    {
        if (statement != Statement.Same) Domain.NoteClock();
        if (statement != Statement.Contested) return false;
        Exporter.Contests.Count(ContestKind.Options);
        Exporter.MayHaveContestedOptions = true;
        return true;
    }
}

/// <summary>Both ports of a Transport Session and whether it is over TCP, and the Observation Domain within it.</summary>
internal readonly record struct SessionKey(
    ushort ExporterPort, ushort CollectorPort, int Version, uint ObservationDomainId, bool IsOverTcp = false);
