using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>Judged activity that a person should look at; unique by kind, client and server with their periods.</summary>
public sealed record Finding
{
    /// <summary>The same for the same kind, client and server with their periods in every process.</summary>
    public required long Id { get; init; }

    public required FindingKind Kind { get; init; }

    /// <summary>How bad it would be if it is what it looks like.</summary>
    public required FindingSeverity Severity { get; init; }

    /// <summary>How sure it is that it is what it looks like.</summary>
    public required FindingConfidence Confidence { get; init; }

    public required HostAddress Client { get; init; }

    /// <summary>Null when the finding is about the client alone, such as a sweep.</summary>
    public HostAddress? Server { get; init; }

    /// <summary>
    /// Which of the hosts that had the client's address one after the other it is about; 0 while no lease says that the address changed
    /// hands. Part of <see cref="Id"/>.
    /// </summary>
    public long ClientPeriod { get; init; }

    /// <summary>The same of the server's address.</summary>
    public long ServerPeriod { get; init; }

    /// <summary>How many activities, contacts and operations stand behind it.</summary>
    public required int Count { get; init; }

    public required long FirstSeenUnixMilliseconds { get; init; }

    public required long LastSeenUnixMilliseconds { get; init; }

    /// <summary>ATT&amp;CK techniques, such as T1021.003.</summary>
    public required IReadOnlyList<string> Techniques { get; init; }

    /// <summary>CAR analytics, such as CAR-2014-05-001.</summary>
    public required IReadOnlyList<string> Analytics { get; init; }

    /// <summary>One sentence that names the facts.</summary>
    public required string Reason { get; init; }

    /// <summary>The earliest of the flows behind it, up to <see cref="MaxFlows"/>.</summary>
    public required IReadOnlyList<ContributingFlow> Flows { get; init; }

    /// <summary>Interfaces or operations named on the wire, when Zeek told them; up to 16.</summary>
    public IReadOnlyList<string> Operations { get; init; } = [];

    /// <summary>What became known later of its hosts or flows, the earliest first: the finding stands whatever they say.</summary>
    public IReadOnlyList<FindingNote> Notes { get; init; } = [];

    /// <summary>
    /// True once a role that became known later explains it: it stands as it was shown, and keeps no incident above low. Never of what
    /// named operations say, nor of what a person called malicious.
    /// </summary>
    public bool IsExplained => Notes.LastOrDefault(static note => note.Explains is not null)?.Explains == true;

    /// <summary>Distinct servers behind it: 1 for a pair; of a finding that stands for many, those of its fullest hour.</summary>
    public int NumServers { get; init; } = 1;

    /// <summary>How many of its hosts, 0 to 2, were known before: told by the settings, or seen for days.</summary>
    public int KnownHosts { get; init; }

    /// <summary>How rare it is, by what was known before its first hour; null when nothing was.</summary>
    public FindingRarity? Rarity { get; init; }

    public const int MaxFlows = 8;

    /// <summary>Of these half are the first ones and half the latest.</summary>
    public const int MaxNotes = 8;
}

/// <summary>What became known of a finding after it had been shown.</summary>
/// <param name="AtUnixMilliseconds">When it became known.</param>
/// <param name="Text">One sentence.</param>
/// <param name="Explains">True where it says that a role explains the finding, false where it says that none does any more.</param>
public sealed record FindingNote(long AtUnixMilliseconds, string Text, bool? Explains = null)
{
    public const int MaxText = 500;
}

/// <summary>A flow behind a finding; times in Unix milliseconds.</summary>
/// <param name="CommunityId">Community ID version 1, seed 0, such as 1:LQU9qZlK+B5F3KDmev6m5PMibrg=.</param>
/// <param name="SamplingInterval">1 is unsampled, 0 unknown.</param>
public sealed record ContributingFlow(
    HostAddress Client, ushort ClientPort, HostAddress Server, ushort ServerPort, long StartUnixMilliseconds, long EndUnixMilliseconds,
    string CommunityId, ExporterSet Exporters, uint SamplingInterval);

/// <summary>How bad it would be; a worse one has the greater value.</summary>
public enum FindingSeverity : byte
{
    Low = 1,
    Medium = 2,
    High = 3,
    Critical = 4,
}

/// <summary>The order of severities.</summary>
public static class FindingSeverities
{
    /// <summary>True for <paramref name="least"/> and what is worse.</summary>
    public static bool IsAtLeast(this FindingSeverity severity, FindingSeverity least) => severity >= least;
}

/// <summary>How sure it is.</summary>
public enum FindingConfidence : byte
{
    Low = 1,
    Medium = 2,
    High = 3,
}

/// <summary>One step in the life of a finding.</summary>
/// <param name="Withdrawal">Why it is withdrawn; null for every other step.</param>
public readonly record struct FindingChange(ActivityChangeKind Kind, Finding Finding, FindingWithdrawal? Withdrawal = null);

/// <summary>Why a finding that was shown is withdrawn. What is learned after its hour is no reason.</summary>
public enum FindingWithdrawal : byte
{
    /// <summary>Its own flows were read better: a mapper flow was found, the direction turned, a record came late.</summary>
    FlowsReadOtherwise = 1,

    /// <summary>Zeek named the operations that these flows carried: a finding at least as severe says more of them.</summary>
    OperationsNamed = 2,

    /// <summary>
    /// It was of low severity, or of the learning period, and said of an hour that was open still: what was learned when the hour before
    /// it closed explains it. All else that was shown stands.
    /// </summary>
    KnownByThen = 3,
}

/// <summary>Takes findings: the live store, the collected result of a replay, an evaluation.</summary>
public interface IFindingSink
{
    /// <summary>Called on the judge's thread; must not block.</summary>
    void Publish(in FindingChange change);
}
