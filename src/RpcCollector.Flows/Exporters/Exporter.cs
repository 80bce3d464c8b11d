using System.Diagnostics.CodeAnalysis;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Messages;
using RpcCollector.Flows.Templates;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Exporters;

/// <summary>One device that exports to us: its Observation Domains and its Templates; unique by address.</summary>
/// <remarks>Decoding threads find domains, sessions and Templates without a lock; who changes them holds one.</remarks>
internal sealed class Exporter(
    HostAddress address, long firstSeenUnixMilliseconds, SharedExporterState shared, SenderNetwork network) : ISeated
{
    // A Template that was neither repeated nor used for this long may be removed when there are too many; one that was never used sooner.
    private const long LeftBehindMilliseconds = 3_600_000;
    private const long NeverUsedMilliseconds = 30_000;
    private const long PurgeIntervalMilliseconds = 1000;
    private const long SeekIntervalMilliseconds = 100;

    private readonly SmallMap<DomainKey, ObservationDomain> _domains = new();
    private readonly SmallMap<SessionKey, SessionDomain> _sessions = new();

    // The ports that its sessions go to, replaced when one is new or gone; and of each how many sessions there are.
    private ushort[] _collectorPorts = [];
    private int[] _sessionsOfPorts = [];
    private readonly Lock _learning = new();
    private readonly TemplateTable _templates = new();
    private Seats<ObservationDomain>? _domainSeats;
    private Seats<SessionDomain>? _sessionSeats;
    private WorkBudget? _learningOfSettled;
    private int _id = -1;
    private bool _isForgotten;
    private int _waitingSets;
    private int _numContested;
    private int _numRivals;
    private int _numDoubted;
    private long _lastPurgeUnixMilliseconds;
    private long _soughtUnixMilliseconds;
    private long _firstSeenUnixMilliseconds = firstSeenUnixMilliseconds;

    /// <summary>What all exporters share.</summary>
    private SharedExporterState Shared { get; } = shared;

    /// <summary>Plans that the Templates of all exporters share.</summary>
    public PlanPool Plans => Shared.Plans;

    /// <summary>Template Sets that are parsed already, whichever exporter sent them.</summary>
    public ParsedSets ParsedSets => Shared.ParsedSets;

    /// <summary>Template Records that are parsed already, whichever exporter sent them.</summary>
    public ParsedRecords ParsedRecords => Shared.ParsedRecords;

    /// <summary>
    /// Its number in the <see cref="ExporterDirectory"/>, which it takes with its first flow at the latest. When forged exporters have
    /// taken nearly all, the number that stands for none until it is settled.
    /// </summary>
    public int Id
    {
        get
        {
            if (_id >= 0) return _id;
            var isSettled = Standing.Level == StandingLevel.Settled;
            return Shared.Directory.TryNumber(Address, isSettled, out var id) ? _id = id : Shared.Directory.Unnamed;
        }
    }

    public Standing Standing { get; } = new(firstSeenUnixMilliseconds);

    public SenderNetwork Network { get; } = network;

    /// <summary>True once it made room for another: what still refers to it must be looked up again.</summary>
    public bool IsForgotten => Volatile.Read(ref _isForgotten);

    /// <summary>True once something of it was saved, or came from what was saved.</summary>
    public bool IsSaved { get; set; }

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
    public ReadOnlySpan<ushort> CollectorPorts => Volatile.Read(ref _collectorPorts);

    /// <summary>What was contested in all this time, by kind.</summary>
    public ContestCounts Contests { get; } = new();

    /// <summary>True once options data of one of its sessions were contradicted.</summary>
    public bool MayHaveContestedOptions { get; set; }

    /// <summary>Templates for which several layouts are stated now.</summary>
    public int NumContested => Volatile.Read(ref _numContested);

    /// <summary>Templates that were redefined by a record that cannot be used.</summary>
    public int NumDoubted => Volatile.Read(ref _numDoubted);

    /// <summary>Layouts that are held beside those that stand.</summary>
    public int NumRivals => Volatile.Read(ref _numRivals);

    /// <summary>Data Sets that wait for their Template.</summary>
    public int WaitingSets => Volatile.Read(ref _waitingSets);

    public void CountDisplacedSelectors(int selectors) => Shared.CountDisplaced(Displacement.Selector, selectors);

    public void CountWaiting(int sets) => Interlocked.Add(ref _waitingSets, sets);

    /// <summary>A snapshot.</summary>
    public ObservationDomain[] Domains => _domains.Values;

    public int NumSessions => _sessions.Count;

    /// <summary>A snapshot.</summary>
    public SessionDomain[] Sessions => _sessions.Values;

    /// <summary>A snapshot.</summary>
    public KeyValuePair<TemplateKey, Template>[] Templates => _templates.Snapshot();

    public int NumTemplates => _templates.Count;

    /// <summary>Grows whenever a Template is learned or forgotten.</summary>
    public long TemplatesVersion => _templates.Version;

    /// <summary>
    /// The domain, created if it is new; null when the exporter already has as many as allowed, and all of them have sent data for long.
    /// </summary>
    public ObservationDomain? Domain(int version, uint domainId, int maxDomains, long arrivalUnixMilliseconds)
    {
        var key = new DomainKey(version, domainId);
        if (_domains.TryGet(key, out var domain)) return domain;
        lock (_learning)
        {
            if (_domains.TryGet(key, out domain)) return domain;
            domain = new ObservationDomain(version, domainId, Shared, Minutes, Changes, arrivalUnixMilliseconds);

            // Few exporters ever have as many: only then is it of interest who makes room.
            if (_domainSeats is null && _domains.Count >= maxDomains) _domainSeats = SeatsOf(_domains.Values, maxDomains);
            if (_domainSeats?.Admit(domain, arrivalUnixMilliseconds) is { } displaced)
            {
                if (displaced == domain) return null;
                _domains.Remove(new DomainKey(displaced.Version, displaced.Id));
                Shared.CountDisplaced(Displacement.Domain);
            }

            _domains.Add(key, domain);
            return domain;
        }
    }

    /// <summary>
    /// The session, created if it is new; null when the exporter already has as many domains as allowed. If there are too many
    /// sessions, the one of the lowest standing that has been silent longest is removed.
    /// </summary>
    public SessionDomain? Session(SessionKey key, FlowOptions options, long arrivalUnixMilliseconds)
    {
        if (_sessions.TryGet(key, out var session)) return session;
        if (Domain(key.Version, key.ObservationDomainId, options.MaxDomainsPerExporter, arrivalUnixMilliseconds) is not { } domain)
            return null;
        if (Shared.NumSessions >= options.MaxSessions) Shared.Table.MakeRoomFor(this, static exporter => exporter.NumSessions);
        lock (_learning)
        {
            if (_sessions.TryGet(key, out session)) return session;
            session = new SessionDomain(key, this, domain, arrivalUnixMilliseconds);

            // Whoever holds it looks it up again, and finds the exporter that took its place.
            if (IsForgotten)
            {
                session.IsForgotten = true;
                return session;
            }

            if (!AdmitSession(session, options, arrivalUnixMilliseconds)) return null;
            Shared.CountSessions(1);
            Network.CountSessions(1);
            _sessions.Add(key, session);
            CountCollectorPort(key.CollectorPort, 1);
            Changes.Note();
            return session;
        }
    }

    /// <returns>False when every session that it has is settled, and sends.</returns>
    private bool AdmitSession(SessionDomain session, FlowOptions options, long nowUnixMilliseconds)
    {
        var isFull = _sessions.Count >= options.MaxSessionsPerExporter;
        var isOneTooMany = _sessions.Count != 0 && (Shared.NumSessions >= options.MaxSessions || IsBeyondShare(
            Network.NumSessions, SenderNetwork.ShareOf(options.MaxSessions, options.MaxSessionsPerExporter)));
        if (isFull || isOneTooMany) _sessionSeats ??= SeatsOf(_sessions.Values, options.MaxSessionsPerExporter);
        if (_sessionSeats is not { } seats) return true;

        // Its only session is replaced by the next, too: it has taken another port.
        isOneTooMany |= isFull && options.MaxSessionsPerExporter == 1;
        if (isOneTooMany && seats.TakeAny(nowUnixMilliseconds) is { } own) Forget(own);
        var displaced = seats.Admit(session, nowUnixMilliseconds);
        if (displaced == session) return false;
        if (displaced is not null) Forget(displaced);
        return true;
    }

    private void Forget(SessionDomain displaced)
    {
        _sessions.Remove(displaced.Key);
        CountCollectorPort(displaced.Key.CollectorPort, -1);
        displaced.IsForgotten = true;
        Shared.CountSessions(-1);
        Network.CountSessions(-1);
        Shared.CountDisplaced(Displacement.Session);
    }

    // Under the lock. Who forges sends a session after the other, all to few ports.
    private void CountCollectorPort(ushort port, int more)
    {
        var place = Array.IndexOf(_collectorPorts, port);
        if (place < 0)
        {
            _sessionsOfPorts = [.. _sessionsOfPorts, more];
            Volatile.Write(ref _collectorPorts, [.. _collectorPorts, port]);
            return;
        }

        _sessionsOfPorts[place] += more;
        if (_sessionsOfPorts[place] > 0) return;
        _sessionsOfPorts = [.. _sessionsOfPorts[..place], .. _sessionsOfPorts[(place + 1)..]];
        Volatile.Write(ref _collectorPorts, [.. _collectorPorts[..place], .. _collectorPorts[(place + 1)..]]);
    }

    /// <summary>It made room for another exporter: nothing of it is found any more.</summary>
    public void End()
    {
        lock (_learning)
        {
            Volatile.Write(ref _isForgotten, true);
            foreach (var session in _sessions.Values) session.IsForgotten = true;
            Shared.CountSessions(-_sessions.Count);
            Network.CountSessions(-_sessions.Count);
            CountTemplates(-_templates.Count);
            foreach (var (_, template) in _templates.Clear()) Forget(template);
        }
    }

    /// <summary>A place for each of what it has, those that were heard of last behind the others.</summary>
    private static Seats<T> SeatsOf<T>(T[] holders, int capacity)
        where T : class, ISeated
    {
        var seats = new Seats<T>(capacity, LeftBehindMilliseconds);
        foreach (var holder in holders.OrderByDescending(holder => holder.Standing.Level)
            .ThenBy(holder => holder.Standing.LastHeardUnixMilliseconds)) seats.Keep(holder);
        return seats;
    }

    /// <summary>Who has earned something is not held to what its network may take.</summary>
    private bool IsBeyondShare(int taken, long share) => taken >= share && Standing.Level < StandingLevel.Proven;

    private void CountTemplates(int change)
    {
        Shared.CountTemplates(change);
        Network.CountTemplates(change);
    }

    private void CountRivals(int change)
    {
        Interlocked.Add(ref _numRivals, change);
        Shared.CountRivals(change);
        Network.CountRivals(change);
    }

    /// <summary>False when the senders of its network, or all together, cause more learning of Templates than they may.</summary>
    /// <param name="isUnknown">True when nobody has sent the same, so that it must be parsed.</param>
    public bool MayLearn(int cost, bool isUnknown, long nowUnixMilliseconds)
    {
        if (Standing.Level == StandingLevel.Settled)
            return (_learningOfSettled ??= TemplateWork.OfSender()).TryTake(cost, nowUnixMilliseconds);
        return Network.Learning.TryTake(cost, nowUnixMilliseconds) && (!isUnknown || Shared.Learning.TryTake(cost, nowUnixMilliseconds));
    }

    /// <summary>True while nothing was learned or forgotten since, so that what was looked up then still holds.</summary>
    public bool IsCurrent(long templatesVersion) => templatesVersion == _templates.Version;

    /// <param name="version">That of what was looked at.</param>
    public bool TryFind(in TemplateKey key, [NotNullWhen(true)] out Template? template, out long version)
    {
        version = _templates.Version;
        return _templates.TryGet(key, out template);
    }

    /// <summary>
    /// Which Templates were learned or forgotten since a version, as far as the latest few are remembered; false when any may have been.
    /// </summary>
    public bool TryTellChanged(long version, HashSet<AwaitedTemplate> changed)
    {
        lock (_learning) return _templates.TryTellChanged(version, changed);
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
        if (!_templates.TryGet(key, out _)) SeekRoom(arrivalUnixMilliseconds, options);
        lock (_learning)
        {
            var isKnown = _templates.TryGet(key, out var known);
            if (isKnown && !template.IsBorrowed) EndDoubt(key, known!);
            if (isKnown && known!.HasSameLayoutAs(template))
            {
                known.Refresh(arrivalUnixMilliseconds);
                kept = known;
                return TemplateLearned.Refreshed;
            }

            if (isKnown && !key.IsOverTcp && !known!.IsBorrowed) return Contest(known, ref kept, options, arrivalUnixMilliseconds);
            if (IsForgotten || (!isKnown && !HasRoom(arrivalUnixMilliseconds, options))) return TemplateLearned.RefusedAsTooMany;
            if (!isKnown) CountTemplates(1);
            _templates.Set(key, template);
            if (isKnown) Forget(known!);
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

    /// <summary>
    /// A Template was redefined by a record that cannot be used: what stands under its key, or is borrowed for it, is in doubt.
    /// </summary>
    /// <returns>False when there is nothing that could read its Data Sets wrongly.</returns>
    public bool Doubt(in TemplateKey key, FlowOptions options, long arrivalUnixMilliseconds)
    {
        if (!_templates.TryGet(key, out var template)
            && !(TryBorrow(key, options, arrivalUnixMilliseconds, out template, out var isKept) && isKept)) return false;
        lock (_learning)
        {
            if (template.IsForgotten) return false;
            if (template.Doubt is not null) return true;
            var sinceRefuted = arrivalUnixMilliseconds - template.RefutedUnixMilliseconds;
            template.Doubt = new TemplateDoubt(
                key.IsOverTcp, wasRefutedLately: Math.Abs(sinceRefuted) < TemplateDoubt.RefutedMilliseconds);
            Interlocked.Increment(ref _numDoubted);
            Contests.Count(ContestKind.Template);
            Changes.Note();
            return true;
        }
    }

    /// <summary>A Template was defined by a record that can be used: the doubt about it is over.</summary>
    public void EndDoubt(in TemplateKey key, Template template)
    {
        if (template.Doubt is null) return;
        lock (_learning)
        {
            if (!RemoveDoubt(template)) return;
            _templates.NoteChange(key);
            Changes.Note();
        }
    }

    /// <summary>A Data Set, in a datagram of its own, fits a Template that is in doubt soundly.</summary>
    /// <returns>True when that refutes the doubt.</returns>
    public bool WeakenDoubt(in TemplateKey key, Template template, long datagram, long arrivalUnixMilliseconds)
    {
        lock (_learning)
        {
            if (template.Doubt is not { } doubt || !doubt.Weaken(datagram)) return false;
            template.RefutedUnixMilliseconds = arrivalUnixMilliseconds;
            _templates.NoteChange(key);
            return true;
        }
    }

    /// <remarks>The caller holds the lock.</remarks>
    private bool RemoveDoubt(Template template)
    {
        if (template.Doubt is null) return false;
        template.Doubt = null;
        Interlocked.Decrement(ref _numDoubted);
        return true;
    }

    /// <summary>Ends the contests of Templates that nothing has been said or sent for.</summary>
    public void SettleContests(long nowUnixMilliseconds)
    {
        if (NumContested == 0) return;
        lock (_learning)
        {
            foreach (var (key, template) in _templates.Snapshot())
            {
                if (template.Contest is { } contest) Settle(key, contest, nowUnixMilliseconds);
            }
        }
    }

    /// <summary>Holds a layout beside the one that stands, or refreshes it there.</summary>
    /// <remarks>The caller holds the lock.</remarks>
    private TemplateLearned Contest(Template standing, ref Template stated, FlowOptions options, long arrivalUnixMilliseconds)
    {
        if (standing.Contest is { } contest && contest.Find(stated) is { } rival)
        {
            rival.Refresh(arrivalUnixMilliseconds);
            stated = rival;
            return TemplateLearned.Refreshed;
        }

        Hold(standing, stated, options, arrivalUnixMilliseconds, proofs: 0);
        Contests.Count(ContestKind.Template);
        Changes.Note();
        return TemplateLearned.Contested;
    }

    /// <summary>
    /// Holds a layout beside the one that stands: a few while there is room for Templates, else one, which the next takes the place of.
    /// </summary>
    public void Hold(Template standing, Template rival, FlowOptions options, long arrivalUnixMilliseconds, int proofs)
    {
        lock (_learning)
        {
            if (standing.IsForgotten) return;
            if (standing.Contest is null) Interlocked.Increment(ref _numContested);
            var contest = standing.Contest ??= new TemplateContest(standing);
            var before = contest.Rivals.Length;
            contest.Add(rival, arrivalUnixMilliseconds, HasRoomForRival(options) ? TemplateContest.MostRivals : 1, proofs);
            CountRivals(contest.Rivals.Length - before);
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
            (winner.Doubt, contest.Standing.Doubt) = (contest.Standing.Doubt, null);
            _templates.Set(key, winner);
            contest.Standing.Forget();
        }
        else if (contest.Rivals.Length == 0)
        {
            CountRivals(-before);
            contest.Standing.Contest = null;
            Interlocked.Decrement(ref _numContested);
        }
        else if (contest.Rivals.Length == before)
        {
            return;
        }
        else
        {
            CountRivals(contest.Rivals.Length - before);
        }

        Changes.Note();
    }

    /// <summary>A Template is found no more, nor is what was held beside it.</summary>
    /// <remarks>The caller holds the lock, and has removed it.</remarks>
    private void Forget(Template removed)
    {
        removed.Forget();
        RemoveDoubt(removed);
        if (removed.Contest is not { } contest) return;
        CountRivals(-contest.Rivals.Length);
        contest.Forget();
        Interlocked.Decrement(ref _numContested);
    }

    /// <summary>Withdraws one Template (RFC 7011, 8.1).</summary>
    public void Forget(TemplateKey withdrawn)
    {
        lock (_learning)
        {
            if (_templates.Remove(withdrawn) is not { } template) return;
            CountTemplates(-1);
            Forget(template);
            Changes.Note();
        }
    }

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
        ForgetWhere((_, template) => Math.Max(template.LastReceivedUnixMilliseconds, template.LastUsedUnixMilliseconds) < unixMilliseconds
            && (template.Contest is not { } contest || contest.LastUsedUnixMilliseconds < unixMilliseconds));

    /// <summary>
    /// The clock was set: all that is kept of arrivals goes on as if it had always been as it is now. Messages may be decoded meanwhile.
    /// </summary>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        Volatile.Write(ref _firstSeenUnixMilliseconds, step.Move(_firstSeenUnixMilliseconds, nowUnixMilliseconds));
        Minutes.MoveArrivals(step, nowUnixMilliseconds);
        lock (Minutes.Accounts)
        {
            Standing.MoveArrivals(step, nowUnixMilliseconds);
            foreach (var domain in _domains.Values) domain.MoveArrivals(step, nowUnixMilliseconds);
            foreach (var session in _sessions.Values) session.MoveArrivals(step, nowUnixMilliseconds);
        }

        lock (_learning)
        {
            foreach (var (_, template) in _templates.Snapshot())
            {
                template.MoveArrivals(step, nowUnixMilliseconds);
                template.Contest?.MoveArrivals(step, nowUnixMilliseconds);
            }
        }
    }

    /// <summary>True when one more Template may be stored: asked before a record is parsed for nothing.</summary>
    public bool MayAdd(FlowOptions options, long nowUnixMilliseconds)
    {
        SeekRoom(nowUnixMilliseconds, options);
        lock (_learning) return HasRoom(nowUnixMilliseconds, options);
    }

    /// <summary>Where all have as many Templates as they may, another may make room; not asked for each record of a flood.</summary>
    private void SeekRoom(long nowUnixMilliseconds, FlowOptions options)
    {
        if (Shared.NumTemplates < options.MaxTemplates
            || Math.Abs(nowUnixMilliseconds - _soughtUnixMilliseconds) < SeekIntervalMilliseconds) return;
        if (!Shared.Table.MakeRoomFor(this, static exporter => exporter.NumTemplates)) _soughtUnixMilliseconds = nowUnixMilliseconds;
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
            if (_templates.Count >= options.MaxTemplatesPerExporter) ForgetNeverUsed(nowUnixMilliseconds - NeverUsedMilliseconds);
        }

        return _templates.Count < options.MaxTemplatesPerExporter && Shared.NumTemplates < options.MaxTemplates && !IsBeyondShare(
            Network.NumTemplates, SenderNetwork.ShareOf(options.MaxTemplates, options.MaxTemplatesPerExporter));
    }

    /// <summary>
    /// True when one more layout may be held beside the one that stands. These take no room from Templates that stand: who forges an
    /// exporter's address could otherwise bar those of others.
    /// </summary>
    private bool HasRoomForRival(FlowOptions options) =>
        _templates.Count + NumRivals < options.MaxTemplatesPerExporter && Shared.NumTemplates + Shared.NumRivals < options.MaxTemplates
            && !IsBeyondShare(
                Network.NumTemplates + Network.NumRivals, SenderNetwork.ShareOf(options.MaxTemplates, options.MaxTemplatesPerExporter));

    /// <summary>Templates of which no record ever came must not bar others.</summary>
    private void ForgetNeverUsed(long sinceUnixMilliseconds) => Shared.CountDisplaced(
        Displacement.Template,
        ForgetWhere((_, template) =>
            template.LastUsedUnixMilliseconds == 0 && template.LastReceivedUnixMilliseconds < sinceUnixMilliseconds
                && template.Contest is not { LastUsedUnixMilliseconds: > 0 }));

    private int ForgetWhere(Func<TemplateKey, Template, bool> isOver)
    {
        lock (_learning)
        {
            var forgotten = 0;
            foreach (var (key, template) in _templates.Snapshot())
            {
                if (!isOver(key, template)) continue;
                _templates.Remove(key);
                Forget(template);
                forgotten++;
            }

            CountTemplates(-forgotten);
            if (forgotten > 0) Changes.Note();
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
        lock (_learning) template = _templates.OnlyLayoutOf(AwaitedTemplate.Of(key));
        if (template is null) return false;
        var isDoubted = template.Doubt is not null;
        isKept = Learn(key, template.ForOtherSession(), options, arrivalUnixMilliseconds, out template) != TemplateLearned.RefusedAsTooMany;

        // What is in doubt for one session is so for the other; and what cannot be kept could not be held back.
        return !isDoubted || (isKept && Doubt(key, options, arrivalUnixMilliseconds));
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
