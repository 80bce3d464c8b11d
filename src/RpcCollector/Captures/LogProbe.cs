using RpcCollector.Flows;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Captures;

/// <summary>
/// Looks at how a file begins: whether it is a log of Zeek or Suricata that is read. Why not, <see cref="ForeignFile"/> says.
/// </summary>
internal static class LogProbe
{
    private const int ProbedOctets = 4_096;
    private const int ProbedLines = 64;
    private const int FewestColumns = 8;

    /// <param name="source">The file, of which nothing is read.</param>
    /// <param name="path">The same file: its name may tell which log it is.</param>
    public static bool IsLog(ByteSource source, string path)
    {
        var beginning = source.PeekUpTo(ProbedOctets);
        if (beginning.StartsWith((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF])) beginning = beginning[3..];
        beginning = beginning.TrimStart(" \t\r\n"u8);
        var byName = ZeekLogKinds.OfFile(path);
        return beginning switch
        {
            [(byte)'{', ..] => IsLogOfObjects(path, byName),
            [(byte)'#', ..] => IsLogOfColumns(path, byName),
            _ => IsLogWithoutBeginning(beginning, path, byName),
        };
    }

    /// <summary>A log that is read by its name counts as one even where its first lines are of no use: they are counted as such.</summary>
    private static bool IsLogOfObjects(string path, ZeekLogKind byName)
    {
        var seen = Read(path, byName);
        return seen.IsOfUse || (!seen.HasSeveralObjects && byName is not (ZeekLogKind.Other or ZeekLogKind.Unknown));
    }

    private static bool IsLogOfColumns(string path, ZeekLogKind byName)
    {
        if (byName == ZeekLogKind.Other) return false;
        var seen = Read(path, byName);
        return seen.IsOfUse || (seen.HasHeader && byName != ZeekLogKind.Unknown);
    }

    /// <summary>Columns whose header stands further down.</summary>
    private static bool IsLogWithoutBeginning(ReadOnlySpan<byte> beginning, string path, ZeekLogKind byName)
    {
        var end = beginning.IndexOf((byte)'\n');
        var first = end < 0 ? beginning : beginning[..end];
        return byName is not (ZeekLogKind.Unknown or ZeekLogKind.Other) && first.Count((byte)'\t') >= FewestColumns - 1
            && Read(path, byName).IsOfUse;
    }

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
            HasSeveralObjects |= !IsOfUse && ForeignFile.IsSeveralObjects(line);
            return IsOfUse;
        }
    }
}
