using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Wire;

/// <summary>
/// Reads messages for the judge, change by change, and gives their exporters the numbers of this process. One thread reads; nothing is
/// allocated for activities and contacts once the tables have grown.
/// </summary>
/// <remarks>A message is used whole or not at all: what is wrong with it is found before anything is taken from it.</remarks>
public sealed class ActMessageReader(ExporterDirectory exporters)
{
    private readonly ReadAddresses _exporters = new(exporters);
    private readonly WireNames _names = new();
    private ReadOnlyMemory<byte> _rest;
    private int _numExporters;
    private uint _kinds;

    public WireCounts Counts { get; } = new();

    /// <summary>What was read last; none before the first and after the last change.</summary>
    public ActChangeKind Kind { get; private set; }

    /// <summary>When an operation or a lease arrived at its sensor, in Unix milliseconds.</summary>
    public long ArrivalUnixMilliseconds { get; private set; }

    /// <summary>When that is what was read.</summary>
    public ActivityChange Activity { get; private set; }

    /// <summary>When that is what was read.</summary>
    public ContactChange Contact { get; private set; }

    /// <summary>When that is what was read.</summary>
    public RpcOperation Operation { get; private set; }

    /// <summary>When that is what was read.</summary>
    public AddressLease Lease { get; private set; }

    /// <summary>When that is what was read.</summary>
    public Verdict? Verdict { get; private set; }

    /// <summary>When that is what was read.</summary>
    public ToldRole? ToldRole { get; private set; }

    /// <summary>When a deed was read.</summary>
    public string? Topic { get; private set; }

    /// <summary>When a deed was read; part of the message.</summary>
    public ReadOnlyMemory<byte> Content { get; private set; }

    /// <summary>Reads what led to the changes, and counts nothing: whoever has taken them already need not read them.</summary>
    public WireRejection ReadHeader(ReadOnlySpan<byte> message, out ActHeader header)
    {
        header = default;
        if (ActMessageParts.Find(message, out var parts) is not WireRejection.None and var reason) return reason;
        header = parts.HeaderOf(_names);
        return WireRejection.None;
    }

    /// <summary>Begins a message, whose octets must not change until its last change is read; false when it is rejected.</summary>
    public bool TryRead(ReadOnlyMemory<byte> message, out ActHeader header)
    {
        (header, _rest, Kind, _kinds) = (default, default, ActChangeKind.None, 0);
        var reason = ActMessageParts.Find(message.Span, out var parts);
        if (reason == WireRejection.None) reason = parts.Check(out _kinds);
        if (!Counts.Count(reason)) return false;
        header = parts.HeaderOf(_names);
        _exporters.Read(parts.Exporters, Counts);
        _numExporters = parts.Exporters.Length / WireForm.AddressOctets;
        _rest = message.Slice(WireForm.HeaderOctets, parts.Changes.Length);
        return true;
    }

    /// <summary>True when the message that was begun holds changes of these kinds, or none.</summary>
    public bool HoldsOnly(params ReadOnlySpan<ActChangeKind> kinds)
    {
        var others = _kinds;
        foreach (var kind in kinds) others &= ~ActMessageParts.BitOf(kind);
        return others == 0;
    }

    /// <summary>Reads the next change; false at the end.</summary>
    public bool Read()
    {
        Kind = ActChangeKind.None;
        var rest = _rest.Span;
        if (rest.IsEmpty || ActMessageParts.TakeChange(ref rest, out var kind, out var body) != WireRejection.None) return false;
        var end = _rest.Length - rest.Length;
        var from = new ActFields(body, isChecking: false);
        switch (kind)
        {
            case ActChangeKind.Activity or ActChangeKind.Contact:
                ReadFact(ref from, isContact: kind == ActChangeKind.Contact);
                break;
            case ActChangeKind.Operation:
                Operation = ActChange.ReadOperation(ref from, out var called);
                ArrivalUnixMilliseconds = called;
                break;
            case ActChangeKind.Lease:
                Lease = ActChange.ReadLease(ref from, out var leased);
                ArrivalUnixMilliseconds = leased;
                break;
            case ActChangeKind.Verdict:
                Verdict = ActChange.ReadVerdict(ref from);
                break;
            case ActChangeKind.ToldRole:
                ToldRole = ActChange.ReadToldRole(ref from);
                break;
            default:
                Topic = ActChange.ReadDeed(ref from, out var content);
                Content = _rest[(end - content.Length)..end];
                break;
        }

        (_rest, Kind) = (_rest[end..], kind);
        return true;
    }

    private void ReadFact(ref ActFields from, bool isContact)
    {
        Span<ushort> seenBy = stackalloc ushort[ExporterSet.Capacity];
        var count = ActFact.Read(ref from, isContact, _numExporters, seenBy, out var step, out var fact);
        var set = default(ExporterSet);
        foreach (var index in seenBy[..count]) set.Add(_exporters.Ids[index], exporters);
        fact = fact with { Exporters = set };
        if (isContact) Contact = new ContactChange(step, ActFact.ContactOf(fact));
        else Activity = new ActivityChange(step, fact);
    }
}
