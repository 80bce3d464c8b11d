using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>A finding as the judge knows it; unique by kind, client and server.</summary>
internal sealed class StandingFinding(FindingKind kind, HostIdentity client, HostIdentity? server)
{
    private readonly List<FindingNote> _notes = [];
    private FindingDraft? _published;
    private bool _hasNewNote;

    public long Id { get; } = FindingDraft.IdOf(kind, client, server);

    public FindingKind Kind => kind;

    public HostIdentity Client => client;

    public HostIdentity? Server => server;

    /// <summary>What closed hours said.</summary>
    public FindingDraft? Closed { get; set; }

    /// <summary>What the open hours say so far.</summary>
    public FindingDraft? Open { get; set; }

    /// <summary>What each open hour says by itself, before it is told with what is found of others.</summary>
    public List<FindingDraft> OpenHours { get; } = [];

    public bool IsTouched { get; set; }

    /// <summary>As it was told last; null while it was not.</summary>
    public FindingDraft? Told => _published;

    /// <summary>Kept by <see cref="UnsureFindings"/>.</summary>
    public ToldAs CountsAs { get; set; }

    /// <summary>True while a role explains it: then it keeps its edges from being learned no longer.</summary>
    public bool IsExplained { get; set; }

    /// <summary>
    /// True once a person told a role that concerns it while its hour was open: it was shown by what was known before, and stands.
    /// </summary>
    public bool IsBeforeToldRole { get; set; }

    /// <summary>Why what is said of its flows may differ from what was published; null when they are as they were.</summary>
    public FindingWithdrawal? Reread { get; set; }

    /// <summary>The earliest first.</summary>
    public IReadOnlyList<FindingNote> Notes => _notes;

    /// <summary>How it was shown, where what is judged now is weaker though its flows are as they were; null while it is not.</summary>
    public ShownStrength? Shown { get; set; }

    /// <summary>What was shown, where no hour says it any more though its flows are as they were; null while one does.</summary>
    public FindingDraft? Held { get; set; }

    /// <summary>What the hours say together, no weaker than it was shown; null when none says or said anything.</summary>
    public FindingDraft? Whole
    {
        get
        {
            var whole = Judged is { } judged && Held is { } held ? held.With(judged) : Judged ?? Held;
            return whole is not null && Shown is { } shown ? whole.AtLeast(shown) : whole;
        }
    }

    /// <summary>
    /// True where a closed hour said it, or it was shown for good: then it is a finding of its own, however many others there are.
    /// </summary>
    public bool StandsByItself => Closed is not null || (_published is { } shown && IsKept(shown));

    private FindingDraft? Judged => Closed is null ? Open : Open is null ? Closed : Closed.With(Open);

    /// <summary>Adds a note. Beyond the bound the first half and the latest are kept.</summary>
    /// <returns>False when it is there already.</returns>
    public bool Annotate(FindingNote note)
    {
        if (note.Text.Length > FindingNote.MaxText) note = note with { Text = note.Text[..FindingNote.MaxText] };
        if (_notes.Contains(note) || (_notes.Count > 0 && _notes[^1].Text.Equals(note.Text, StringComparison.Ordinal))) return false;
        if (_notes.Count == Finding.MaxNotes)
            _notes.RemoveAt(Math.Max(Finding.MaxNotes / 2, _notes.FindIndex(Finding.MaxNotes / 2, old => old.Explains is null)));
        _notes.Add(note);
        return _hasNewNote = true;
    }

    /// <summary>No note counts as written later than a time.</summary>
    public void MoveNotesTo(long latestUnixMilliseconds)
    {
        for (var i = 0; i < _notes.Count; i++)
        {
            if (_notes[i].AtUnixMilliseconds > latestUnixMilliseconds)
                _notes[i] = _notes[i] with { AtUnixMilliseconds = latestUnixMilliseconds };
        }
    }

