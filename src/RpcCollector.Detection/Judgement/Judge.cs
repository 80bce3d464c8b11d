using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;

namespace RpcCollector.Detection.Judgement;

/// <summary>Turns activity into findings: learns roles and edges hour by hour, and says what a person should look at.</summary>
/// <remarks>
/// <para>
/// Event time is cut into hours. An hour closes when the clock of arrivals is past its end by the lateness bound; it is then judged for
/// good, against what was learned from the hours before it, and learned from itself. Until then it is judged again whenever something
/// of it changes; what is published meanwhile is revised or withdrawn. So what stands in the end depends on the activity alone, not on
/// the order in which it came.
/// </para>
/// <para>One thread calls it, and findings are published on that thread. What it shows of known endpoints may be kept and asked by
/// anyone.</para>
/// </remarks>
public sealed class Judge
{
    // Learning roles walks over all edges, so while hours are open it is done less often the more edges there are: at a million every 50 s.
    // When an hour closes it is always done.
    private const int EdgesAMillisecond = 20;

    // Judging a client walks over all its edges, and a sweeping client changes with every contact. So the more edges an evaluation looks
    // at, the later the next one is: after a million 20 s later. What it finds counts as well, for that costs more than to pass an edge by:
    // its flows are gathered, and it is weighed. But for 4 s at most, so that nobody puts judging off with what is found.
    private const int JudgedEdgesAMillisecond = 50;
    private const int EdgesADraft = 5;
    private const long MostEdgesForDrafts = 4_000 * JudgedEdgesAMillisecond;

    // The same of a review of all open hours: after a million edges 50 s later.
    private const int ReviewedEdgesAMillisecond = 20;

    // What began in a closed hour is judged in the first open one, unless it is older than this: then it is history, such as a recorded
    // export that somebody sends.
    private const long LongestLate = 24 * 3_600_000L;

    // Findings of this last time are said again.
    private static readonly TimeSpan SaidAgain = TimeSpan.FromHours(2);

    private readonly JudgementOptions _options;
    private readonly IFindingSink _sink;
    private readonly ExporterDirectory _exporters;
    private readonly FactReader _reader;
    private readonly List<FindingDraft> _drafts = [];
    private readonly bool _isCaptureTime;
    private readonly FactLookahead _lookahead = new();
    private readonly CaseLookahead _cases = new();

    private JudgeState _state;
    private EpochClosing _closing;
    private long _nextEvaluation;
    private long _nextRoles;
    private bool _rolesAreStale;
    private bool _isRoomDue;

    // An evaluation looks at clients of which something has changed. What others did, whose flows came later, can change what is said of a
    // client as well: until a review has looked at all, what is shown of open hours may depend on the order of arrival.
    private bool _isReviewDue;
    private long _nextReview;
    private bool _isLoaded;

    // A person told a role, and what rests on roles has not been looked at since.
    private bool _isToldAnew;

    /// <param name="exporters">Where the facts have their exporters' ids from: what is saved names them by address.</param>
    /// <param name="isCaptureTime">
    /// True when arrivals are a capture's, whose times leap and are right; a machine's clock that leaps may be wrong.
    /// </param>
    /// <exception cref="FormatException">The roles cannot be read.</exception>
    public Judge(JudgementOptions options, IFindingSink sink, ExporterDirectory exporters, bool isCaptureTime = false)
    {
        ArgumentNullException.ThrowIfNull(options);
        (_options, _sink, _exporters, _isCaptureTime) = (options, sink, exporters, isCaptureTime);
        _reader = new FactReader(options);
        _state = new JudgeState(options, sink) { Aging = NewAging() };
        _closing = new EpochClosing(_state);
    }

    /// <summary>Called at each client that is judged: whoever waits for the judge sees that it goes on.</summary>
    public Action? Progress
    {
        get => _state.Progress;
        set => _state.Progress = value;
    }

    /// <summary>A snapshot, which never changes; replaced when an hour closes.</summary>
    public IKnownEndpoints KnownEndpoints => _state.Snapshot;

    /// <summary>The latest time that it was handed, in Unix milliseconds; 0 before the first.</summary>
    public long ClockUnixMilliseconds => _state.Clock;

    public JudgeCounts Counts => _state.Counts;

