using RpcCollector.Flows.Elements;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// The field list under a Template ID of one Transport Session and Observation Domain, with the plan that reads its records; immutable
/// but for its use count and its end.
/// </summary>
internal sealed class Template
{
    private long _dataRecords;
    private long _firstReceivedUnixMilliseconds;
    private long _lastReceivedUnixMilliseconds;
    private long _lastUsedUnixMilliseconds;
    private long _longestPauseMilliseconds;
    private long _refutedUnixMilliseconds = long.MinValue / 2;
    private TemplateContest? _contest;
    private TemplateDoubt? _doubt;
    private bool _isForgotten;
    private bool _isBorrowed;

    public Template(ushort id, bool isOptions, RecordPlan plan, long receivedUnixMilliseconds)
    {
        (Id, IsOptions, Plan) = (id, isOptions, plan);
        _firstReceivedUnixMilliseconds = receivedUnixMilliseconds;
        _lastReceivedUnixMilliseconds = receivedUnixMilliseconds;
    }

    private Template(Template other)
    {
        (Id, IsOptions, Plan, EndsWithSession, Layout) = (other.Id, other.IsOptions, other.Plan, other.EndsWithSession, other.Layout);
        _longestPauseMilliseconds = other.LongestPauseMilliseconds;
        _refutedUnixMilliseconds = other.RefutedUnixMilliseconds;
        _firstReceivedUnixMilliseconds = other.FirstReceivedUnixMilliseconds;
        _lastReceivedUnixMilliseconds = other.LastReceivedUnixMilliseconds;
    }

    /// <summary>True when it came over a TCP connection and ends with it (RFC 7011, 8.1): it is not saved for the next process.</summary>
    public bool EndsWithSession { get; init; }

    public ushort Id { get; }

    /// <summary>True for an Options Template: its records describe the exporter, not flows.</summary>
    public bool IsOptions { get; }

    public RecordPlan Plan { get; }

    /// <summary>The record that it was last received as; null when it comes from an earlier process.</summary>
    public RecordLayout? Layout { get; set; }

    public ReadOnlySpan<FieldSpecifier> Fields => Plan.Fields;

    public long FirstReceivedUnixMilliseconds => Volatile.Read(ref _firstReceivedUnixMilliseconds);

    public long LastReceivedUnixMilliseconds => Volatile.Read(ref _lastReceivedUnixMilliseconds);

    /// <summary>Records decoded with this Template.</summary>
    public long DataRecords => Volatile.Read(ref _dataRecords);

    public long LastUsedUnixMilliseconds => Volatile.Read(ref _lastUsedUnixMilliseconds);

    /// <summary>The longest time between two of its statements; 0 when it was stated only once.</summary>
    public long LongestPauseMilliseconds => Volatile.Read(ref _longestPauseMilliseconds);

    /// <summary>Other layouts that are stated under its key; null nearly always.</summary>
    public TemplateContest? Contest
    {
        get => Volatile.Read(ref _contest);
        set => Volatile.Write(ref _contest, value);
    }

    /// <summary>Set while what stands was redefined by a record that cannot be used; null nearly always.</summary>
    public TemplateDoubt? Doubt
    {
        get => Volatile.Read(ref _doubt);
        set => Volatile.Write(ref _doubt, value);
    }

    /// <summary>True when a Data Set cannot be read by it without asking further.</summary>
    public bool IsInQuestion => Contest is not null || Doubt is not null;

    /// <summary>When data last refuted a doubt of it; long ago before.</summary>
    public long RefutedUnixMilliseconds
    {
        get => Volatile.Read(ref _refutedUnixMilliseconds);
        set => Volatile.Write(ref _refutedUnixMilliseconds, value);
    }

    /// <summary>True once it was replaced, withdrawn or forgotten: whoever cached it must look it up again.</summary>
    public bool IsForgotten => Volatile.Read(ref _isForgotten);

    /// <summary>True when another Template lays its records out in the same way.</summary>
    public bool HasSameLayoutAs(Template other) =>
        IsOptions == other.IsOptions && (ReferenceEquals(Plan, other.Plan) || Fields.SequenceEqual(other.Fields));

    /// <summary>The same Template for another session, which has not stated it.</summary>
    public Template ForOtherSession() => new(this) { _isBorrowed = true };

    /// <summary>The same Template, to be held beside the one that takes its place.</summary>
    public Template Copy() => new(this);

    /// <summary>True as long as only other sessions stated it: what its own session states takes its place at once.</summary>
    public bool IsBorrowed => Volatile.Read(ref _isBorrowed);

    /// <summary>The exporter repeated the Template unchanged.</summary>
    public void Refresh(long receivedUnixMilliseconds)
    {
        if (_isBorrowed) Volatile.Write(ref _isBorrowed, false);
        var pause = receivedUnixMilliseconds - LastReceivedUnixMilliseconds;
        if (pause > LongestPauseMilliseconds) Volatile.Write(ref _longestPauseMilliseconds, pause);
        Volatile.Write(ref _lastReceivedUnixMilliseconds, receivedUnixMilliseconds);
        Contest?.NoteStatement(this, receivedUnixMilliseconds);
    }

    /// <summary>The clock was set. A Message that refreshes it at the same moment may be passed over: the next one does it again.</summary>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        Volatile.Write(ref _firstReceivedUnixMilliseconds, step.Move(_firstReceivedUnixMilliseconds, nowUnixMilliseconds));
        Volatile.Write(ref _lastReceivedUnixMilliseconds, step.Move(LastReceivedUnixMilliseconds, nowUnixMilliseconds));
        Volatile.Write(ref _lastUsedUnixMilliseconds, step.Move(LastUsedUnixMilliseconds, nowUnixMilliseconds));
        RefutedUnixMilliseconds = step.Move(RefutedUnixMilliseconds, nowUnixMilliseconds);
    }

    /// <summary>Goes on where a former process stopped.</summary>
    public void Restore(long lastReceivedUnixMilliseconds, long longestPauseMilliseconds)
    {
        Volatile.Write(ref _lastReceivedUnixMilliseconds, lastReceivedUnixMilliseconds);
        Volatile.Write(ref _longestPauseMilliseconds, longestPauseMilliseconds);
    }

    public void Forget() => Volatile.Write(ref _isForgotten, true);

    public void CountRecords(int count, long arrivalUnixMilliseconds)
    {
        Interlocked.Add(ref _dataRecords, count);
        Volatile.Write(ref _lastUsedUnixMilliseconds, arrivalUnixMilliseconds);
    }
}
