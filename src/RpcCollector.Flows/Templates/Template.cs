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
    private bool _isForgotten;

    public Template(ushort id, bool isOptions, RecordPlan plan, long receivedUnixMilliseconds)
    {
        (Id, IsOptions, Plan) = (id, isOptions, plan);
        _firstReceivedUnixMilliseconds = receivedUnixMilliseconds;
        _lastReceivedUnixMilliseconds = receivedUnixMilliseconds;
    }

    private Template(Template other)
    {
        (Id, IsOptions, Plan, EndsWithSession, Layout) = (other.Id, other.IsOptions, other.Plan, other.EndsWithSession, other.Layout);
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

    /// <summary>True once it was replaced, withdrawn or forgotten: whoever cached it must look it up again.</summary>
    public bool IsForgotten => Volatile.Read(ref _isForgotten);

    /// <summary>True when another Template lays its records out in the same way.</summary>
    public bool HasSameLayoutAs(Template other) =>
        IsOptions == other.IsOptions && (ReferenceEquals(Plan, other.Plan) || Fields.SequenceEqual(other.Fields));

    /// <summary>The same Template for another session.</summary>
    public Template ForOtherSession() => new(this);

    /// <summary>The exporter repeated the Template unchanged.</summary>
    public void Refresh(long receivedUnixMilliseconds) => Volatile.Write(ref _lastReceivedUnixMilliseconds, receivedUnixMilliseconds);

    /// <summary>The clock was set. A Message that refreshes it at the same moment may be passed over: the next one does it again.</summary>
    public void MoveArrivals(ClockStep step, long nowUnixMilliseconds)
    {
        Volatile.Write(ref _firstReceivedUnixMilliseconds, step.Move(_firstReceivedUnixMilliseconds, nowUnixMilliseconds));
        Volatile.Write(ref _lastReceivedUnixMilliseconds, step.Move(LastReceivedUnixMilliseconds, nowUnixMilliseconds));
        Volatile.Write(ref _lastUsedUnixMilliseconds, step.Move(LastUsedUnixMilliseconds, nowUnixMilliseconds));
    }

    public void Forget() => Volatile.Write(ref _isForgotten, true);

    public void CountRecords(int count, long arrivalUnixMilliseconds)
    {
        Interlocked.Add(ref _dataRecords, count);
        Volatile.Write(ref _lastUsedUnixMilliseconds, arrivalUnixMilliseconds);
    }
}
