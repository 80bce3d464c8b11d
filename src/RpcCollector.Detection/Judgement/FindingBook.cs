using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>The findings that stand: what closed hours said, what the open ones say so far, and what was published of it.</summary>
/// <param name="verdicts">What people said, by the id of the finding.</param>
internal sealed class FindingBook(JudgementOptions options, IFindingSink sink, IReadOnlyDictionary<long, Verdict> verdicts)
{
    // Until the next hour closes there may be twice the bound; then there is made room for a quarter of that at once, for it costs a look
    // at all of them.
    private const int HardFactor = 2;

    // While the network is learned, unsure ones of open hours are told at once up to this part of the bound.
    private const int OfRoomToldUnsure = 20;

    // What waits to be told shall not push out what was told.
    private const int OfRoomWaiting = 2;

    // Who came to a host is worth telling where it is not a server that everybody comes to.
    private const int FewComers = 64;

    private readonly Dictionary<long, StandingFinding> _byId = [];
    private readonly Dictionary<HostAddress, HashSet<StandingFinding>> _byClient = [];
    private readonly Dictionary<HostAddress, HashSet<StandingFinding>> _byServer = [];

    // Those about a client alone are there without a server.
    private readonly Dictionary<FoundPair, List<StandingFinding>> _byPair = [];
    private readonly List<StandingFinding> _touched = [];
    private readonly UnsureFindings _unsure = new(options.MaxFindings / OfRoomToldUnsure, options.MaxFindings / OfRoomWaiting);

    // Clients of whom something sure was told since what else is said of them may have been left out.
    private readonly HashSet<HostIdentity> _calledFor = [];
    private bool _hasLeftOut;

    // Those of open hours that were told and gave way: found again they are told again, so that they can be taken back.
    private readonly HashSet<long> _toldAndGone = [];

    // Hosts of which a crowd of clients may be told otherwise than before.
    private readonly HashSet<HostIdentity> _crowded = [];

    public int Count => _byId.Count;

    private int MostAfterMakingRoom => HardFactor * options.MaxFindings * 3 / 4;

    /// <summary>The last hour that is closed: what it said is not read again.</summary>
    public int ClosedEpoch { get; set; } = Epoch.None;

    /// <summary>Findings forgotten, or not taken up when their hour closed, because there were too many.</summary>
    public long Evicted { get; private set; }

    /// <summary>
    /// True since findings gave way for others, until the next hour closes or all is looked at again: a review of open hours would bring
    /// them back, and send others away.
    /// </summary>
    public bool IsFull { get; private set; }

    /// <summary>Findings that were not told yet, since very much is found that is unsure (<see cref="UnsureFindings"/>).</summary>
    public int NumWaiting => _unsure.NumWaiting;

    /// <summary>True when something may differ from what was published, or is to be told by now.</summary>
    public bool IsDue(long nowUnixMilliseconds) => _touched.Count > 0 || IsWaitOver(nowUnixMilliseconds);

    /// <summary>True when something that waits is to be told by now.</summary>
    public bool IsWaitOver(long nowUnixMilliseconds) => _unsure.IsDue(nowUnixMilliseconds);

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<StandingFinding> InOrder() => _byId.Values.OrderBy(finding => finding.Id);

    /// <summary>Those that do not wait, in the order of their ids: what waits is found again by whoever judges its hour.</summary>
    public IReadOnlyList<StandingFinding> ToSave() => [.. InOrder().Where(finding => !_unsure.IsWaiting(finding))];

    /// <summary>Those of whoever had the address, in no order.</summary>
    public IReadOnlyCollection<StandingFinding> OfClient(HostAddress client) =>
        _byClient.TryGetValue(client, out var findings) ? findings : Array.Empty<StandingFinding>();

    /// <summary>
    /// Findings that name both hosts; without a server those about the client alone. A sweeping client has one for each of its servers,
    /// so its findings are not searched one by one.
    /// </summary>
    public IReadOnlyList<StandingFinding> OfPair(HostIdentity client, HostIdentity? server) =>
        _byPair.TryGetValue(FoundPair.Of(client, server), out var findings) ? findings : Array.Empty<StandingFinding>();

