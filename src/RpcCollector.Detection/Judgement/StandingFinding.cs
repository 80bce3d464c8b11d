using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>A finding as the judge knows it; unique by kind, client and server.</summary>
internal sealed class StandingFinding(FindingKind kind, HostAddress client, HostAddress? server)
{
    private FindingDraft? _published;

    public long Id { get; } = FindingId.Of(kind, client, server);

    public FindingKind Kind => kind;

    public HostAddress Client => client;

    public HostAddress? Server => server;

    /// <summary>What closed hours said.</summary>
    public FindingDraft? Closed { get; set; }

    /// <summary>What the open hours say so far.</summary>
    public FindingDraft? Open { get; set; }

    public bool IsTouched { get; set; }

    public FindingDraft? Whole => Closed is null ? Open : Open is null ? Closed : Closed.With(Open);

    /// <summary>Publishes the difference to what was published before.</summary>
    public void Publish(IFindingSink sink)
    {
        var whole = Whole;
        if (whole is null)
        {
            if (_published is { } gone) sink.Publish(new FindingChange(ActivityChangeKind.Withdrawn, Compose(gone)));
            _published = null;
            return;
        }

        if (_published is { } before && IsSame(before, whole)) return;
        sink.Publish(new FindingChange(_published is null ? ActivityChangeKind.Added : ActivityChangeKind.Revised, Compose(whole)));
        _published = whole;
    }

    /// <summary>Takes the present content as published: the process that saved it has done so.</summary>
    public void Recall() => _published = Whole;

    /// <summary>Publishes again what was published last.</summary>
    public void SayAgain(IFindingSink sink)
    {
        if (_published is { } said) sink.Publish(new FindingChange(ActivityChangeKind.Revised, Compose(said)));
    }

    private static bool IsSame(FindingDraft left, FindingDraft right) =>
        (left.Severity, left.Confidence, left.Count, left.First, left.Last) == (right.Severity, right.Confidence, right.Count, right.First,
            right.Last)
        && left.Reason.Equals(right.Reason, StringComparison.Ordinal)
        && left.Flows.SequenceEqual(right.Flows)
        && left.Operations.SequenceEqual(right.Operations, StringComparer.Ordinal);

    private Finding Compose(FindingDraft draft) => new()
    {
        Id = Id,
        Kind = kind,
        Severity = draft.Severity,
        Confidence = draft.Confidence,
        Client = client,
        Server = server,
        Count = draft.Count,
        FirstSeenUnixMilliseconds = draft.First,
        LastSeenUnixMilliseconds = draft.Last,
        Techniques = draft.Claim.Techniques,
        Analytics = draft.Claim.Analytics,
        Reason = draft.Reason,
        Flows = [.. draft.Flows.Select(flow => flow.Publish())],
        Operations = draft.Operations,
    };
}
