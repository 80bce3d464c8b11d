using System.Diagnostics.CodeAnalysis;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>One device that exports to us: its Observation Domains and its Templates; unique by address.</summary>
/// <remarks>Decoding threads read the Templates without a lock: the map is replaced whole when it changes, which is rare.</remarks>
internal sealed class Exporter(int id, HostAddress address, long firstSeenUnixMilliseconds, SharedExporterState shared)
{
    // A Template that was neither repeated nor used for this long may be removed when there are too many.
    private const long LeftBehindMilliseconds = 3_600_000;
    private const long PurgeIntervalMilliseconds = 1000;

    private readonly SmallMap<DomainKey, ObservationDomain> _domains = new();
    private readonly SmallMap<SessionKey, SessionDomain> _sessions = new();
    private readonly Lock _learning = new();
    private TemplateMap _templates = TemplateMap.Empty;
    private int _waitingSets;
    private int _numContested;
    private long _lastPurgeUnixMilliseconds;
    private long _firstSeenUnixMilliseconds = firstSeenUnixMilliseconds;

    /// <summary>What all exporters share.</summary>
    private SharedExporterState Shared { get; } = shared;

    /// <summary>Plans that the Templates of all exporters share.</summary>
    public PlanPool Plans => Shared.Plans;

    /// <summary>Template Sets that are parsed already, whichever exporter sent them.</summary>
    public ParsedSets ParsedSets => Shared.ParsedSets;

    public int Id { get; } = id;

    public HostAddress Address { get; } = address;

    public long FirstSeenUnixMilliseconds => Volatile.Read(ref _firstSeenUnixMilliseconds);

    /// <summary>Grows whenever something was learned of it that a restart must not lose.</summary>
    public ChangeCounter Changes { get; } = new(shared.Changes);

    /// <summary>What arrived and what was lost, per minute.</summary>
    public MinuteRing Minutes { get; } = new();

    /// <summary>When its last datagram arrived.</summary>
    public long LastSeenUnixMilliseconds
    {
        get
        {
            var last = FirstSeenUnixMilliseconds;
            foreach (var domain in _domains.Values) last = Math.Max(last, domain.LastSeenUnixMilliseconds);
            return last;
        }
    }

    /// <summary>The collector's ports that it sends to.</summary>
    public IEnumerable<ushort> CollectorPorts => _sessions.Values.Select(session => session.Key.CollectorPort).Distinct();

    /// <summary>What was contested in all this time, by kind.</summary>
    public ContestCounts Contests { get; } = new();

    /// <summary>True once options data of one of its sessions were contradicted.</summary>
    public bool MayHaveContestedOptions { get; set; }

    /// <summary>Templates for which several layouts are stated now.</summary>
    public int NumContested => Volatile.Read(ref _numContested);

    /// <summary>Data Sets that wait for their Template.</summary>
    public int WaitingSets => Volatile.Read(ref _waitingSets);

    public void CountWaiting(int sets) => Interlocked.Add(ref _waitingSets, sets);

    /// <summary>A snapshot.</summary>
    public ObservationDomain[] Domains => _domains.Values;

    public int NumSessions => _sessions.Count;

    /// <summary>A snapshot.</summary>
    public SessionDomain[] Sessions => _sessions.Values;

    /// <summary>The current Templates. A map is never modified, only replaced.</summary>
    public TemplateMap Templates => Volatile.Read(ref _templates);

    /// <summary>The domain, created if it is new; null when the exporter already has as many as allowed.</summary>
    public ObservationDomain? Domain(int version, uint domainId, int maxDomains)
    {
        var key = new DomainKey(version, domainId);
        if (_domains.TryGet(key, out var domain)) return domain;
        lock (_learning)
        {
            if (_domains.TryGet(key, out domain)) return domain;
            if (_domains.Count >= maxDomains && !ForgetSilentDomain()) return null;
            domain = new ObservationDomain(version, domainId, Shared, Minutes, Changes);
            _domains.Add(key, domain);
            return domain;
        }
    }