    /// <summary>
    /// The servers of which closed hours say something of medium severity or above about a client that is no more than new, after the
    /// learning period; by hours that began, and were seen last, within a time. None where something that is more than new stands.
    /// </summary>
    public IReadOnlyCollection<HostIdentity> ToldOf(HostIdentity client, long fromUnixMilliseconds, long untilUnixMilliseconds)
    {
        var servers = new HashSet<HostIdentity>();
        foreach (var finding in OfClient(client.Address))
        {
            if (finding.Client != client || finding.Closed is not { IsEarly: false } closed
                || closed.Last < fromUnixMilliseconds || closed.First >= untilUnixMilliseconds
                || !closed.Severity.IsAtLeast(FindingSeverity.Medium)) continue;
            if (ToldOfOthers.IsMoreThanNew(finding.Kind, closed.Severity)
                && !(verdicts.TryGetValue(finding.Id, out var verdict) && verdict.Meaning == VerdictMeaning.Benign)) return [];

            // What was seen in an hour that may be open for another order of arrival does not count.
            if (finding.Server is { } server && ToldOfOthers.IsOfTheSort(finding.Kind)
                && closed.First >= fromUnixMilliseconds && closed.Last < untilUnixMilliseconds) servers.Add(server);
        }

        return servers;
    }

    /// <summary>The clients of whom an open hour says something, in no order; some several times.</summary>
    public IEnumerable<HostIdentity> ClientsOfOpen() =>
        _byId.Values.Where(finding => finding.Open is not null).Select(finding => finding.Client);

    public StandingFinding? Find(long id) => _byId.GetValueOrDefault(id);

    /// <summary>Replaces what the open hours said of a client before.</summary>
    public void SetOpen(HostIdentity client, List<FindingDraft> drafts)
    {
        if (_byClient.TryGetValue(client.Address, out var standing))
        {
            foreach (var finding in standing)
            {
                if (finding.Open is null || finding.Client != client) continue;
                NoteCrowd(finding);
                finding.OpenHours.Clear();
                finding.Open = null;
                Touch(finding);
            }
        }

        foreach (var draft in drafts)
        {
            if (IsLeftOut(draft, drafts))
            {
                _hasLeftOut = true;
                continue;
            }

            if (FindOrAdd(draft) is not { } finding) continue;
            if (finding is { Open: null, Told: null } && UnsureFindings.IsLow(draft) && !_unsure.IsWaiting(finding)) _unsure.Find();
            finding.OpenHours.Add(draft);
            NoteCrowd(finding);
            finding.Open = finding.Open?.With(draft) ?? draft;
            Touch(finding);
        }
    }

    /// <summary>
    /// After all clients that had to be judged: of those that came to a host within an hour, one is told with the others.
    /// </summary>
    public void FoldCrowds()
    {
        foreach (var server in _crowded)
        {
            if (!_byServer.TryGetValue(server.Address, out var findings)) continue;
            var (hours, of) = (new List<FindingDraft>(), new List<StandingFinding>());
            foreach (var finding in findings)
            {
                if (finding.Server != server || !finding.OpenHours.Exists(CrowdFold.MayBeOfCrowd)) continue;
                hours.AddRange(finding.OpenHours);
                of.AddRange(Enumerable.Repeat(finding, finding.OpenHours.Count));
            }

            var before = hours.ToArray();
            CrowdFold.Fold(hours);
            foreach (var finding in of.Distinct()) finding.Open = null;
            for (var i = 0; i < hours.Count; i++)
            {
                var finding = of[i];
                finding.Open = finding.Open?.With(hours[i]) ?? hours[i];
                if (hours[i].IsWeakerThan(before[i])) finding.Reread ??= FindingWithdrawal.FlowsReadOtherwise;
                Touch(finding);
            }
        }

        _crowded.Clear();
    }

    /// <summary>Adds the final word of an hour that is closing.</summary>
    public void Commit(FindingDraft draft)
    {
        if (FindOrAdd(draft) is not { } finding)
        {
            Evicted++;
            return;
        }

        // That others came in the same hour is a reading of its flows.
        if (draft.IsToldWithOthers) finding.Reread ??= FindingWithdrawal.FlowsReadOtherwise;
        finding.Closed = finding.Closed?.With(draft) ?? draft;
        _unsure.Close(finding);
        Touch(finding);
    }

    /// <summary>A fact came after its hour had been closed: it raises the counts of the findings between the two hosts.</summary>
    public void CountLate(HostIdentity client, HostIdentity server, long start)
    {
        foreach (var finding in OfPair(client, server))
        {
            if (finding.Closed is { } closed) finding.Closed = closed.Raised(start);
            else if (finding.Held is { } held) finding.Held = held.Raised(start);
            else continue;
            Touch(finding);
        }
    }

