using RpcCollector.Flows;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.ZeekLogs;

/// <summary>What reads the lines of one file: whether Zeek or Suricata wrote it, each line shows.</summary>
/// <param name="path">The name under which the file was written.</param>
internal sealed class SensorLog(string path, HopCounters counters)
{
    /// <summary>After how many lines without a single one that is read a file is called unreadable.</summary>
    public const int FirstLines = 64;

    private bool _isSuricata;
    private bool _hasReadable;
    private int _numUnreadable;

    /// <summary>True when there were many lines and none of them was a record.</summary>
    public bool IsUnreadable => !_hasReadable && _numUnreadable >= FirstLines;

    public ZeekLog Zeek { get; } = new(ZeekLogKinds.OfFile(path), counters);

    public EveLog Suricata { get; } = new(counters);

    /// <summary>Reads a line as an event of Suricata's.</summary>
    /// <returns><see cref="EveEventKind.None"/> when it is none; it has not been counted then.</returns>
    public EveEventKind ReadEvent(ReadOnlySpan<byte> line)
    {
        if (!EveLog.MayBeEvent(line)) return EveEventKind.None;
        var kind = Suricata.Read(line);
        _isSuricata = kind != EveEventKind.None;
        _hasReadable |= _isSuricata;
        return kind;
    }

    /// <summary>Reads a line that is no event of Suricata's.</summary>
    public ZeekLogKind ReadZeek(ReadOnlySpan<byte> line)
    {
        if (Zeek.TryReadHeader(line)) return ZeekLogKind.Unknown;
        var kind = Zeek.Read(line);
        if (kind != ZeekLogKind.Unknown) _hasReadable = true;
        else if (!_hasReadable) _numUnreadable++;
        return kind;
    }

    /// <summary>Counts a line of more than <see cref="ZeekLog.MaxLineLength"/>: of the sensor that wrote the line before.</summary>
    public void RejectLongLine()
    {
        if (_isSuricata) Suricata.RejectLongLine();
        else Zeek.RejectLongLine();
    }
}
