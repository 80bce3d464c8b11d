using RpcCollector.Flows.Elements;

namespace RpcCollector.Flows.Templates;

/// <summary>The field list under a Template ID, with the plan that reads its records; immutable but for its use count.</summary>
internal sealed class Template
{
    private readonly FieldSpecifier[] _fields;
    private long _dataRecords;
    private long _lastReceivedUnixMilliseconds;
    private long _lastUsedUnixMilliseconds;

    public Template(ushort id, bool isOptions, FieldSpecifier[] fields, long receivedUnixMilliseconds)
    {
        Id = id;
        IsOptions = isOptions;
        _fields = fields;
        Plan = new RecordPlan(fields);
        FirstReceivedUnixMilliseconds = receivedUnixMilliseconds;
        _lastReceivedUnixMilliseconds = receivedUnixMilliseconds;
    }

    /// <summary>True when it came over a connection, and is over when that ends (RFC 7011, 8.1): it is not kept for the next process.</summary>
    public bool EndsWithSession { get; init; }

    public ushort Id { get; }

    /// <summary>True for an Options Template: its records describe the exporter, not flows.</summary>
    public bool IsOptions { get; }

    public RecordPlan Plan { get; }

    public ReadOnlySpan<FieldSpecifier> Fields => _fields;

    public long FirstReceivedUnixMilliseconds { get; }

    public long LastReceivedUnixMilliseconds => Volatile.Read(ref _lastReceivedUnixMilliseconds);

    /// <summary>Records decoded with this Template.</summary>
    public long DataRecords => Volatile.Read(ref _dataRecords);

    /// <summary>True when another Template lays its records out in the same way.</summary>
    public bool HasSameLayoutAs(Template other) => IsOptions == other.IsOptions && _fields.AsSpan().SequenceEqual(other._fields);

    /// <summary>The exporter repeated the Template unchanged.</summary>
    public void Refresh(long receivedUnixMilliseconds) => Volatile.Write(ref _lastReceivedUnixMilliseconds, receivedUnixMilliseconds);

    public long LastUsedUnixMilliseconds => Volatile.Read(ref _lastUsedUnixMilliseconds);

    public void CountRecords(int count, long arrivalUnixMilliseconds)
    {
        Interlocked.Add(ref _dataRecords, count);
        Volatile.Write(ref _lastUsedUnixMilliseconds, arrivalUnixMilliseconds);
    }
}
