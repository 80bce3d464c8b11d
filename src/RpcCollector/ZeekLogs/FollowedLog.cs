using RpcCollector.Files;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.ZeekLogs;

/// <summary>
/// Follows a log by its name, as tail -F does: through rotation (renamed or cut), while it is missing, and over restarts of the
/// collector.
/// </summary>
internal sealed class FollowedLog(string folder, string name, ZeekSensor sensor, ZeekDecoder decoder, LogPosition? saved) : IDisposable
{
    private const string Current = "current";

    private readonly string _byName = System.IO.Path.Combine(folder, name);
    private readonly string _inCurrent = System.IO.Path.Combine(folder, Current, name);
    private LogPosition? _resume = saved;
    private LogFile? _file;
    private bool _hasBegun;

    /// <summary>The name under which it is followed: in current/ when the folder has one, as zeekctl's logs folder does.</summary>
    public string Path => Directory.Exists(System.IO.Path.GetDirectoryName(_inCurrent)) ? _inCurrent : _byName;

    /// <summary>True while it is followed and none of its first lines was a record.</summary>
    public bool IsUnreadable => _file is { IsUnreadable: true };

    /// <summary>How far it has been read; for a log that does not exist yet, its beginning. Null before anything is known.</summary>
    public LogPosition? Position => _hasBegun ? new LogPosition(_byName, _file?.Head ?? [], _file?.Taken ?? 0) : _resume;

    /// <summary>Reads some of what has come.</summary>
    /// <returns>False when there was nothing.</returns>
    /// <exception cref="IOException">The file cannot be read; it is tried again at the next call.</exception>
    /// <exception cref="UnauthorizedAccessException">The same.</exception>
    public bool Read(long arrivalUnixMilliseconds)
    {
        try
        {
            if (!_hasBegun) Begin();
            _file ??= TryOpen(Path);
            if (_file is null) return false;
            return _file.Read(decoder, sensor, arrivalUnixMilliseconds) || GoOn(_file, arrivalUnixMilliseconds);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Its beginning identifies it, so that reading can resume in the same file.
            (_resume, _hasBegun) = (Position, false);
            Close();
            throw;
        }
    }

    public void Dispose() => Close();

    /// <summary>
    /// Resumes where an earlier process stopped, in the file that had the name then; a log that was never read is followed from its end.
    /// </summary>
    private void Begin()
    {
        var file = TryOpen(Path);
        if (_resume is null) file?.SkipToEnd();
        else if (file is null || !file.TryResume(_resume)) file = Replace(file, FindRotated(_resume) ?? TryOpen(Path));
        (_file, _hasBegun) = (file, true);
    }

    /// <summary>
    /// At the end of the file: when another file has its name by now, reads the old one to its last line and goes on with the new one.
    /// </summary>
    private bool GoOn(LogFile file, long arrivalUnixMilliseconds)
    {
        if (HeadOf(Path) is not { } named || !file.IsOtherThan(named)) return false;

        // What was written between the last reading and the rotation, some of it at a time.
        if (file.Read(decoder, sensor, arrivalUnixMilliseconds)) return true;
        file.ReadRest(decoder, sensor, arrivalUnixMilliseconds);
        Close();
        _file = TryOpen(Path);
        return _file is not null;
    }

    /// <summary>
    /// The file under the name that rotation gave it: conn.2020-05-01-07-00-00.log, conn.log.1, eve.json-20200501; compressed ones are
    /// not looked into.
    /// </summary>
    private LogFile? FindRotated(LogPosition position)
    {
        var inFolder = System.IO.Path.GetDirectoryName(Path)!;
        if (!Directory.Exists(inFolder)) return null;
        foreach (var path in Directory.EnumerateFiles(inFolder, System.IO.Path.GetFileNameWithoutExtension(name) + "*")
            .Order(StringComparer.Ordinal))
        {
            if (path.EndsWith(".gz", StringComparison.Ordinal) || RegularFile.IsOther(path)) continue;
            var file = TryOpen(path);
            if (file is not null && file.TryResume(position)) return file;
            file?.Dispose();
        }

        return null;
    }

    private LogFile? TryOpen(string path)
    {
        try
        {
            return LogFile.Open(path, new SensorLog(_byName, decoder.Counters));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static LogHead? HeadOf(string path)
    {
        try
        {
            using var file = RegularFile.OpenHandle(path);
            return LogHead.Of(file);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private static LogFile? Replace(LogFile? old, LogFile? file)
    {
        old?.Dispose();
        return file;
    }

    private void Close()
    {
        _file?.Dispose();
        _file = null;
    }
}
