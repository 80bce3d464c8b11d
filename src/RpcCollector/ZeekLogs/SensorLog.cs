using RpcCollector.Flows;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.ZeekLogs;

/// <summary>What reads the lines of one file: whether Zeek or Suricata wrote it, each line shows.</summary>
/// <param name="path">The name under which the file was written.</param>
internal sealed class SensorLog(string path, HopCounters counters)
{
    private bool _isSuricata;

    public ZeekLog Zeek { get; } = new(ZeekLogKinds.OfFile(path), counters);

    public EveLog Suricata { get; } = new(counters);

    /// <summary>Reads a line as an event of Suricata's.</summary>
    /// <returns><see cref="EveEventKind.None"/> when it is none; it has not been counted then.</returns>
    public EveEventKind ReadEvent(ReadOnlySpan<byte> line)
    {
        if (!EveLog.MayBeEvent(line)) return EveEventKind.None;
        var kind = Suricata.Read(line);
        _isSuricata = kind != EveEventKind.None;
        return kind;
    }

    /// <summary>Counts a line of more than <see cref="ZeekLog.MaxLineLength"/>: of the sensor that wrote the line before.</summary>
    public void RejectLongLine()
    {
        if (_isSuricata) Suricata.RejectLongLine();
        else Zeek.RejectLongLine();
    }
}
