using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store.Findings;

/// <summary>A finding as the store keeps it, with what people said of it as it holds when it is read.</summary>
internal sealed record StoredFinding
{
    public required long Id { get; init; }

    public required FindingKind Kind { get; init; }

    public required FindingSeverity Severity { get; init; }

    public required FindingConfidence Confidence { get; init; }

    public required HostAddress Client { get; init; }

    public required HostAddress? Server { get; init; }

    /// <summary>As <see cref="Finding.ClientPeriod"/>.</summary>
    public long ClientPeriod { get; init; }

    /// <summary>As <see cref="Finding.ServerPeriod"/>.</summary>
    public long ServerPeriod { get; init; }

    public required int Count { get; init; }

    public required long FirstSeenUnixMilliseconds { get; init; }

    public required long LastSeenUnixMilliseconds { get; init; }

    public required IReadOnlyList<string> Techniques { get; init; }

    public required IReadOnlyList<string> Analytics { get; init; }

    public required string Reason { get; init; }

    public required IReadOnlyList<StoredFlow> Flows { get; init; }

    public required IReadOnlyList<string> Operations { get; init; }

    /// <summary>Of the least complete exporter that saw a flow of it.</summary>
    public required double? Completeness { get; init; }

    /// <summary>The coarsest of its flows: 1 is unsampled, 0 unknown.</summary>
    public required uint SamplingInterval { get; init; }

    /// <summary>When it was stored first.</summary>
    public required long RecordedUnixMilliseconds { get; init; }

    /// <summary>When it was stored last.</summary>
    public required long UpdatedUnixMilliseconds { get; init; }

    /// <summary>When the judge took it back; null while it stands.</summary>
    public required long? WithdrawnUnixMilliseconds { get; init; }

    /// <summary>Why it was withdrawn; null while it stands, and where a former version did not say.</summary>
    public FindingWithdrawal? Withdrawal { get; init; }

    /// <summary>What became known after it had been shown, the earliest first.</summary>
    public IReadOnlyList<StoredNote> Notes { get; init; } = [];

    /// <summary>As <see cref="Finding.IsExplained"/>.</summary>
    public bool IsExplained => Notes.LastOrDefault(static note => note.Explains is not null)?.Explains == true;

    /// <summary>As <see cref="Finding.NumServers"/>.</summary>
    public int NumServers { get; init; } = 1;

    /// <summary>As <see cref="Finding.KnownHosts"/>.</summary>
    public int KnownHosts { get; init; }

    /// <summary>As <see cref="Finding.Rarity"/>.</summary>
    public FindingRarity? Rarity { get; init; }

    /// <summary>The verdict that holds; null when there is none.</summary>
    public required GivenVerdict? Verdict { get; init; }

    /// <summary>The suppressions that hide it.</summary>
    public required IReadOnlyList<long> SuppressedBy { get; init; }

    /// <summary>The incident that it belongs to; null when that is not known yet, and for what does not stand.</summary>
    public long? Incident { get; init; }

    /// <summary>True when only who asks for it shall see it.</summary>
    public bool IsHidden => SuppressedBy.Count > 0 || Verdict is { Meaning: VerdictMeaning.Benign };
}

/// <summary>A flow behind a stored finding: exporters by address, because their ids end with the process.</summary>
internal sealed record StoredFlow(
    string Client, int ClientPort, string Server, int ServerPort, long StartUnixMilliseconds, long EndUnixMilliseconds, string CommunityId,
    IReadOnlyList<string> Exporters, uint SamplingInterval);

/// <summary>What became known of a stored finding, and when.</summary>
/// <param name="Explains">As <see cref="FindingNote.Explains"/>.</param>
internal sealed record StoredNote(long AtUnixMilliseconds, string Text, bool? Explains = null);