    /// <summary>Publishes the difference to what was published before.</summary>
    /// <param name="byPerson">True when a person has said something of it: then it is neither withdrawn nor weakened.</param>
    /// <param name="nowUnixMilliseconds">When a note is written that this makes.</param>
    public void Publish(IFindingSink sink, bool byPerson, long nowUnixMilliseconds)
    {
        // 1. What was shown is taken back, in whole or in part, by a better reading of its flows only.
        var reread = Reread;
        Reread = null;
        if (_published is { } shown)
        {
            if (byPerson || (reread is null && (IsBeforeToldRole || IsKept(shown)))) Hold(shown, reread, nowUnixMilliseconds);
            else (Shown, Held) = (null, null);
        }

        // 2. The difference.
        var (whole, hasNewNote) = (Whole, _hasNewNote);
        _hasNewNote = false;
        if (whole is null)
        {
            if (_published is { } gone)
                sink.Publish(
                    new FindingChange(ActivityChangeKind.Withdrawn, Compose(gone), reread ?? FindingWithdrawal.KnownByThen));
            _published = null;
            return;
        }

        if (!hasNewNote && _published is { } before && IsSame(before, whole)) return;
        sink.Publish(new FindingChange(_published is null ? ActivityChangeKind.Added : ActivityChangeKind.Revised, Compose(whole)));
        _published = whole;
    }

    /// <summary>
    /// True for what stands whatever is learned. What is low, or was said while the network was being learned, is judged by what is known
    /// when its hour closes: so it is the same for every order of arrival.
    /// </summary>
    private static bool IsKept(FindingDraft shown) => !shown.IsEarly && shown.Severity.IsAtLeast(FindingSeverity.Medium);

    private void Hold(FindingDraft shown, FindingWithdrawal? reread, long nowUnixMilliseconds)
    {
        var why = reread is null ? "By what is known now" : "By its flows as they read now";

        // The same flows are reported again.
        if (Held is { } held && Judged is { } again && again.First <= held.Last) Held = null;
        if (Judged is not { } judged)
        {
            if (Held is not null) return;
            Held = shown;
            Annotate(new FindingNote(nowUnixMilliseconds, $"{why} this would not be reported; it stands as it was shown."));
        }
        else if (!judged.IsWeakerThan(shown))
        {
            Shown = null;
        }
        else if (Shown is null && Held is null)
        {
            Shown = new ShownStrength(shown.Severity, shown.Confidence, shown.Reason);
            var milder = $"{why} its severity would be {judged.Severity}, its confidence {judged.Confidence}.";
            Annotate(new FindingNote(nowUnixMilliseconds, milder));
        }
    }

    /// <summary>Takes the present content as published: the process that saved it has done so.</summary>
    public void Recall() => (_published, _hasNewNote) = (Whole, false);

    /// <summary>Publishes again what was published last.</summary>
    public void SayAgain(IFindingSink sink)
    {
        if (_published is { } said) sink.Publish(new FindingChange(ActivityChangeKind.Revised, Compose(said)));
    }

    private static bool IsSame(FindingDraft left, FindingDraft right) =>
        (left.Severity, left.Confidence, left.Count, left.First, left.Last, left.NumServers, left.KnownHosts, left.Rarity)
            == (right.Severity, right.Confidence, right.Count, right.First, right.Last, right.NumServers, right.KnownHosts, right.Rarity)
        && left.Sentence.Equals(right.Sentence, StringComparison.Ordinal)
        && left.Claim.IsSame(right.Claim)
        && left.Flows.SequenceEqual(right.Flows)
        && left.Operations.SequenceEqual(right.Operations, StringComparer.Ordinal);

    private Finding Compose(FindingDraft draft) => new()
    {
        Id = Id,
        Kind = kind,
        Severity = draft.Severity,
        Confidence = draft.Confidence,
        Client = client.Address,
        Server = server?.Address,
        ClientPeriod = client.Period,
        ServerPeriod = server?.Period ?? 0,
        Count = draft.Count,
        FirstSeenUnixMilliseconds = draft.First,
        LastSeenUnixMilliseconds = draft.Last,
        Techniques = draft.Claim.Techniques,
        Analytics = draft.Claim.Analytics,
        Reason = draft.Rarity is { } rarity ? $"{draft.Sentence}; {RaritySentence.Of(rarity)}" : draft.Sentence,
        Flows = [.. draft.Flows.Select(flow => flow.Publish())],
        Operations = draft.Operations,
        Notes = [.. _notes],
        NumServers = draft.NumServers,
        KnownHosts = draft.KnownHosts,
        Rarity = draft.Rarity,
    };
}