    /// <summary>Adds a note to every finding of closed hours that names a host as client or server; it is published with them.</summary>
    /// <remarks>
    /// What only an open hour says needs none: that is judged by what is known now. So which findings have the note does not depend on
    /// the order in which their flows came.
    /// </remarks>
    public void Annotate(HostAddress host, long atUnixMilliseconds, string text)
    {
        var note = new FindingNote(atUnixMilliseconds, text);
        if (_byClient.TryGetValue(host, out var ofClient)) Annotate(ofClient, note);
        if (_byServer.TryGetValue(host, out var ofServer)) Annotate(ofServer, note);
    }

    /// <summary>Adds a note to one finding.</summary>
    public void Annotate(StandingFinding finding, FindingNote note)
    {
        if (finding.Annotate(note)) Touch(finding);
    }

    /// <summary>What was known of flows between two hosts has changed: what was said of them may be taken back.</summary>
    public void MarkReread(HostIdentity client, HostIdentity server, FindingWithdrawal why)
    {
        foreach (var finding in OfPair(client, server)) MarkReread(finding, why);
        foreach (var finding in OfPair(client, server: null)) MarkReread(finding, why);
    }

    /// <summary>Others have come to a host: what was said of those that came to it may be taken back in part.</summary>
    public void MarkReread(HostAddress server, FindingWithdrawal why)
    {
        if (!_byServer.TryGetValue(server, out var findings)) return;
        foreach (var finding in findings) if (finding.Open is not null) finding.Reread ??= why;
    }

    /// <summary>Who had an address reads otherwise now.</summary>
    public void MarkReread(HostAddress host)
    {
        if (_byClient.TryGetValue(host, out var ofClient)) foreach (var finding in ofClient) Mark(finding);
        if (_byServer.TryGetValue(host, out var ofServer)) foreach (var finding in ofServer) Mark(finding);

        // What closed hours said was said for good.
        static void Mark(StandingFinding finding)
        {
            if (finding.Open is not null) finding.Reread ??= FindingWithdrawal.FlowsReadOtherwise;
        }
    }

    /// <summary>Nothing counts as seen later than a time; what was published stays as it is until there is more to say of it.</summary>
    public void MoveTo(long latestUnixMilliseconds)
    {
        foreach (var finding in _byId.Values)
        {
            finding.MoveNotesTo(latestUnixMilliseconds);
            if (finding.Closed is { } closed && closed.Last > latestUnixMilliseconds)
                finding.Closed = closed.NoLaterThan(latestUnixMilliseconds);
            if (finding.Held is { } held && held.Last > latestUnixMilliseconds) finding.Held = held.NoLaterThan(latestUnixMilliseconds);
        }
    }

    /// <summary>Forgets what was last seen before a time; nothing is published for that.</summary>
    public void Forget(long beforeUnixMilliseconds)
    {
        foreach (var old in _byId.Values.Where(
            finding => finding.Open is null && !finding.IsTouched && (finding.Whole?.Last ?? 0) < beforeUnixMilliseconds).ToList()) Remove(
                old);
    }

    /// <summary>When there are too many, forgets as <see cref="FindingRetention"/> chooses; publishes nothing about it.</summary>
    public void MakeRoom() => MakeRoom(options.MaxFindings);

    public void ForgetCounts() => Evicted = 0;

    /// <summary>Publishes every difference to what was published before, in the order of ids; what waits is left out.</summary>
    /// <param name="nowUnixMilliseconds">When the notes are written that this makes.</param>
    public void Publish(long nowUnixMilliseconds)
    {
        foreach (var finding in _unsure.Due(nowUnixMilliseconds)) Touch(finding);
        _unsure.Decided();
        if (_touched.Count == 0) return;
        _touched.Sort((left, right) => left.Id.CompareTo(right.Id));
        for (var i = 0; i < _touched.Count; i++)
        {
            var finding = _touched[i];
            finding.IsTouched = false;

            var isByPerson = verdicts.ContainsKey(finding.Id);
            if (!IsHeld(finding))
            {
                // It gave way meanwhile: what was shown of it stays shown, and what was not is told before it is forgotten, unless it is
                // one of very many low ones.
                if (finding is { Told: null, Closed: { } closed } && !UnsureFindings.IsLow(closed))
                    finding.Publish(sink, isByPerson, nowUnixMilliseconds);
                continue;
            }

            if (_unsure.MayWait(finding, nowUnixMilliseconds) && !isByPerson && !IsCalledFor(finding.Id, finding.Client, finding.Server))
            {
                _unsure.Wait(finding);
                continue;
            }

            var wasSure = finding.CountsAs == ToldAs.Sure;
            finding.Publish(sink, isByPerson, nowUnixMilliseconds);
            _unsure.Count(finding);
            if (!wasSure && finding.CountsAs == ToldAs.Sure) CallFor(finding);
            if (finding.Whole is null) Remove(finding);
        }

        _touched.Clear();
    }

