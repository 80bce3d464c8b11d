using Microsoft.Win32.SafeHandles;
using RpcCollector.Files;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.ZeekLogs;

/// <summary>One growing file of a log, whatever it is called by now: reads its new lines.</summary>
internal sealed class LogFile : IDisposable
{
    private const int SearchedForLineEnd = 1 << 16;

    private readonly SafeFileHandle _file;
    private readonly SensorLog _log;
    private readonly LineBuffer _lines = new();
    private long _next;

    private LogFile(SafeFileHandle file, SensorLog log)
    {
        (_file, _log) = (file, log);
        Head = LogHead.Of(file).Octets;
    }

    /// <summary>How it begins, as far as that was seen.</summary>
    public byte[] Head { get; private set; }

    /// <summary>True when there were many lines and none of them was a record.</summary>
    public bool IsUnreadable => _log.IsUnreadable;

    /// <summary>Octets of the whole lines taken.</summary>
    public long Taken => _lines.Taken;

    /// <exception cref="IOException">The file cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public static LogFile Open(string path, SensorLog log) =>
        new(RegularFile.OpenHandle(path), log);

    /// <summary>Goes on where an earlier process stopped; false when this is another file.</summary>
    public bool TryResume(LogPosition position)
    {
        var now = LogHead.Of(_file);
        if (!now.BeginsLike(position.Head) || position.Head.Length == 0 || now.Length < position.Octets) return false;
        StartAt(position.Octets);
        return true;
    }

    /// <summary>Skips what is there, except for a last line that is not complete yet.</summary>
    public void SkipToEnd()
    {
        var length = RandomAccess.GetLength(_file);
        var tail = new byte[Math.Min(length, SearchedForLineEnd)];
        var read = RandomAccess.Read(_file, tail, length - tail.Length);
        StartAt(length - tail.Length + tail.AsSpan(0, read).LastIndexOf((byte)'\n') + 1);
    }

    /// <summary>Reads what fits into the buffer.</summary>
    /// <returns>False when nothing new has come, or the file is not what it was.</returns>
    public bool Read(ZeekDecoder decoder, ZeekSensor sensor, long arrivalUnixMilliseconds)
    {
        // A file that was truncated and rewritten has something else at the place where the next line was expected.
        var own = LogHead.Of(_file);
        if (WasCut(own)) return false;
        Head = own.Octets;
        var count = RandomAccess.Read(_file, _lines.Room(), _next);
        if (count == 0) return false;
        _next += count;
        _lines.Add(count);
        while (_lines.TryTake(out var line, out var isTooLong)) Take(line, isTooLong, decoder, sensor, arrivalUnixMilliseconds);
        return true;
    }

    /// <summary>Takes the last line although no line end follows: nothing more is written to this file.</summary>
    public void ReadRest(ZeekDecoder decoder, ZeekSensor sensor, long arrivalUnixMilliseconds)
    {
        if (_lines.TryTakeRest(out var line, out var isTooLong)) Take(line, isTooLong, decoder, sensor, arrivalUnixMilliseconds);
    }

    /// <summary>True when another file has the name by now, or this one was truncated and started over.</summary>
    /// <param name="named">How the file of that name begins, seen before this call.</param>
    public bool IsOtherThan(LogHead named)
    {
        // Looked at later, the same file can only have grown: it begins as it did and is no shorter.
        var own = LogHead.Of(_file);
        return !own.BeginsLike(named.Octets) || own.Length < named.Length || WasCut(own);
    }

    public void Dispose() => _file.Dispose();

    private bool WasCut(LogHead own) => own.Length < _next || !own.BeginsLike(Head);

    private void StartAt(long position)
    {
        ReadHeader(position);
        _next = position;
        _lines.Reset(position);
    }

    /// <summary>The columns are named at the beginning of the file only.</summary>
    private void ReadHeader(long end)
    {
        var header = new LineBuffer();
        for (long next = 0; next < end;)
        {
            var count = RandomAccess.Read(_file, header.Room(), next);
            if (count == 0) return;
            next += count;
            header.Add(count);
            while (header.TryTake(out var line, out var isTooLong))
            {
                if (isTooLong || !_log.Zeek.TryReadHeader(line)) return;
            }
        }
    }

    private void Take(ReadOnlySpan<byte> line, bool isTooLong, ZeekDecoder decoder, ZeekSensor sensor, long arrivalUnixMilliseconds)
    {
        if (isTooLong)
        {
            _log.RejectLongLine();
        }
        else if (decoder.TryDecode(line, _log, sensor, out var entry))
        {
            entry.ArrivalUnixMilliseconds = arrivalUnixMilliseconds;
            decoder.Deliver(ref entry);
        }
    }
}
