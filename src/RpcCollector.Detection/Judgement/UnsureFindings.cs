using RpcCollector.Detection.Judgement.Rules;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Judgement;

/// <summary>Which findings wait until they are told, while very much is found of a network that nobody knows yet.</summary>
/// <remarks>
/// <para>
/// In the first hour every contact is the first of its kind: a large network has tens of thousands of findings within seconds, nearly all
/// of which are low, or are low as soon as a server is seen to have many clients. The first ones of the open hours are told at once,
/// however unsure. Beyond them what is low waits until its hour closes, and what is medium until that has shown itself: people are left
/// alone with what goes by itself, and nothing writes it to disk twice. What is sure, and what else is said of the clients that it is said
/// of, never waits.
/// </para>
/// <para>
/// When something is told follows the order of arrival; what is told once its hour has closed does not. Nothing of it is saved: how long a
/// finding waits follows from when it began, and who loads finds it again.
/// </para>
/// </remarks>
/// <param name="most">So many unsure findings of open hours are told at once.</param>
/// <param name="room">While so many wait, what is low is not even kept: it is found again when its hour closes.</param>
internal sealed class UnsureFindings(int most, int room)
{
    // Milliseconds from the first flow: a server's other clients come within seconds, and exporters tell of a flow within a minute.
    private const long Settling = 120_000;

    private readonly HashSet<StandingFinding> _waiting = [];
    private readonly Dictionary<HostAddress, int> _sureOfClient = [];
    private int _numTold;
    private int _numFound;
    private long _nextDue = long.MaxValue;

    /// <summary>How many wait.</summary>
    public int NumWaiting => _waiting.Count;

    /// <summary>True while what is unsure waits.</summary>
    public bool IsActive => _numTold >= most || _waiting.Count > 0;

    /// <summary>True while so many wait that what is low is not kept.</summary>
    public bool IsFull => Math.Min(_numTold, most) + _waiting.Count + _numFound >= most + room;

    /// <summary>True for what may go by itself: found while the network is learned, and low or medium of low confidence.</summary>
    public static bool IsUnsure(FindingDraft draft) =>
        IsLow(draft) || draft is { IsEarly: true, Severity: FindingSeverity.Medium, Confidence: FindingConfidence.Low };

    public static bool IsLow(FindingDraft draft) => draft.IsEarly && !draft.Severity.IsAtLeast(FindingSeverity.Medium);

    /// <summary>True for what is low of open hours alone, and was not told.</summary>
    public static bool IsUntoldLow(StandingFinding finding) =>
        finding is { Told: null, Closed: null, Held: null, Open: { } open } && IsLow(open);

    /// <summary>True where something that is sure was told of a client.</summary>
    public bool IsSureOf(HostAddress client) => _sureOfClient.ContainsKey(client);

    /// <summary>One was found of which it is not decided yet whether it waits.</summary>
    public void Find() => _numFound++;

    /// <summary>It is decided of all that were found.</summary>
    public void Decided() => _numFound = 0;

    /// <summary>True when one that waits is to be told by now.</summary>
    public bool IsDue(long nowUnixMilliseconds)
    {
        if (nowUnixMilliseconds < _nextDue) return false;

        // Who was to be told earlier may be gone.
        _nextDue = _waiting.Select(SettlesAt).DefaultIfEmpty(long.MaxValue).Min();
        return nowUnixMilliseconds >= _nextDue;
    }

    /// <summary>Those that are to be told by now, in no order.</summary>
    public IReadOnlyList<StandingFinding> Due(long nowUnixMilliseconds) => IsDue(nowUnixMilliseconds)
        ? [.. _waiting.Where(finding => nowUnixMilliseconds >= SettlesAt(finding))]
        : [];

    /// <summary>
    /// True when a finding waits as it is now, unless it is called for. Once some wait none is told merely because there is room for it.
    /// </summary>
    public bool MayWait(StandingFinding finding, long nowUnixMilliseconds) =>
        finding is { Told: null, Closed: null, Held: null, Open: { } open } && IsUnsure(open) && IsActive
        && (IsLow(open) || (open.First <= nowUnixMilliseconds + Settling && nowUnixMilliseconds < SettlesAt(finding)));

    /// <summary>A finding waits.</summary>
    public void Wait(StandingFinding finding)
    {
        _waiting.Add(finding);
        _nextDue = Math.Min(_nextDue, SettlesAt(finding));
    }

    public bool IsWaiting(StandingFinding finding) => _waiting.Contains(finding);

    /// <summary>An hour of it has closed: it is told next.</summary>
    public void Close(StandingFinding finding) => _waiting.Remove(finding);

    /// <summary>A finding was told, or there was nothing to tell of it.</summary>
    public void Count(StandingFinding finding)
    {
        Forget(finding);
        if (finding.Told is not { } told) return;
        finding.CountsAs = !IsUnsure(told) ? ToldAs.Sure : finding is { Closed: null, Held: null } ? ToldAs.Unsure : ToldAs.Nothing;
        if (finding.CountsAs == ToldAs.Unsure) _numTold++;
        if (finding.CountsAs == ToldAs.Sure)
            _sureOfClient[finding.Client.Address] = _sureOfClient.GetValueOrDefault(finding.Client.Address) + 1;
    }

    /// <summary>A finding is gone, or is looked at anew.</summary>
    public void Forget(StandingFinding finding)
    {
        Close(finding);
        if (finding.CountsAs == ToldAs.Unsure) _numTold--;
        if (finding.CountsAs == ToldAs.Sure && --_sureOfClient[finding.Client.Address] is var left && left == 0)
            _sureOfClient.Remove(finding.Client.Address);
        finding.CountsAs = ToldAs.Nothing;
    }

    /// <summary>Those that wait, in the order of their ids.</summary>
    public IReadOnlyList<StandingFinding> InOrder() => [.. _waiting.OrderBy(static finding => finding.Id)];

    // What is low waits for its hour to close. What has nothing open is looked at by whoever closed it.
    private static long SettlesAt(StandingFinding finding) =>
        finding.Open is { } open && !IsLow(open) ? open.First + Settling : long.MaxValue;
}

/// <summary>As what a finding counts that was told.</summary>
internal enum ToldAs
{
    /// <summary>It was not told, or is unsure and stands for good.</summary>
    Nothing,
    Sure,

    /// <summary>Its hour is open: what is unsure of it may go.</summary>
    Unsure,
}