    /// <summary>
    /// Removes the domain that has been silent longest, if that is at least an hour: ids that an exporter gave up, or that were forged,
    /// must not block new ones for ever.
    /// </summary>
    private bool ForgetSilentDomain()
    {
        var silent = _domains.Values.MinBy(domain => domain.LastSeenUnixMilliseconds)!;
        return LastSeenUnixMilliseconds - silent.LastSeenUnixMilliseconds >= LeftBehindMilliseconds
            && _domains.Remove(new DomainKey(silent.Version, silent.Id));
    }

    /// <summary>
    /// The session, created if it is new; null when the exporter already has as many domains as allowed. If there are too many
    /// sessions, the one that has been silent longest is removed.
    /// </summary>
    public SessionDomain? Session(SessionKey key, FlowOptions options)
    {
        if (_sessions.TryGet(key, out var session)) return session;
        if (Domain(key.Version, key.ObservationDomainId, options.MaxDomainsPerExporter) is not { } domain) return null;
        lock (_learning)
        {
            if (_sessions.TryGet(key, out session)) return session;
            var numSessions = _sessions.Count;
            var isFull = numSessions >= options.MaxSessionsPerExporter || (numSessions != 0 && Shared.NumSessions >= options.MaxSessions);
            if (isFull) ForgetSilentSession();
            Shared.CountSessions(1);
            session = new SessionDomain(key, this, domain);
            _sessions.Add(key, session);
            Changes.Note();
            return session;
        }
    }

    private void ForgetSilentSession()
    {
        if (_sessions.Values.MinBy(known => known.LastSeenUnixMilliseconds) is not { } silent || !_sessions.Remove(silent.Key)) return;
        silent.IsForgotten = true;
        Shared.CountSessions(-1);
    }

    /// <summary>
    /// True while <paramref name="seen"/> is still the current map of Templates, so that what was found in it is still valid.
    /// </summary>
    public bool IsCurrent(object? seen) => ReferenceEquals(seen, Volatile.Read(ref _templates));

    public bool TryFind(in TemplateKey key, [NotNullWhen(true)] out Template? template, out object map)
    {
        var templates = Volatile.Read(ref _templates);
        map = templates;
        return templates.TryGet(key, out template);
    }

    /// <summary>
    /// Learns a Template. The same one again is a refresh. A different one replaces the old one at once over TCP, where nobody else can
    /// have sent it; over UDP both are held, and the data decide.
    /// </summary>
    /// <param name="arrivalUnixMilliseconds">Now, by the clock of arrivals.</param>
    /// <param name="kept">The Template now stored under the key; the given one when there was no room to store it.</param>
    public TemplateLearned Learn(
        in TemplateKey key, Template template, FlowOptions options, long arrivalUnixMilliseconds, out Template kept)
    {
        kept = template;
        lock (_learning)
        {
            var isKnown = _templates.TryGet(key, out var known);
            if (isKnown && known!.HasSameLayoutAs(template))
            {
                known.Refresh(arrivalUnixMilliseconds);
                kept = known;
                return TemplateLearned.Refreshed;
            }

            if (isKnown && !key.IsOverTcp && !known!.IsBorrowed) return Contest(known, ref kept, arrivalUnixMilliseconds);
            if (!isKnown && !HasRoom(arrivalUnixMilliseconds, options)) return TemplateLearned.RefusedAsTooMany;
            if (!isKnown) Shared.CountTemplates(1);
            Volatile.Write(ref _templates, _templates.With(key, template));
            known?.Forget();
            Changes.Note();
            return isKnown ? TemplateLearned.Changed : TemplateLearned.New;
        }
    }

