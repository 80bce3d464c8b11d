using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Names;

/// <summary>Reads the names file at the start, and again when it has changed; a file that became wrong changes nothing.</summary>
/// <remarks>
/// The file is looked at again and again, not watched: this also notices changes by a new link or a mount, as in containers. A change
/// counts once it has been seen twice: a file that is being written may be empty or gone for a moment.
/// </remarks>
internal sealed class NameFileWatch(NameOptions options, NameBook book, ILogger logger)
{
    private Stamp _seen;
    private Stamp _candidate;

    /// <exception cref="StartupException">The file cannot be used.</exception>
    public void Start()
    {
        if (options.File.Length == 0) return;
        _candidate = _seen = Look();
        book.File = NameFiles.Load(options, Say);
        NameLog.FileRead(logger, book.File.Count, options.File);
    }

    /// <summary>Looks at the file once.</summary>
    public void Reload()
    {
        if (options.File.Length == 0) return;
        var now = Look();
        if (now == _seen) return;
        if (now != _candidate)
        {
            _candidate = now;
            return;
        }

        _seen = now;
        try
        {
            var reader = NameFileReader.Read(options.File);
            Say(reader);
            book.File = reader.File;
            NameLog.FileRead(logger, book.File.Count, options.File);
        }
        catch (Exception failure) when (NameFiles.IsOfFile(failure))
        {
            book.Counts.FailFile();
            NameLog.FileRefused(logger, options.File, failure.Message);
        }
    }

    private void Say(NameFileReader reader)
    {
        book.Counts.RefuseFileRows(reader.NumRefused);
        foreach (var refusal in reader.Refusals) NameLog.RowRefused(logger, options.File, refusal);
        if (reader.NumRefused > reader.Refusals.Count)
            NameLog.MoreRowsRefused(logger, reader.NumRefused - reader.Refusals.Count, options.File);
    }

    private Stamp Look()
    {
        try
        {
            using var file = RegularFile.OpenHandle(options.File);
            return new Stamp(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks);
        }
        catch (Exception failure) when (NameFiles.IsOfFile(failure))
        {
            return new Stamp(-1, 0);
        }
    }

    /// <summary>What tells one state of the file from another.</summary>
    private readonly record struct Stamp(long Length, long Written);
}
