using RpcCollector.Flows.Elements;

namespace RpcCollector.Flows.Templates;

/// <summary>The field list under a Template ID, with the plan that reads its records; immutable but for its use count.</summary>
internal sealed class Template
{
    private readonly FieldSpecifier[] _fields;
    private long _dataRecords;
    private long _lastReceivedUnixMilliseconds;

    public Template(ushort id, bool isOptions, FieldSpecifier[] fields, long receivedUnixMilliseconds)
    {
        Id = id;
        IsOptions = isOptions;
        _fields = fields;
        Plan = new RecordPlan(fields);
        FirstReceivedUnixMilliseconds = receivedUnixMilliseconds;
        _lastReceivedUnixMilliseconds = receivedUnixMilliseconds;
    }

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

    public void CountRecords(int count) => Interlocked.Add(ref _dataRecords, count);
}