    /// <summary>
    /// The Template by which a Data Set was written, while several layouts are stated under its key; the data may settle which one
    /// stands.
    /// </summary>
    public Template Choose(
        in TemplateKey key, Template template, ReadOnlySpan<byte> content, in MessageHeader header, long arrivalUnixMilliseconds)
    {
        lock (_learning)
        {
            // 1. Statements since the last Set may have settled it.
            if (template.Contest is not { } before) return template;
            Settle(key, before, arrivalUnixMilliseconds);
            if (!_templates.TryGet(key, out var standing)) return template;
            if (standing.Contest is not { } contest) return standing;

            // 2. This Set may, too.
            var chosen = contest.Choose(content, header, arrivalUnixMilliseconds);
            Settle(key, contest, arrivalUnixMilliseconds);
            return chosen;
        }
    }

    /// <summary>Ends the contests of Templates that nothing has been said or sent for.</summary>
    public void SettleContests(long nowUnixMilliseconds)
    {
        if (NumContested == 0) return;
        lock (_learning)
        {
            foreach (var (key, template) in _templates)
            {
                if (template.Contest is { } contest) Settle(key, contest, nowUnixMilliseconds);
            }
        }
    }

    /// <summary>Holds a layout beside the one that stands, or refreshes it there.</summary>
    /// <remarks>The caller holds the lock.</remarks>
    private TemplateLearned Contest(Template standing, ref Template stated, long arrivalUnixMilliseconds)
    {
        if (standing.Contest is { } contest && contest.Find(stated) is { } rival)
        {
            rival.Refresh(arrivalUnixMilliseconds);
            stated = rival;
            return TemplateLearned.Refreshed;
        }

        Hold(standing, stated, arrivalUnixMilliseconds, proofs: 0);
        Contests.Count(ContestKind.Template);
        Changes.Note();
        return TemplateLearned.Contested;
    }

    /// <summary>Holds a layout beside the one that stands.</summary>
    public void Hold(Template standing, Template rival, long arrivalUnixMilliseconds, int proofs)
    {
        lock (_learning)
        {
            if (standing.Contest is null) Interlocked.Increment(ref _numContested);
            standing.Contest ??= new TemplateContest(standing);
            standing.Contest.Add(rival, arrivalUnixMilliseconds, proofs);
        }
    }

    /// <remarks>The caller holds the lock.</remarks>
    private void Settle(in TemplateKey key, TemplateContest contest, long nowUnixMilliseconds)
    {
        if (contest.Standing.IsForgotten) return;
        var before = contest.Rivals.Length;
        if (contest.Settle(nowUnixMilliseconds) is { } winner)
        {
            contest.Under(winner, nowUnixMilliseconds);
            Volatile.Write(ref _templates, _templates.With(key, winner));
            contest.Standing.Forget();
        }
        else if (contest.Rivals.Length == 0)
        {
            contest.Standing.Contest = null;
            Interlocked.Decrement(ref _numContested);
        }
        else if (contest.Rivals.Length == before)
        {
            return;
        }

        Changes.Note();
    }

    /// <summary>Withdraws one Template (RFC 7011, 8.1).</summary>
    public void Forget(TemplateKey withdrawn) => ForgetWhere((key, _) => key == withdrawn);

    /// <summary>Withdraws all Templates, or all Options Templates, of a session and domain (RFC 7011, 8.1).</summary>
    public void ForgetAll(TemplateKey like, bool isOptions) => ForgetWhere((key, template) =>
        template.IsOptions == isOptions && key.ExporterPort == like.ExporterPort && key.CollectorPort == like.CollectorPort
            && key.IsOverTcp == like.IsOverTcp && key.Version == like.Version
        && key.ObservationDomainId == like.ObservationDomainId);

    /// <summary>A connection has ended, and its Templates with it (RFC 7011, 8.1).</summary>
    public void ForgetSession(ushort exporterPort, ushort collectorPort) =>
        ForgetWhere((key, _) => key.IsOverTcp && key.ExporterPort == exporterPort && key.CollectorPort == collectorPort);

    /// <summary>Forgets Templates that were neither repeated nor used since a moment.</summary>
    /// <returns>How many.</returns>
    public int ForgetUnusedSince(long unixMilliseconds) =>
        ForgetWhere((_, template) => Math.Max(template.LastReceivedUnixMilliseconds, template.LastUsedUnixMilliseconds) < unixMilliseconds);