    /// <summary>Clients that are to be judged again: what is said of them may have been left out, and something sure was told.</summary>
    public IReadOnlyList<HostIdentity> TakeCalledFor()
    {
        if (_calledFor.Count == 0) return [];
        HostIdentity[] clients = [.. _calledFor.Order()];
        _calledFor.Clear();
        return clients;
    }

    /// <summary>An hour has closed: what gave way may be found again.</summary>
    public void MakeAnew() => IsFull = _hasLeftOut = false;

    /// <summary>
    /// All open hours are looked at again, as by whoever loads what was saved: what waits is forgotten, and found again.
    /// </summary>
    /// <returns>True where the order in which clients are judged decides what is kept of what waits.</returns>
    public bool StartAgain()
    {
        MakeAnew();
        _toldAndGone.Clear();
        foreach (var finding in _unsure.InOrder()) Remove(finding);
        return _unsure.IsActive;
    }

    /// <summary>Puts a saved finding back; it counts as published.</summary>
    public void Restore(StandingFinding finding)
    {
        Insert(finding);
        finding.Recall();
        _unsure.Count(finding);
    }

    /// <summary>Publishes again what is open or was last seen no earlier than a time, in the order of ids.</summary>
    public void SayAgain(long sinceUnixMilliseconds)
    {
        foreach (var finding in InOrder())
        {
            if (finding.Open is not null || finding.Whole?.Last >= sinceUnixMilliseconds) finding.SayAgain(sink);
        }
    }

    private bool IsHeld(StandingFinding finding) => ReferenceEquals(_byId.GetValueOrDefault(finding.Id), finding);

    /// <summary>
    /// True where something sure was told of its client, or of its server as a client to which few come: what led there is told with it.
    /// </summary>
    private bool IsCalledFor(long id, HostIdentity client, HostIdentity? server) => _unsure.IsSureOf(client.Address)
        || (server is { } named && _unsure.IsSureOf(named.Address) && HasFewComers(named.Address)) || _toldAndGone.Contains(id);

    // What waits is found again when its hour closes. Where another hour says more of the same two, both are told together.
    private bool IsLeftOut(FindingDraft draft, List<FindingDraft> drafts) =>
        (_unsure.IsFull || (_unsure.IsActive && _byId.Count >= MostAfterMakingRoom)) && UnsureFindings.IsLow(draft)
        && !_byId.ContainsKey(draft.Id) && !verdicts.ContainsKey(draft.Id) && !IsCalledFor(draft.Id, draft.Client, draft.Server)
        && !HasSurer(draft, drafts);

    // Asked of each draft at each look: a delegate that holds the draft would be garbage each time.
    private static bool HasSurer(FindingDraft draft, List<FindingDraft> drafts)
    {
        foreach (var other in drafts)
            if (other.Kind == draft.Kind && other.Server == draft.Server && !UnsureFindings.IsLow(other)) return true;
        return false;
    }

    /// <summary>Something sure is told for the first time: what waits and concerns its client is looked at once more.</summary>
    private void CallFor(StandingFinding finding)
    {
        if (_hasLeftOut) _calledFor.Add(finding.Client);
        var client = finding.Client.Address;
        IEnumerable<StandingFinding> concerned = OfClient(client);
        if (HasFewComers(client) && _byServer.TryGetValue(client, out var comers)) concerned = concerned.Concat(comers);
        foreach (var waiting in concerned.Where(_unsure.IsWaiting).OrderBy(static waiting => waiting.Id).ToList()) Touch(waiting);
    }

    private bool HasFewComers(HostAddress host) => !_byServer.TryGetValue(host, out var comers) || comers.Count <= FewComers;

    private void MarkReread(StandingFinding finding, FindingWithdrawal why)
    {
        if (finding.Open is null && !(finding.Held is { } held && Epoch.Of(held.Last) > ClosedEpoch)) return;
        finding.Reread = why;
        Touch(finding);
    }

