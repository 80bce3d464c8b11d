using System.Text.Json;
using RpcCollector.Flows;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Captures;

/// <summary>
/// Looks at how a file begins: whether it is a log of Zeek or Suricata that is read, and if it only looks like one, why not.
/// </summary>
internal static class LogProbe
{
    private const int ProbedOctets = 4_096;
    private const int ProbedLines = 64;
    private const int FewestColumns = 8;

    /// <param name="source">The file, of which nothing is read.</param>
    /// <param name="path">The same file: its name may tell which log it is.</param>
    public static LogObstacle Of(ByteSource source, string path)
    {
        var beginning = source.PeekUpTo(ProbedOctets);
        switch (beginning)
        {
            case [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', 0x31, 0x41, 0x59, 0x26, 0x53, 0x59, ..]:
                return LogObstacle.Bzip2;
            case [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..]:
                return LogObstacle.Xz;
            case [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..]:
                return LogObstacle.Utf16;
        }

        if (beginning.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) beginning = beginning[3..];
        beginning = beginning.TrimStart(" \t\r\n"u8);
        return beginning switch
        {
            [(byte)'{', ..] => OfObjects(beginning, path),
            [(byte)'#', ..] => OfColumns(path),
            [(byte)'[', ..] => LooksLikeLog(beginning) ? LogObstacle.JsonArray : LogObstacle.NotALog,
            _ => OfOtherText(beginning, path),
        };
    }

    private static LogObstacle OfObjects(ReadOnlySpan<byte> beginning, string path)
    {
        var byName = ZeekLogKinds.OfFile(path);
        var seen = Read(path, byName);
        if (seen.IsOfUse) return LogObstacle.None;
        if (byName == ZeekLogKind.Other) return LogObstacle.OtherLog;
        if (seen.HasSeveralObjects && LooksLikeLog(beginning)) return LogObstacle.SeveralObjects;
        return byName != ZeekLogKind.Unknown ? LogObstacle.None : LogObstacle.NotALog;
    }

    private static LogObstacle OfColumns(string path)
    {
        var byName = ZeekLogKinds.OfFile(path);
        if (byName == ZeekLogKind.Other) return LogObstacle.OtherLog;
        var seen = Read(path, byName);
        if (seen.IsOfUse) return LogObstacle.None;
        if (!seen.HasHeader) return LogObstacle.NotALog;
        return byName != ZeekLogKind.Unknown ? LogObstacle.None : LogObstacle.OtherLog;
    }

    /// <summary>
    /// Text of another kind: columns whose header stands further down, or nowhere, and objects behind what syslog writes.
    /// </summary>
    private static LogObstacle OfOtherText(ReadOnlySpan<byte> beginning, string path)
    {
        var end = beginning.IndexOf((byte)'\n');
        var first = end < 0 ? beginning : beginning[..end];
        if (first.Contains((byte)'{') && LooksLikeLog(first)) return LogObstacle.TextBeforeObject;
        var byName = ZeekLogKinds.OfFile(path);
        if (byName is ZeekLogKind.Unknown or ZeekLogKind.Other || first.Count((byte)'\t') < FewestColumns - 1) return LogObstacle.NotALog;
        return Read(path, byName).IsOfUse ? LogObstacle.None : LogObstacle.NoHeader;
    }

    /// <summary>True when there are names in it that only records of Zeek and Suricata have.</summary>
    private static bool LooksLikeLog(ReadOnlySpan<byte> text) =>
        text.IndexOf("\"id.orig_h\""u8) >= 0 || text.IndexOf("\"id_orig_h\""u8) >= 0 || text.IndexOf("\"orig_h\""u8) >= 0
            || EveLog.MayBeEvent(text);

    /// <summary>Reads the first lines, of which none is counted.</summary>
    private static Seen Read(string path, ZeekLogKind byName)
    {
        using var source = new ByteSource(path);
        var (log, events, lines) = (new ZeekLog(byName, new HopCounters()), new EveLog(new HopCounters()), new LineBuffer());
        var seen = new Seen();
        for (var read = 0; read < ProbedLines && lines.Taken <= ZeekLog.MaxLineLength;)
        {
            if (!lines.TryTake(out var line, out _))
            {
                var length = source.ReadSome(lines.Room());
                lines.Add(length);
                if (length > 0) continue;
                if (lines.TryTakeRest(out line, out _)) seen.Take(line, log, events);
                break;
            }

            read++;
            if (seen.Take(line, log, events)) break;
        }

        return seen;
    }

    private struct Seen
    {
        public bool IsOfUse;
        public bool HasHeader;
        public bool HasSeveralObjects;

        /// <returns>True when the line is of use, and nothing more has to be seen.</returns>
        public bool Take(ReadOnlySpan<byte> line, ZeekLog log, EveLog events)
        {
            IsOfUse = (EveLog.MayBeEvent(line) && events.IsEvent(line)) || log.Read(line) != ZeekLogKind.Unknown;
            HasHeader |= log.HasHeader;
            HasSeveralObjects |= !IsOfUse && IsSeveralObjects(line);
            return IsOfUse;
        }
    }

    private static bool IsSeveralObjects(ReadOnlySpan<byte> line)
    {
        line = line.Trim(" \t\r"u8);
        if (line is not [(byte)'{', ..]) return false;
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, default);
            if (!reader.Read() || !reader.TrySkip() || reader.TokenType != JsonTokenType.EndObject) return false;
            return line[(int)reader.BytesConsumed..].TrimStart(" \t,"u8) is [(byte)'{', ..];
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
