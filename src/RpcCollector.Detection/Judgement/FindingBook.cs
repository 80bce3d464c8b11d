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

    private readonly Dictionary<long, StandingFinding> _byId = [];
    private readonly Dictionary<HostAddress, HashSet<StandingFinding>> _byClient = [];
    private readonly Dictionary<HostAddress, HashSet<StandingFinding>> _byServer = [];

    // Those about a client alone are there without a server.
    private readonly Dictionary<FoundPair, List<StandingFinding>> _byPair = [];
    private readonly List<StandingFinding> _touched = [];

    // Hosts of which a crowd of clients may be told otherwise than before.
    private readonly HashSet<HostIdentity> _crowded = [];

    public int Count => _byId.Count;

    /// <summary>The last hour that is closed: what it said is not read again.</summary>
    public int ClosedEpoch { get; set; } = Epoch.None;

    /// <summary>Findings forgotten, or not taken up when their hour closed, because there were too many.</summary>
    public long Evicted { get; private set; }

    /// <summary>
    /// True since findings gave way for others, until the next hour closes or all is looked at again: a review of open hours would bring
    /// them back, and send others away.
    /// </summary>
    public bool IsFull { get; set; }

    /// <summary>True when something may differ from what was published.</summary>
    public bool IsTouched => _touched.Count > 0;

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<StandingFinding> InOrder() => _byId.Values.OrderBy(finding => finding.Id);

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
            if (FindOrAdd(draft) is not { } finding) continue;
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

    /// <summary>Publishes every difference to what was published before, in the order of ids.</summary>
    /// <param name="nowUnixMilliseconds">When the notes are written that this makes.</param>
    public void Publish(long nowUnixMilliseconds)
    {
        if (_touched.Count == 0) return;
        _touched.Sort((left, right) => left.Id.CompareTo(right.Id));
        foreach (var finding in _touched)
        {
            finding.IsTouched = false;

            // It gave way meanwhile: what was shown of it stays shown.
            if (!_byId.ContainsKey(finding.Id)) continue;
            finding.Publish(sink, verdicts.ContainsKey(finding.Id), nowUnixMilliseconds);
            if (finding.Whole is null) Remove(finding);
        }

        _touched.Clear();
    }

    /// <summary>Puts a saved finding back; it counts as published.</summary>
    public void Restore(StandingFinding finding)
    {
        Insert(finding);
        finding.Recall();
    }

    /// <summary>Publishes again what is open or was last seen no earlier than a time, in the order of ids.</summary>
    public void SayAgain(long sinceUnixMilliseconds)
    {
        foreach (var finding in InOrder())
        {
            if (finding.Open is not null || finding.Whole?.Last >= sinceUnixMilliseconds) finding.SayAgain(sink);
        }
    }

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
            MakeRoom(HardFactor * options.MaxFindings * 3 / 4);
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
        var candidates = _byId.Values.Where(finding => !verdicts.ContainsKey(finding.Id)).Select(finding =>
        {
            var whole = finding.Whole;
            return new RetainedFinding(
                finding.Id, finding.Kind, whole?.Severity ?? FindingSeverity.Low, whole?.KnownHosts ?? 0, finding.Client.Address,
                finding.Server?.Address,
                whole?.First ?? 0);
        });
        var giving = FindingRetention.Choose(candidates, _byId.Count - bound);
        foreach (var id in giving) Remove(_byId[id]);
        IsFull = true;
        Evicted += giving.Count;
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
        if (!_byId.Remove(finding.Id)) return;
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
