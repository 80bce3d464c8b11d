using System.Globalization;
using System.Text.Json;
using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>Appends one line a message to a file, which is renamed when it is large; what it has told is on the disk.</summary>
/// <remarks>
/// It is opened for each batch, so that who renames it meanwhile, as logrotate does, gets no line too many. A crash may leave half a line
/// at the end: that is cut off, and told again. What the last line tells is not told twice.
/// </remarks>
internal sealed class FileSender : ISinkSender
{
    // A line is a few KiB: what has no line end for so long is nobody's half a line.
    private const int MostTail = 1 << 20;
    private const UnixFileMode Mode = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead;

    private readonly SinkOptions _options;
    private readonly SinkTexts _texts;
    private readonly string _path;
    private bool _hasLooked;

    /// <exception cref="StartupException">It can never be written as things are.</exception>
    public FileSender(SinkOptions options, SinkFiles files, SinkTexts texts)
    {
        (_options, _texts, _path) = (options, texts, Path.GetFullPath(options.File));
        if (Problem() is { } problem) throw files.Refuse(nameof(options.File), problem);
    }

    public string Target => _path;

    public int MaxBatch => 256;

    public bool Tells(SinkMessage message) => true;

    public Task<SinkOutcome> SendAsync(IReadOnlyList<SinkMessage> messages, CancellationToken stopping)
    {
        try
        {
            if (Problem() is { } problem) return Task.FromResult(SinkOutcome.Failed(problem));
            Write(messages);
            return Task.FromResult(new SinkOutcome(messages.Count));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Some of it may be there: looked at before it is written again.
            _hasLooked = false;
            return Task.FromResult(SinkOutcome.Failed(e.Message));
        }
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private string? Problem()
    {
        if (!Directory.Exists(Path.GetDirectoryName(_path))) return $"the folder of '{_path}' is not there";
        if (new FileInfo(_path).LinkTarget is not null) return $"'{_path}' is a link: name the file itself";
        return Directory.Exists(_path) || RegularFile.IsOther(_path) ? $"'{_path}' is not a regular file" : null;
    }

    private void Write(IReadOnlyList<SinkMessage> messages)
    {
        var file = Open();
        try
        {
            Mend(file);

            // Of what a process before has told, the place in the journal may not have been kept.
            var last = _hasLooked ? null : LastKey(file) ?? LastKeyOf(Renamed(1));
            var known = last is null ? -1 : LastIndex(messages, last);
            _hasLooked = true;
            for (var i = known + 1; i < messages.Count; i++)
            {
                byte[] line = [.. _texts.Ecs(messages[i]), (byte)'\n'];
                if (file.Length > 0 && file.Length + line.Length > _options.MaxBytes) file = Rotated(file);
                file.Write(line);
            }

            file.Flush(flushToDisk: true);
        }
        finally
        {
            file.Dispose();
        }
    }

    private static int LastIndex(IReadOnlyList<SinkMessage> messages, string key)
    {
        for (var i = messages.Count - 1; i >= 0; i--)
        {
            if (messages[i].Key.Equals(key, StringComparison.Ordinal)) return i;
        }

        return -1;
    }

    // Whoever else writes to it, such as a test by the command line, waits for its turn.
    private FileStream Open()
    {
        var options = new FileStreamOptions
        {
            Mode = FileMode.OpenOrCreate,
            Access = FileAccess.ReadWrite,
            Share = FileShare.Read | FileShare.Delete,
            BufferSize = 1 << 16,
        };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = Mode;
        var file = new FileStream(_path, options);
        file.Seek(0, SeekOrigin.End);
        return file;
    }

    private FileStream Rotated(FileStream full)
    {
        full.Flush(flushToDisk: true);
        full.Dispose();
        File.Delete(Renamed(_options.Keep));
        for (var number = _options.Keep - 1; number >= 1; number--)
        {
            if (File.Exists(Renamed(number))) File.Move(Renamed(number), Renamed(number + 1), overwrite: true);
        }

        File.Move(_path, Renamed(1), overwrite: true);
        return Open();
    }

    private string Renamed(int number) => string.Create(CultureInfo.InvariantCulture, $"{_path}.{number}");

    /// <summary>Cuts off half a line of ours; after anything else that does not end a line one is ended.</summary>
    private static void Mend(FileStream file)
    {
        if (file.Length == 0 || EndsLine(file)) return;
        var tail = Tail(file, out var start);
        var end = tail.AsSpan().LastIndexOf((byte)'\n') + 1;
        if (end == 0 && start > 0) file.WriteByte((byte)'\n');
        else if (tail[end] == (byte)'{') file.SetLength(start + end);
        else file.WriteByte((byte)'\n');
        file.Flush();
        file.Seek(0, SeekOrigin.End);
    }

    private static bool EndsLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private static string? LastKey(FileStream file)
    {
        var tail = Tail(file, out var start).AsSpan().TrimEnd((byte)'\n');
        file.Seek(0, SeekOrigin.End);
        var begin = tail.LastIndexOf((byte)'\n') + 1;
        return begin == 0 && start > 0 ? null : KeyOf(tail[begin..]);
    }

    private static string? LastKeyOf(string path)
    {
        if (!File.Exists(path)) return null;
        using var file = RegularFile.OpenStream(path);
        return LastKey(file);
    }

    private static string? KeyOf(ReadOnlySpan<byte> line)
    {
        if (line.IsEmpty) return null;
        try
        {
            using var document = JsonDocument.Parse(line.ToArray());
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty("event", out var said) && said.ValueKind == JsonValueKind.Object
                && said.TryGetProperty("id", out var id) && id.ValueKind == JsonValueKind.String
                ? id.GetString()
                : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static byte[] Tail(FileStream file, out long start)
    {
        start = Math.Max(0, file.Length - MostTail);
        file.Seek(start, SeekOrigin.Begin);
        var tail = new byte[file.Length - start];
        file.ReadExactly(tail);
        return tail;
    }
}
