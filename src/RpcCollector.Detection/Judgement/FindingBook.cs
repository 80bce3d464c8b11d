using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>The findings that stand: what closed hours said, what the open ones say so far, and what was published of it.</summary>
internal sealed class FindingBook(JudgementOptions options, IFindingSink sink)
{
    private readonly Dictionary<long, StandingFinding> _byId = [];
    private readonly Dictionary<HostAddress, List<StandingFinding>> _byClient = [];
    private readonly List<StandingFinding> _touched = [];

    public int Count => _byId.Count;

    /// <summary>Findings forgotten because there were too many.</summary>
    public long Evicted { get; private set; }

    /// <summary>In the order of their ids.</summary>
    public IEnumerable<StandingFinding> InOrder() => _byId.Values.OrderBy(finding => finding.Id);

    public IReadOnlyList<StandingFinding> OfClient(HostAddress client) => _byClient.TryGetValue(client, out var findings) ? findings : [];

    public StandingFinding? Find(long id) => _byId.GetValueOrDefault(id);

    /// <summary>Puts what the open hours say of a client in place of what they said before.</summary>
    public void SetOpen(HostAddress client, List<FindingDraft> drafts)
    {
        if (_byClient.TryGetValue(client, out var standing))
        {
            foreach (var finding in standing)
            {
                if (finding.Open is null) continue;
                finding.Open = null;
                Touch(finding);
            }
        }

        foreach (var draft in drafts)
        {
            var finding = FindOrAdd(draft);
            finding.Open = finding.Open?.With(draft) ?? draft;
            Touch(finding);
        }
    }

    /// <summary>Adds what an hour said in the end.</summary>
    public void Commit(FindingDraft draft)
    {
        var finding = FindOrAdd(draft);
        finding.Closed = finding.Closed?.With(draft) ?? draft;
        Touch(finding);
    }

    /// <summary>A fact came after its hour had been closed: it raises the counts of what stands between the two.</summary>
    public void CountLate(HostAddress client, HostAddress server, long start)
    {
        if (!_byClient.TryGetValue(client, out var standing)) return;
        foreach (var finding in standing)
        {
            if (finding.Server != server || finding.Closed is not { } closed) continue;
            finding.Closed = closed.Raised(start);
            Touch(finding);
        }
    }

    /// <summary>Takes back what closed hours said.</summary>
    public void Withdraw(StandingFinding finding)
    {
        finding.Closed = null;
        Touch(finding);
    }

    /// <summary>Forgets what was last seen before a time, and what is too much; nothing is published for that.</summary>
    public void Forget(long beforeUnixMilliseconds)
    {
        foreach (var old in _byId.Values.Where(finding => finding.Open is null && !finding.IsTouched && (finding.Closed?.Last ?? 0) < beforeUnixMilliseconds).ToList()) Remove(old);
        if (_byId.Count <= options.MaxFindings) return;
        var surplus = _byId.Values.Where(finding => finding.Open is null)
            .OrderBy(finding => finding.Closed?.Severity ?? FindingSeverity.Low).ThenBy(finding => finding.Closed?.Last ?? 0).ThenBy(finding => finding.Id)
            .Take(_byId.Count - options.MaxFindings).ToList();
        foreach (var finding in surplus) Remove(finding);
        Evicted += surplus.Count;
    }

    /// <summary>Publishes every difference to what was published before, in the order of ids.</summary>
    public void Publish()
    {
        if (_touched.Count == 0) return;
        _touched.Sort((left, right) => left.Id.CompareTo(right.Id));
        foreach (var finding in _touched)
        {
            finding.IsTouched = false;
            finding.Publish(sink);
            if (finding is { Closed: null, Open: null }) Remove(finding);
        }

        _touched.Clear();
    }

    /// <summary>Puts a saved finding back; it counts as published.</summary>
    public void Restore(StandingFinding finding)
    {
        Insert(finding);
        finding.Recall();
    }

    private StandingFinding FindOrAdd(FindingDraft draft)
    {
        if (_byId.TryGetValue(draft.Id, out var finding)) return finding;
        finding = new StandingFinding(draft.Kind, draft.Client, draft.Server);
        Insert(finding);
        return finding;
    }

    private void Insert(StandingFinding finding)
    {
        _byId.Add(finding.Id, finding);
        if (!_byClient.TryGetValue(finding.Client, out var ofClient)) _byClient.Add(finding.Client, ofClient = []);
        ofClient.Add(finding);
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
        var ofClient = _byClient[finding.Client];
        ofClient.Remove(finding);
        if (ofClient.Count == 0) _byClient.Remove(finding.Client);
    }
}
