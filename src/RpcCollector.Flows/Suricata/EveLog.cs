using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Suricata;

/// <summary>
/// Reads the lines of Suricata's eve.json; each counts as received and, here or by the reader of its kind, as used or rejected.
/// </summary>
public sealed class EveLog(HopCounters counters)
{
    /// <summary>The event read last.</summary>
    public EveEvent Event { get; } = new();

    /// <summary>True for a line that may be an event: any other is passed over at the cost of one search.</summary>
    public static bool MayBeEvent(ReadOnlySpan<byte> octets) => octets.IndexOf("\"event_type\""u8) >= 0;

    /// <summary>True for a line that is an event of Suricata's, of whatever kind; nothing is counted.</summary>
    public bool IsEvent(ReadOnlySpan<byte> octets)
    {
        Event.Clear();
        return EveJson.Read(ZeekLog.Trim(octets), Event) is not (null or EveEventKind.None)
            && (Event.Has(EveField.Timestamp) || Event.Has(EveField.Destination));
    }

    /// <summary>Reads a line without its end.</summary>
    /// <returns>
    /// What it is about: <see cref="EveEventKind.Unused"/> when the line is not used, and the reason is counted;
    /// <see cref="EveEventKind.None"/> when it is no event of Suricata's, and not counted.
    /// </returns>
    public EveEventKind Read(ReadOnlySpan<byte> octets)
    {
        Event.Clear();
        var kind = EveJson.Read(ZeekLog.Trim(octets), Event);
        if (kind == EveEventKind.None) return EveEventKind.None;
        counters.Receive(Hop.SuricataLine);
        if (kind is null) return Reject(Rejection.MalformedLine);
        return kind == EveEventKind.Unused ? Reject(Rejection.OtherLog) : kind.Value;
    }

    /// <summary>Counts a line of more than <see cref="ZeekLog.MaxLineLength"/>.</summary>
    public void RejectLongLine()
    {
        counters.Receive(Hop.SuricataLine);
        Reject(Rejection.LineTooLong);
    }

    private EveEventKind Reject(Rejection reason)
    {
        counters.Reject(Hop.SuricataLine, reason);
        return EveEventKind.Unused;
    }
}