    /// <returns>Null when there is no room for another.</returns>
    private StandingFinding? FindOrAdd(FindingDraft draft)
    {
        if (_byId.TryGetValue(draft.Id, out var finding)) return finding;
        if (_byId.Count >= HardFactor * options.MaxFindings)
        {
            MakeRoom(MostAfterMakingRoom);
            if (_byId.Count >= HardFactor * options.MaxFindings) return null;
        }

        finding = new StandingFinding(draft.Kind, draft.Client, draft.Server);
        Insert(finding);
        return finding;
    }

    private void NoteCrowd(StandingFinding finding)
    {
        if (finding.Server is { } server && finding.OpenHours.Exists(CrowdFold.MayBeOfCrowd)) _crowded.Add(server);
    }

    private void MakeRoom(int bound)
    {
        if (_byId.Count <= bound) return;

        // 1. What is low and waits, or will: it is found again when its hour closes.
        if (_unsure.IsActive)
        {
            var waiting = _byId.Values.Where(UnsureFindings.IsUntoldLow).OrderByDescending(static finding => finding.Id);
            foreach (var finding in waiting.Take(_byId.Count - bound).ToList()) Remove(finding);
            if (_byId.Count <= bound) return;
        }

        // 2. The others. What may not have been told yet is told before it is forgotten.
        var candidates = _byId.Values.Where(finding => !verdicts.ContainsKey(finding.Id)).Select(finding =>
        {
            var whole = finding.Whole;
            return new RetainedFinding(
                finding.Id, finding.Kind, whole?.Severity ?? FindingSeverity.Low, whole?.KnownHosts ?? 0, finding.Client.Address,
                finding.Server?.Address,
                whole?.First ?? 0);
        });
        var giving = FindingRetention.Choose(candidates, _byId.Count - bound);
        foreach (var id in giving) GiveWay(_byId[id]);
        IsFull = true;
        Evicted += giving.Count;
    }

    private void GiveWay(StandingFinding finding)
    {
        if (_unsure.IsWaiting(finding)) finding.Publish(sink, byPerson: false, finding.Open?.Last ?? 0);
        if (finding is { Told: not null, Closed: null } && _toldAndGone.Count < HardFactor * options.MaxFindings)
            _toldAndGone.Add(finding.Id);
        Remove(finding);
    }

    private void Annotate(HashSet<StandingFinding> findings, FindingNote note)
    {
        foreach (var finding in findings)
        {
            if (finding.Closed is not null || finding.Held is not null) Annotate(finding, note);
        }
    }

    private void Insert(StandingFinding finding)
    {
        _byId.Add(finding.Id, finding);
        Listed(_byClient, finding.Client.Address).Add(finding);
        if (finding.Server is { } server) Listed(_byServer, server.Address).Add(finding);
        Listed(_byPair, FoundPair.Of(finding.Client, finding.Server)).Add(finding);
    }

    private void Touch(StandingFinding finding)
    {
        if (finding.IsTouched) return;
        finding.IsTouched = true;
        _touched.Add(finding);
    }

    private void Remove(StandingFinding finding)
    {
        if (!IsHeld(finding)) return;
        _byId.Remove(finding.Id);
        _unsure.Forget(finding);
        Unlist(_byClient, finding.Client.Address, finding);
        if (finding.Server is { } server) Unlist(_byServer, server.Address, finding);
        Unlist(_byPair, FoundPair.Of(finding.Client, finding.Server), finding);
    }

    private static TList Listed<TKey, TList>(Dictionary<TKey, TList> lists, TKey key)
        where TKey : notnull
        where TList : ICollection<StandingFinding>, new()
    {
        if (!lists.TryGetValue(key, out var list)) lists.Add(key, list = new TList());
        return list;
    }

    private static void Unlist<TKey, TList>(Dictionary<TKey, TList> lists, TKey key, StandingFinding finding)
        where TKey : notnull
        where TList : ICollection<StandingFinding>
    {
        var list = lists[key];
        list.Remove(finding);
        if (list.Count == 0) lists.Remove(key);
    }

    // A tuple compares what may be null by making objects of it.
    private readonly record struct FoundPair(HostIdentity Client, HostIdentity Server, bool HasServer)
    {
        public static FoundPair Of(HostIdentity client, HostIdentity? server) =>
            new(client, server.GetValueOrDefault(), server.HasValue);
    }
}