    /// <summary>Octets of its tables, which lie outside the garbage-collected heap.</summary>
    public long TableBytes => _state.Edges.Bytes + _state.Facts.Bytes;

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        MoveClockTo(arrivalUnixMilliseconds);
        var activity = change.Activity;
        Take(change.Kind, activity.Client, activity.Server, EdgeService.Rpc, _reader.Read(activity));
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds)
    {
        MoveClockTo(arrivalUnixMilliseconds);
        var contact = change.Contact;
        if (EdgeServiceName.OfPort(contact.Flow.ServerPort) is { } service)
            Take(change.Kind, contact.Client, contact.Server, service, _reader.Read(contact));
    }

    /// <summary>These are taken next, one by one: fetches what they need. It changes nothing but time.</summary>
    /// <param name="group">At most <see cref="GroupSize"/>.</param>
    public void Expect(ReadOnlySpan<ContactChange> group) => _lookahead.Prepare(group, _state.Edges, _state.Facts);

    /// <inheritdoc cref="Expect(ReadOnlySpan{ContactChange})"/>
    public void Expect(ReadOnlySpan<ActivityChange> group) => _lookahead.Prepare(group, _state.Edges, _state.Facts);

    public void Take(in RpcOperation operation, long arrivalUnixMilliseconds)
    {
        MoveClockTo(arrivalUnixMilliseconds);
        var epoch = Epoch.Of(operation.AtUnixMilliseconds);
        _state.NumFacts++;
        if (IsAhead(operation.AtUnixMilliseconds)) return;
        if (epoch <= _state.ClosedEpoch) _state.Late++;
        else
        {
            Add(operation, epoch);
        }
    }

    public void Take(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        MoveClockTo(arrivalUnixMilliseconds);
        _state.NumFacts++;
        var latest = _state.Clock + (long)_options.Lateness.TotalMilliseconds;
        foreach (var address in _state.Leases.Take(lease, latest, _state.ClosedEpoch).ToList())
        {
            ReassignFacts(address);
            ReassignOperations(address);
        }
    }

    /// <summary>Moves the clock: closes hours that are over, and judges what has changed when that is due.</summary>
    public void AdvanceTo(long arrivalUnixMilliseconds) => MoveClockTo(arrivalUnixMilliseconds);

    /// <summary>Judges what has changed, whether that is due or not.</summary>
    public void JudgeChanged()
    {
        _nextRoles = 0;
        Evaluate();
    }

    /// <summary>True when passing time to a moment would do more than move the clock: close an hour, or judge what has changed.</summary>
    public bool IsDue(long arrivalUnixMilliseconds) => _state.Clock == 0
        || ClosableAt(arrivalUnixMilliseconds) > _state.ClosedEpoch
            || (arrivalUnixMilliseconds >= _nextEvaluation && HasChanged(arrivalUnixMilliseconds));

    /// <summary>
    /// The clock of arrivals was ahead and has been set: judging goes on from an earlier moment, with all that was learned and said.
    /// </summary>
    public void SetBackTo(long arrivalUnixMilliseconds) => SetBack(arrivalUnixMilliseconds);

    /// <summary>The input has ended, and nothing more of any hour comes: all are closed.</summary>
    /// <remarks>Not for a process that stops and goes on later: that one saves its state.</remarks>
    public void Complete()
    {
        while (_state.NextOpenEpoch is { } epoch) Close(epoch);
        _closing.SettlePorts(int.MaxValue);
        Evaluate();
    }

    /// <summary>A person's verdict on a finding counts from now on.</summary>
    public void Apply(Verdict verdict)
    {
        ArgumentNullException.ThrowIfNull(verdict);
        _state.Verdicts[verdict.FindingId] = verdict;
        if (verdict.Meaning == VerdictMeaning.Benign) _closing.LearnVerdict(verdict);
        if (verdict.Meaning == VerdictMeaning.Malicious && _state.Findings.Find(verdict.FindingId) is { IsExplained: true } explained)
        {
            explained.IsExplained = false;
            _state.Findings.Annotate(explained, new FindingNote(_state.Clock, EpochClosing.NoLonger, Explains: false));
        }

        MarkAllDirty();
    }

    /// <summary>A person told a role, or took it back: every hour that is not closed yet is judged by it.</summary>
    /// <remarks>
    /// What was shown stands, as it was shown; what a role that is taken back hid in those hours is found. The settings outrank it.
    /// </remarks>
    public void Tell(ToldRole told)
    {
        ArgumentNullException.ThrowIfNull(told);
        if (!_state.Told.IsNews(told)) return;

        // 1. What has arrived before is judged by what was known before, and stands.
        if (_state.Dirty.Count > 0 || _rolesAreStale || _state.Findings.IsWaitOver(_state.Clock))
        {
            _nextRoles = 0;
            Evaluate();
        }

        foreach (var finding in _state.Findings.InOrder())
            if (finding is { Open: not null, Told: not null } && IsConcerned(finding, told.Hosts)) finding.IsBeforeToldRole = true;

        // 2. What comes, and what its hours say of all they hold, is judged by it.
        _state.Told.Tell(told);
        _state.Edges.TellAgain(told.Hosts);
        _isToldAnew = true;
        if (!told.Hosts.IsSingle || _state.Told.Settings.Find(told.Hosts.Network) >= 0) return;
        _state.Findings.Annotate(told.Hosts.Network, _state.Clock, told.Role is { } role
            ? $"{told.Hosts} counts as {RoleName.InWords(role)} from here on: told by {told.Teller}."
            : $"The role that was told of {told.Hosts} was taken back: it counts as what it was learned to be.");
    }

    /// <summary>What people told, in the order of addresses.</summary>
    public IReadOnlyList<ToldRole> ToldRoles => [.. _state.Told.ByPeople.OrderBy(static told => told.Hosts)];

    /// <summary>What a person told of a host, and holds; null when nobody did, or the settings say it.</summary>
    public ToldRole? ToldOf(HostAddress host) => _state.Told.ByPerson(host);

    /// <summary>How many activities or contacts can be expected at once.</summary>
    public const int GroupSize = FactLookahead.GroupSize;

    /// <summary>No position in a log is longer.</summary>
    public const int MostPositionOctets = 1 << 16;

    /// <summary>How far whoever feeds it has come in a log, as it was told last; empty where nobody told it.</summary>
    public ReadOnlyMemory<byte> Position => _state.Position;

    /// <summary>Everything up to here was taken: the judge keeps that with what it knows, and does not look into it.</summary>
    public void Reach(ReadOnlyMemory<byte> position) => _state.Position = position.ToArray();

    /// <summary>Writes everything, open hours included; what had not been published yet is published first.</summary>
    /// <param name="offset">How many inputs it has taken since ever: where a journal of them goes on.</param>
    public void Save(Stream stream, long offset = 0)
    {
        Evaluate();
        StateWriter.Write(stream, _state, _exporters, offset);
        LookAtAllAgain();
    }

    /// <summary>Goes on from where another process saved; what it had published is not published again.</summary>
    /// <returns>How many inputs it had taken.</returns>
    /// <exception cref="JudgeStateException">It is damaged, cut short or of another version; this judge is as it was.</exception>
    public long Load(Stream stream)
    {
        // 1. Read into a new state, so that damaged input changes nothing.
        var loaded = new JudgeState(_options, _sink) { Progress = _state.Progress };
        var offset = StateReader.Read(stream, loaded, _exporters);
        if (_isCaptureTime) loaded.Aging = NewAging();
        if (loaded.Aging.ClockUnixMilliseconds == 0) loaded.Aging.AdvanceTo(loaded.Clock);

        // 2. In its place.
        _state = loaded;
        _closing = new EpochClosing(loaded);
        _isLoaded = true;
        LookAtAllAgain();
        return offset;
    }

    /// <summary>
    /// After <see cref="Load"/>: says the latest findings again, since who saved may have ended before they were stored. Revisions; where
    /// all is stored they change nothing.
    /// </summary>
    public void SayAgain() => _state.Findings.SayAgain(_state.Clock - (long)SaidAgain.TotalMilliseconds);

    /// <summary>Counts anew from here on: what was replayed had been counted by the process that took it first.</summary>
    public void ForgetCounts() => _state.ForgetCounts();

    /// <summary>The latest changes of learned roles, the oldest first.</summary>
    public IReadOnlyCollection<RoleChange> RoleChanges => _state.RoleLedger.Kept;

    /// <summary>The next change of a learned role that was not told yet; one is told once.</summary>
    public bool TryTellRoleChange([NotNullWhen(true)] out RoleChange? change) => _state.RoleLedger.TryTell(out change);

    /// <summary>The hosts, ordered by address.</summary>
    /// <param name="role">Those of one role only.</param>
    public IReadOnlyList<HostProfile> Hosts(HostRole? role = null) => _state.Hosts(role);

    /// <summary>One host; null when it was never seen.</summary>
    public HostProfile? Host(HostAddress address) => _state.Host(address);

    /// <summary>The role of a host; null when it was never seen.</summary>
    public HostRole? RoleOf(HostAddress address) => _state.RoleOf(address);

    /// <summary>How far learning has come.</summary>
    public JudgeProgress LearningProgress => new(
        _state.LearnedSince == Epoch.None ? null : Epoch.StartOf(_state.LearnedSince),
        _state.ClosedEpoch == Epoch.None ? null : Epoch.StartOf(_state.ClosedEpoch + 1), _state.Counts.IsLearning,
        _state.Aging.ClockUnixMilliseconds - _state.Aging.AgedUnixMilliseconds)
    {
        WaitingFindings = _state.Findings.NumWaiting,
    };

    /// <summary>Reads so many further rows of hosts and edges.</summary>
    /// <returns>True when all was read.</returns>
    public bool Read(NetworkSurvey survey, int rows)
    {
        ArgumentNullException.ThrowIfNull(survey);
        return new NetworkReading(_state, _exporters).Read(survey, rows);
    }

    /// <summary>The same of the hosts that are asked for.</summary>
    public bool Read(HostSelection selection, int rows)
    {
        ArgumentNullException.ThrowIfNull(selection);
        return new NetworkReading(_state, _exporters).Read(selection, rows);
    }

    /// <summary>The same of the edges that are asked for.</summary>
    public bool Read(EdgeSelection selection, int rows)
    {
        ArgumentNullException.ThrowIfNull(selection);
        return new NetworkReading(_state, _exporters).Read(selection, rows);
    }

    /// <summary>The edges on which a host is client or server, ordered by client, server and service.</summary>
    public IReadOnlyList<EdgeProfile> Edges(HostAddress host) => _state.EdgesOf(host);

    private void MoveClockTo(long arrival)
    {
        // 1. The first arrival decides which hours are over already.
        if (_state.Clock == 0) _state.ClosedEpoch = ClosableAt(arrival);
        if (_isLoaded && arrival < _state.Clock) SetBack(arrival);
        _isLoaded = false;
        if (arrival > _state.Clock)
        {
            _state.Clock = arrival;
            _state.Aging.AdvanceTo(arrival);
        }

        // 2. Hours whose time is over.
        var closable = ClosableAt(_state.Clock);
        if (closable > _state.ClosedEpoch)
        {
            while (_state.NextOpenEpoch is { } epoch && epoch <= closable) Close(epoch);
            _closing.SettleLeases(closable);
            _closing.SettlePorts(closable);
            _state.ClosedEpoch = closable;
            _state.Facts.DropBefore(closable);
            _state.Operations.DropBefore(closable);
        }

        // 3. What has changed. Where nothing has, it is as if no time had passed: who replays the inputs may leave such moments out.
        if (_state.Clock < _nextEvaluation || !HasChanged(_state.Clock)) return;
        var isReview = IsReviewTime(_state.Clock);
        if (isReview) MarkAllDirty();
        var judged = Evaluate();
        _nextEvaluation = _state.Clock + (long)_options.EvaluateEvery.TotalMilliseconds + (judged / JudgedEdgesAMillisecond);
        if (!isReview) return;
        _isReviewDue = false;
        _nextReview = _state.Clock + (long)_options.ReviewEvery.TotalMilliseconds + (judged / ReviewedEdgesAMillisecond);
    }

    private bool IsReviewTime(long clock) => _isReviewDue && clock >= _nextReview && !_state.Findings.IsFull;

    /// <summary>
    /// Who saved goes on from the very same point as who loads: so what both publish from there on, given the same inputs, is the same.
    /// </summary>
    private void LookAtAllAgain()
    {
        (_nextEvaluation, _nextRoles, _rolesAreStale) = (0, 0, true);
        _nextReview = _state.Clock + (long)_options.ReviewEvery.TotalMilliseconds;
        var isByOrder = _state.Findings.StartAgain();
        _state.ReadAgain();
        _state.RoleLearning.Recount();
        _state.Waiting.Clear();
        MarkAllDirty();

        // The rows of hosts have another order for who loads.
        if (isByOrder)
            _state.Dirty.Sort((left, right) => _state.Edges.Host(left).Identity.CompareTo(_state.Edges.Host(right).Identity));
    }

    private bool HasChanged(long clock) =>
        _isToldAnew || _state.Dirty.Count > 0 || _isRoomDue || (_rolesAreStale && clock >= _nextRoles) || _state.Findings.IsDue(clock)
        || IsReviewTime(clock);

    private void SetBack(long arrival)
    {
        if (arrival >= _state.Clock) return;
        TakeUpToldRoles();
        MarkAllDirty();
        new ClockSetBack(_state, _closing).To(arrival, ClosableAt(arrival));
        _isRoomDue = true;
        LookAtAllAgain();
        Evaluate();
        _state.Findings.MoveTo(arrival);
    }

    private AgingClock NewAging() => _isCaptureTime ? new AgingClock(long.MaxValue) : new AgingClock();

    private int ClosableAt(long arrival) => Epoch.Of(arrival - (long)_options.Lateness.TotalMilliseconds) - 1;

    private bool IsAhead(long start)
    {
        if (start <= _state.Clock + (long)_options.Lateness.TotalMilliseconds) return false;
        _state.Ahead++;
        return true;
    }

    private void Take(ActivityChangeKind kind, HostAddress client, HostAddress server, EdgeService service, in Fact fact)
    {
        _state.NumFacts++;

        // 1. What was known under this id is replaced, unless its hour is closed.
        var known = _state.Facts.Find(fact.Key);
        var formerEpoch = Epoch.None;
        if (known >= 0 && _state.Facts.Fact(known) is { IsTally: true, NumOthers: > 0 })
        {
            // It stands for others: one of those of which only the number is known is gone, or known better.
            var tally = _state.Facts.Fact(known);
            if (kind == ActivityChangeKind.Withdrawn) WithdrawBeyond(tally.Open, tally);
            return;
        }

        if (known >= 0)
        {
            var former = _state.Facts[_state.Facts.Fact(known).Open];
            if (former.Epoch <= _state.ClosedEpoch) return;
            formerEpoch = former.Epoch;
            _state.Facts.Remove(known);
            MarkDirty(_state.Edges[former.Edge].Client);
            MarkReread(former.Edge);
            MarkAsked(former.Edge, isReread: true);
            MarkConcerned(client, fact.Start);
            _rolesAreStale = true;
        }

        // 2. Is its hour still open?
        if (IsAhead(fact.Start)) return;
        var epoch = Epoch.Of(fact.Start);
        if (epoch <= _state.ClosedEpoch)
        {
            // Who forges an early start for a flow, or makes it last for hours, shall not take it out of the hour that is judged.
            if (known < 0 && kind != ActivityChangeKind.Added) return;
            if (known < 0) _state.Late++;
            if (fact.Start < _state.Clock - LongestLate)
            {
                if (known < 0) _state.Findings.CountLate(IdentityOf(client, fact), IdentityOf(server, fact), fact.Start);
                return;
            }

            epoch = known >= 0 ? formerEpoch : _state.ClosedEpoch + 1;
        }

        // What is new of a fact that was learned when its hour was closed for the first time.
        if (known < 0 && kind != ActivityChangeKind.Added && epoch <= _state.LearnedUntil) return;

        // 3. The edge and its hour.
        var edge = _state.FindOrAddEdge(
            IdentityOf(client, fact), IdentityOf(server, fact), service, mayAdd: kind != ActivityChangeKind.Withdrawn);
        if (edge < 0) return;
        var open = _state.Facts.FindOpen(edge, epoch);
        var isServer = _state.Roles.IsServer(_state.Edges[edge].Server, epoch);
        if (known < 0 && kind != ActivityChangeKind.Added && open >= 0 && _state.Facts[open].NumBeyond > 0)
        {
            // It is one of those of which only the number is known. What makes a contact notable may come later: then it is held.
            if (kind == ActivityChangeKind.Revised && fact is { IsContact: true, IsPlain: false })
            {
                _state.Facts.TakeBeyond(open);
            }
            else
            {
                if (kind == ActivityChangeKind.Withdrawn) WithdrawBeyond(open, fact);
                else ReviseBeyond(open, fact, isServer);
                return;
            }
        }

        if (kind == ActivityChangeKind.Withdrawn) return;
        var isLate = HasLater(edge, fact.Start);
        if (isLate) MarkReread(edge);
        var isFirst = open < 0 || _state.Facts[open].Count == 0;
        var mayBeNeeded = !isServer || EdgeServiceName.IsAdministration(service) || !_state.Leases.IsEmpty;
        _state.Facts.Add(edge, epoch, fact, mayBeNeeded, wasHeld: known >= 0);
        MarkDirty(_state.Edges[edge].Client);
        MarkAsked(edge, isLate);
        MarkConcerned(client, fact.Start);
        if (fact.IsAnswered) MarkAnswered(edge, isServer);
        if (service == EdgeService.Rpc) MarkWaiting(_state.Edges[edge].Server);
        if (!isFirst) return;
        _rolesAreStale = true;
        if (open < 0) RereadServer(edge, epoch);
    }

    /// <summary>A server has answered, or has not after all: its client is judged, and itself where it may begin to serve.</summary>
    private void MarkAnswered(int edge, bool isServer)
    {
        ref var answered = ref _state.Edges[edge];
        MarkDirty(answered.Client);
        if (!isServer && WorkstationServes.Concerns(answered.Service)) MarkDirty(answered.Server);
    }

    private void WithdrawBeyond(int open, in Fact fact)
    {
        if (_state.Facts[open].Epoch <= _state.ClosedEpoch) return;
        _state.Facts.WithdrawBeyond(open, fact);
        MarkDirty(_state.Edges[_state.Facts[open].Edge].Client);
        MarkReread(_state.Facts[open].Edge);

        // Who was a client in no other way is none any more.
        if (_state.Facts[open].Count == 0) _rolesAreStale = true;
    }

    private void ReviseBeyond(int open, in Fact fact, bool isServer)
    {
        var wasAnswered = _state.Facts[open].IsAnswered;
        _state.Facts.ReviseBeyond(open, fact);
        if (_state.Facts[open].IsAnswered == wasAnswered) return;
        if (wasAnswered) MarkReread(_state.Facts[open].Edge);
        MarkAnswered(_state.Facts[open].Edge, isServer);
    }

    private HostIdentity IdentityOf(HostAddress host, in Fact fact) => _state.Leases.IdentityOf(host, fact.Start);

    private void Add(in RpcOperation operation, int epoch)
    {
        var client = _state.Leases.IdentityOf(operation.Client, operation.AtUnixMilliseconds);
        var server = _state.Leases.IdentityOf(operation.Server, operation.AtUnixMilliseconds);
        if (!_state.Operations.Add(operation, client, server, epoch)) return;
        MarkDirty(_state.Edges.FindOrAddHost(client));
        if (!operation.IsPipeOnly) _state.Findings.MarkReread(client, server, FindingWithdrawal.OperationsNamed);
    }

    /// <summary>A lease has changed who had an address: its facts of open hours go to whom they belong.</summary>
    private void ReassignFacts(HostAddress address)
    {
        // 1. Those that are somebody else's.
        var moved = new List<(int Index, int Epoch)>();
        for (var row = _state.Edges.FindHost(address); row >= 0; row = _state.Edges.Host(row).NextOfAddress)
        {
            MarkAllConcerned(row);
            for (var i = _state.Edges.Host(row).FirstAsClient; i >= 0; i = _state.Edges[i].NextOfClient) AddMisplaced(i, moved);
            for (var i = _state.Edges.Host(row).FirstAsServer; i >= 0; i = _state.Edges[i].NextOfServer) AddMisplaced(i, moved);
        }

        if (moved.Count == 0) return;

        // 2. In their place. What was said of the wrong machine may be taken back.
        foreach (var (index, epoch) in moved)
        {
            var fact = _state.Facts.Fact(index);
            var edge = _state.Edges[_state.Facts[fact.Open].Edge];
            var former = _state.Facts[fact.Open].Edge;
            var (client, server) = (_state.Edges.Host(edge.Client).Address, _state.Edges.Host(edge.Server).Address);
            var (from, to) = (IdentityOf(client, fact), IdentityOf(server, fact));

            // Where there is no room for it, it stays where it is: a full table takes no evidence.
            if (_state.FindOrAddEdge(from, to, edge.Service, mayAdd: true) is not (>= 0 and var place)) continue;
            MarkReread(former);
            MarkDirty(edge.Client);
            MarkDirty(edge.Server);
            _state.Facts.Move(index, place, epoch);
            MarkReread(place);
            MarkDirty(_state.Edges[place].Client);
            MarkDirty(_state.Edges[place].Server);
        }

        _rolesAreStale = true;
        _state.Findings.MarkReread(address);
        for (var row = _state.Edges.FindHost(address); row >= 0; row = _state.Edges.Host(row).NextOfAddress) MarkAllConcerned(row);
    }

    private void AddMisplaced(int edge, List<(int Index, int Epoch)> moved)
    {
        var (client, server) =
            (_state.Edges.Host(_state.Edges[edge].Client).Identity, _state.Edges.Host(_state.Edges[edge].Server).Identity);
        for (var open = _state.Edges[edge].Open; open >= 0; open = _state.Facts[open].NextOfEdge)
        {
            if (_state.Facts[open].Epoch <= _state.ClosedEpoch) continue;
            for (var i = _state.Facts[open].Facts; i >= 0; i = _state.Facts.Fact(i).NextOfOpen)
            {
                ref var fact = ref _state.Facts.Fact(i);
                if (IdentityOf(client.Address, fact) != client || IdentityOf(server.Address, fact) != server)
                    moved.Add((i, _state.Facts[open].Epoch));
            }
        }
    }

    private void ReassignOperations(HostAddress address)
    {
        if (_state.Operations.Epochs.Count == 0) return;
        foreach (var (epoch, operation, client, server) in _state.Operations.TakeOut(address, _state.ClosedEpoch, IdentityOf))
        {
            MarkDirty(_state.Edges.FindOrAddHost(client));
            _state.Findings.MarkReread(client, server, FindingWithdrawal.FlowsReadOtherwise);
            Add(operation, epoch);
        }

        HostIdentity IdentityOf(HostAddress host, long at) => _state.Leases.IdentityOf(host, at);
    }

    /// <summary>Marks what is judged otherwise because an address is active as a client.</summary>
    private void MarkConcerned(HostAddress client, long start)
    {
        foreach (var address in _state.Leases.ConcernedBy(client, start))
            for (var row = _state.Edges.FindHost(address); row >= 0; row = _state.Edges.Host(row).NextOfAddress) MarkAllConcerned(row);
    }

    /// <summary>Marks a host, and all that have to do with it in an open hour.</summary>
    private void MarkAllConcerned(int host)
    {
        MarkDirty(host);
        for (var i = _state.Edges.Host(host).FirstAsServer; i >= 0; i = _state.Edges[i].NextOfServer)
            if (_state.Edges[i].Open >= 0) MarkDirty(_state.Edges[i].Client);
    }

    /// <summary>
    /// The first few others that use a host within an hour change how bad each contact to it is (<see cref="FirstContact"/>): that is a
    /// reading of the hour's flows, and no knowledge that came later.
    /// </summary>
    private void RereadServer(int edge, int epoch)
    {
        var server = _state.Edges[edge].Server;

        // Those of an hour are never fewer than they were: an edge keeps its row of it, whatever becomes of the facts in it.
        if (IsUsedByMore(server, _state.Edges[edge].Service, epoch, ClientCase.OthersNow + 1)) return;
        for (var i = _state.Edges.Host(server).FirstAsServer; i >= 0; i = _state.Edges[i].NextOfServer)
            if (_state.Edges[i].Open >= 0) MarkDirty(_state.Edges[i].Client);
        _state.Findings.MarkReread(_state.Edges.Host(server).Address, FindingWithdrawal.FlowsReadOtherwise);
    }

    private bool IsUsedByMore(int server, EdgeService service, int epoch, int few)
    {
        if (_state.Edges.Host(server).Clients.TryCount(epoch, service, out var clients)) return clients > few;
        for (var i = _state.Edges.Host(server).FirstAsServer; i >= 0; i = _state.Edges[i].NextOfServer)
            if (_state.Edges[i].Service == service && _state.Facts.FindOpen(i, epoch) >= 0 && ++clients > few) return true;
        return false;
    }

    /// <summary>What rests on roles rests on what was told since; once for all that was told since the last time.</summary>
    private void TakeUpToldRoles()
    {
        if (!_isToldAnew) return;
        _isToldAnew = false;
        _state.ReadAgain();
        _state.RoleLearning.Recount();
        (_rolesAreStale, _nextRoles) = (true, 0);
        MarkAllDirty();
    }

    /// <returns>
    /// How many edges were looked at, as if each hour that is open had been judged: how often it is done is not to depend on how many of
    /// them have anything. And what was found, in edges.
    /// </returns>
    private long Evaluate()
    {
        TakeUpToldRoles();
        var (edgesBefore, draftsBefore) = (_state.NumEdgesJudged, _state.NumDrafts);

        // 1. Hosts that have become workstations in an hour that is open, and whom that concerns.
        _state.ReadAgain();
        if (_rolesAreStale && _state.Clock >= _nextRoles)
        {
            _rolesAreStale = false;
            _nextRoles = _state.Clock + (_state.Edges.NumEdges / EdgesAMillisecond);
            MarkNewRoles();
        }

        // 2. Every client of which something has changed, in all hours that are open.
        var (first, latest) = (_state.FirstOpenEpoch, _state.LatestOpenEpoch);
        for (var next = 0; next < _state.Dirty.Count;)
        {
            var group = CollectionsMarshal.AsSpan(_state.Dirty).Slice(next, Math.Min(CaseLookahead.GroupSize, _state.Dirty.Count - next));
            _cases.Prepare(group, _state.Edges, _state.Facts);
            foreach (var client in group) Evaluate(client, first, latest);
            next += group.Length;
        }

        _state.Dirty.Clear();
        _state.Findings.FoldCrowds();
        _state.Findings.Publish(_state.Clock);
        foreach (var client in _state.Findings.TakeCalledFor()) MarkDirty(_state.Edges.FindOrAddHost(client));

        // 3. Make room among the findings of closed hours, now that open hours no longer hold the same ones.
        if (_isRoomDue) _state.Findings.MakeRoom();
        _isRoomDue = false;
        var judged = (_state.NumEdgesJudged - edgesBefore) * Math.Max(1, latest - _state.ClosedEpoch) / Math.Max(1, latest - first + 1);
        return judged + Math.Min(MostEdgesForDrafts, EdgesADraft * (_state.NumDrafts - draftsBefore));
    }

    private void Evaluate(int client, int first, int latest)
    {
        _state.Edges.Host(client).IsDirty = false;
        _drafts.Clear();
        for (var epoch = first; epoch <= latest; epoch++) _state.JudgeClient(client, epoch, _drafts);
        _state.Findings.SetOpen(_state.Edges.Host(client).Identity, _drafts);
        _state.Edges.RemoveHostWithoutEdges(client);
    }

    private void Close(int epoch)
    {
        TakeUpToldRoles();
        _closing.Close(epoch);
        _state.Waiting.Clear();
        _state.Findings.MakeAnew();
        _state.ClosedEpoch = epoch;
        _rolesAreStale = _isRoomDue = true;
        _nextRoles = 0;
        MarkAllDirty();
    }

    /// <summary>Marks every client that has open facts, open operations or an open finding.</summary>
    private void MarkAllDirty()
    {
        for (var i = 0; i < _state.Edges.HostEnd; i++)
        {
            if (!_state.Edges.IsHost(i)) continue;
            ref var host = ref _state.Edges.Host(i);
            if (HasOpenFacts(host)) MarkDirty(i);
        }

        // Who was seen in no flow has a row only while it is judged.
        foreach (var epoch in _state.Operations.Epochs.Where(epoch => epoch > _state.ClosedEpoch))
            foreach (var client in _state.Operations.ClientsOf(epoch)) MarkDirty(_state.Edges.FindOrAddHost(client));
        foreach (var client in _state.Findings.ClientsOfOpen()) MarkDirty(_state.Edges.FindOrAddHost(client));
    }

    private bool HasOpenFacts(in HostState host)
    {
        for (var i = host.FirstAsClient; i >= 0; i = _state.Edges[i].NextOfClient)
        {
            if (_state.Edges[i].Open >= 0) return true;
        }

        return false;
    }

    private void MarkNewRoles()
    {
        var latest = Math.Max(Epoch.Of(_state.Clock), _state.LatestOpenEpoch);
        var changed = new HashSet<HostAddress>();
        for (var i = 0; i < _state.Edges.HostEnd; i++)
        {
            if (!_state.Edges.IsHost(i)) continue;
            ref var host = ref _state.Edges.Host(i);
            var role = _state.Roles.At(i, latest);
            if (role == host.JudgedRole) continue;
            host.JudgedRole = role;
            MarkDirty(i);
            changed.Add(host.Address);
            for (var edge = host.FirstAsServer; edge >= 0; edge = _state.Edges[edge].NextOfServer)
            {
                if (_state.Edges[edge].Open >= 0) MarkDirty(_state.Edges[edge].Client);
            }
        }

        if (changed.Count == 0) return;
        foreach (var epoch in _state.Operations.Epochs.Where(epoch => epoch > _state.ClosedEpoch))
            foreach (var client in _state.Operations.ClientsOf(epoch))
                if (_state.Operations.Of(epoch, client).Keys.Any(server => changed.Contains(server.Address)))
                    MarkDirty(_state.Edges.FindOrAddHost(client));
    }

    /// <summary>True for a finding that names one of these hosts, or whose client contacted one in an open hour.</summary>
    private bool IsConcerned(StandingFinding finding, AddressPrefix hosts)
    {
        if (hosts.Contains(finding.Client.Address) || (finding.Server is { } server && hosts.Contains(server.Address))) return true;
        var client = _state.Edges.FindHost(finding.Client);
        for (var i = client < 0 ? Learned.Edges.None : _state.Edges.Host(client).FirstAsClient; i >= 0; i = _state.Edges[i].NextOfClient)
            if (_state.Edges[i].Open >= 0 && hosts.Contains(_state.Edges.Host(_state.Edges[i].Server).Address)) return true;
        return false;
    }

    /// <summary>True when the edge has a fact that began later: what comes late may show that it was not the first.</summary>
    private bool HasLater(int edge, long start)
    {
        for (var open = _state.Edges[edge].Open; open >= 0; open = _state.Facts[open].NextOfEdge)
        {
            if (_state.Facts[open].LatestStart > start) return true;
        }

        return false;
    }

    /// <summary>Who contacted the client of an edge before may have made it do so: that is said of the server, as a client.</summary>
    private void MarkAsked(int edge, bool isReread)
    {
        if (!ContactInReturn.MayBe(_state.Edges, edge)) return;
        var (client, server) = (_state.Edges[edge].Client, _state.Edges[edge].Server);
        MarkDirty(server);
        if (isReread)
        {
            _state.Findings.MarkReread(
                _state.Edges.Host(server).Identity, _state.Edges.Host(client).Identity, FindingWithdrawal.FlowsReadOtherwise);
        }
    }

    private void MarkReread(int edge)
    {
        ref var read = ref _state.Edges[edge];
        _state.Findings.MarkReread(
            _state.Edges.Host(read.Client).Identity, _state.Edges.Host(read.Server).Identity, FindingWithdrawal.FlowsReadOtherwise);
    }

    /// <summary>Clients of which the next use of a server decides whether something is shown are judged again.</summary>
    private void MarkWaiting(int server)
    {
        if (_state.Waiting.Count == 0 || !_state.Waiting.Remove(_state.Edges.Host(server).Base, out var clients)) return;
        foreach (var client in clients) if (_state.Edges.IsHost(client)) MarkDirty(client);
    }

    private void MarkDirty(int host)
    {
        ref var state = ref _state.Edges.Host(host);
        if (state.IsDirty) return;
        state.IsDirty = true;
        _state.Dirty.Add(host);
        _isReviewDue = true;
    }
}