    /// <summary>
    /// The clock was set: all that is kept of arrivals goes on as if it had always been as it is now. Messages may be decoded meanwhile.
    /// </summary>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        Volatile.Write(ref _firstSeenUnixMilliseconds, step.Move(_firstSeenUnixMilliseconds, nowUnixMilliseconds));
        Minutes.MoveArrivals(step, nowUnixMilliseconds);
        lock (Minutes.Accounts)
        {
            foreach (var domain in _domains.Values) domain.MoveArrivals(step, nowUnixMilliseconds);
            foreach (var session in _sessions.Values) session.MoveArrivals(step, nowUnixMilliseconds);
        }

        lock (_learning)
        {
            foreach (var (_, template) in _templates)
            {
                template.MoveArrivals(step, nowUnixMilliseconds);
                template.Contest?.MoveArrivals(step, nowUnixMilliseconds);
            }
        }
    }

    /// <summary>
    /// True when one more Template may be stored. An exporter that often changes its port leaves Templates behind; these are removed to
    /// make room.
    /// </summary>
    private bool HasRoom(long nowUnixMilliseconds, FlowOptions options)
    {
        // Once a second at most: a flood of Templates beyond the bound must not cost a walk over all of them each time.
        if (_templates.Count >= options.MaxTemplatesPerExporter
            && Math.Abs(nowUnixMilliseconds - _lastPurgeUnixMilliseconds) >= PurgeIntervalMilliseconds)
        {
            _lastPurgeUnixMilliseconds = nowUnixMilliseconds;
            ForgetUnusedSince(nowUnixMilliseconds - LeftBehindMilliseconds);
        }

        return _templates.Count < options.MaxTemplatesPerExporter && Shared.NumTemplates < options.MaxTemplates;
    }

    private int ForgetWhere(Func<TemplateKey, Template, bool> isOver)
    {
        lock (_learning)
        {
            var all = _templates;
            var templates = all.Without(isOver);
            var forgotten = all.Count - templates.Count;
            if (forgotten == 0) return 0;
            Shared.CountTemplates(-forgotten);
            Volatile.Write(ref _templates, templates);
            foreach (var (key, template) in all)
            {
                if (templates.TryGet(key, out _)) continue;
                template.Forget();
                if (template.Contest is not { } contest) continue;
                contest.Forget();
                Interlocked.Decrement(ref _numContested);
            }

            Changes.Note();
            return forgotten;
        }
    }

    /// <summary>
    /// Finds a Template in another session of this exporter. Exporters change ports, and a restarted one sends data before it repeats its
    /// Templates. If all sessions agree on one layout for the id, that layout is used; if they disagree, none is.
    /// </summary>
    /// <param name="isKept">False when there was no room to keep it for this session.</param>
    public bool TryBorrow(
        in TemplateKey key, FlowOptions options, long arrivalUnixMilliseconds, [NotNullWhen(true)] out Template? template, out bool isKept)
    {
        isKept = false;
        template = null;
        foreach (var (otherKey, other) in Volatile.Read(ref _templates))
        {
            if (!otherKey.IsSameButForSession(key)) continue;
            if (template is not null && !template.HasSameLayoutAs(other)) return false;
            template ??= other;
        }

        if (template is null) return false;
        isKept = Learn(key, template.ForOtherSession(), options, arrivalUnixMilliseconds, out template) != TemplateLearned.RefusedAsTooMany;
        return true;
    }
}

/// <summary>Identifies an Observation Domain of one exporter: versions do not share their ids.</summary>
internal readonly record struct DomainKey(int Version, uint Id);

/// <summary>What happened to a Template that an exporter sent.</summary>
internal enum TemplateLearned : byte
{
    New,
    Refreshed,
    Changed,

    /// <summary>It is held beside a different one that stands under its key.</summary>
    Contested,
    RefusedAsTooMany,
}
