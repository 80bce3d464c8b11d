using RpcCollector.Detection;

namespace RpcCollector.Store.Findings;

/// <summary>Which findings to read, and in which order; what is null or empty does not restrict.</summary>
internal sealed record FindingQuery
{
    public IReadOnlyCollection<FindingKind> Kinds { get; init; } = [];

    public FindingSeverity? LeastSeverity { get; init; }

    public FindingConfidence? LeastConfidence { get; init; }

    /// <summary>At least so many hosts known before.</summary>
    public int? KnownHosts { get; init; }

    public AddressRange? Client { get; init; }

    public AddressRange? Server { get; init; }

    /// <summary>At either end.</summary>
    public AddressRange? Host { get; init; }

    /// <summary>The incident that they belong to.</summary>
    public long? Incident { get; init; }

    /// <summary>A technique, its sub-techniques included.</summary>
    public string? Technique { get; init; }

    /// <summary>Last seen then or later.</summary>
    public long? SinceUnixMilliseconds { get; init; }

    /// <summary>First seen before.</summary>
    public long? UntilUnixMilliseconds { get; init; }

    /// <summary>Any of these; null among them stands for those without one.</summary>
    public IReadOnlyCollection<VerdictMeaning?> Verdicts { get; init; } = [];

    public FindingState State { get; init; } = FindingState.Standing;

    /// <summary>Also what is suppressed or benign.</summary>
    public bool WithHidden { get; init; }

    public FindingOrder Order { get; init; }

    public FindingCursor? After { get; init; }

    public int Limit { get; init; } = 100;
}

/// <summary>Which findings to read: those that stand, those that were withdrawn, or both.</summary>
internal enum FindingState
{
    /// <summary>Those that a person has judged always stand.</summary>
    Standing,

    Withdrawn,
    All,
}

/// <summary>One page of findings.</summary>
/// <param name="Next">Where the next page begins; null when this one is the last.</param>
/// <param name="Total">How many the query chooses on all pages.</param>
/// <param name="Hidden">What else it chooses that is hidden; null where that was not asked for.</param>
internal sealed record FindingPage(IReadOnlyList<StoredFinding> Items, FindingCursor? Next, long Total, HiddenFindings? Hidden);

/// <summary>What a query would have shown besides.</summary>
/// <param name="Findings">How many are hidden, each counted once.</param>
/// <param name="Benign">How many because a person called them benign.</param>
/// <param name="Suppressions">How many each suppression hides; several may hide the same one.</param>
internal sealed record HiddenFindings(long Findings, long Benign, IReadOnlyList<(long Suppression, long Findings)> Suppressions);
