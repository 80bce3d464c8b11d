using System.Collections.Concurrent;
using System.Globalization;
using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Store;

/// <summary>The folder of the store: one process has it as long as it runs, and only its user can read what is in it.</summary>
internal sealed class StoreFolder : IDisposable
{
    public const string LockName = "lock";

    private const string Setting = $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Store)}:{nameof(StoreOptions.Folder)}";
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Of the judge, the exporters and the positions in Zeek's logs.
    private static readonly string[] FormerNames = ["judgement.bin", "exporters.json", "zeek.json"];

    private readonly FileStream? _lock;

    // What was opened under each path: another file under it is not ours.
    private readonly ConcurrentDictionary<string, FileIdentity> _opened = new(StringComparer.Ordinal);
    private volatile string? _loss;

    private StoreFolder(string? path, FileStream? held)
    {
        (FullName, _lock) = (path, held);
        if (path is null) return;
        Remember(path);
        Remember(PathOf(LockName));
    }

    /// <summary>Null when everything is kept in memory.</summary>
    public string? FullName { get; }

    /// <summary>Why what is written is not in the folder any more; null while all is well.</summary>
    public string? Loss => _loss;

    /// <summary>Makes the folder if it is not there, and locks it for the life of the process.</summary>
    /// <exception cref="StartupException">It cannot be made or written, or another process has it.</exception>
    public static StoreFolder Open(StoreOptions options)
    {
        if (!options.Enabled) return new StoreFolder(path: null, held: null);
        try
        {
            var path = Path.GetFullPath(options.Folder);
            if (!Directory.Exists(path)) Create(path);
            CheckFiles(path);
            var held = Lock(path);
            try
            {
                UnfinishedRestore.Complete(path);
                return new StoreFolder(path, held);
            }
            catch
            {
                held.Dispose();
                throw;
            }
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException($"{Setting}: the folder '{options.Folder}' cannot be used: {failure.Message}", failure);
        }
    }

    /// <summary>The refusal of a file that cannot be used; the file stays as it is.</summary>
    public static StartupException Refuse(string why, Exception? failure = null) => new($"{Setting}: {why}", failure!);

    /// <summary>Reads what must not be written over as if there were nothing; the refusal begins with what it is.</summary>
    /// <exception cref="StartupException">The disk failed.</exception>
    public static T ReadOrRefuse<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure) && failure is not StartupException)
        {
            throw Refuse($"{what} cannot be read: {failure.Message}", failure);
        }
    }

    public string PathOf(string name) => Path.Combine(FullName!, name);

    /// <summary>
    /// Makes a file if it is not there, and lets nobody else read it: SQLite gives its other files the mode of the first.
    /// </summary>
    public static void Protect(string path)
    {
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
            new FileStream(path, options).Dispose();
            return;
        }

        if (OperatingSystem.IsWindows()) return;
        foreach (var suffix in (string[])["", "-wal", "-shm"])
        {
            try
            {
                if (File.Exists(path + suffix)) File.SetUnixFileMode(path + suffix, OwnerOnly);
            }
            catch (UnauthorizedAccessException)
            {
                // Another user's file that we may write to: its mode is that user's affair.
            }
        }
    }

    /// <summary>Takes note of which file is open under a path.</summary>
    public void Remember(string path)
    {
        if (LinuxFile.IdentityOf(path) is { } identity) _opened[path] = identity;
    }

    /// <summary>Before a file is replaced on purpose.</summary>
    public void Forget(string path) => _opened.TryRemove(path, out _);

    /// <summary>Compares what lies in the folder with what was opened.</summary>
    /// <returns>True when it was lost since the last look, or came back.</returns>
    public bool Look()
    {
        var loss = FindLoss();
        var isNews = loss is null != _loss is null;
        _loss = loss;
        return isNews;
    }

    /// <summary>The same without taking note of it: what is lost now; null while all is well.</summary>
    public string? FindLoss()
    {
        foreach (var (path, identity) in _opened.OrderBy(opened => opened.Key.Length))
        {
            var now = LinuxFile.IdentityOf(path);
            if (now == identity || !_opened.ContainsKey(path)) continue;
            return now is null
                ? $"'{path}' was deleted or moved away while the process runs"
                : $"'{path}' was replaced while the process runs";
        }

        return null;
    }

    public void Dispose() => _lock?.Dispose();

    // Everything that this or a former version keeps there: a FIFO under one of these names would keep the start waiting for good.
    private static void CheckFiles(string folder)
    {
        string[] names = [LockName, StateTables.FileName, ActivityStore.FileName, .. FormerNames];
        foreach (var path in Directory.EnumerateFileSystemEntries(folder))
        {
            var name = Path.GetFileName(path);
            if (names.Any(ours => name.StartsWith(ours, StringComparison.Ordinal))) RegularFile.Check(path);
        }
    }

    private static void Create(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }

    private static FileStream Lock(string folder)
    {
        var path = Path.Combine(folder, LockName);
        Protect(path);
        FileStream held;
        try
        {
            held = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException failure) when (failure is not (FileNotFoundException or DirectoryNotFoundException or PathTooLongException))
        {
            var holder = LinuxFile.ReadLocked(path)?.Trim();
            throw Refuse(
                $"the folder '{folder}' is in use by another process{(holder is { Length: > 0 } ? $" ({holder})" : "")}; stop it, or " +
                $"name another folder.", failure);
        }

        // Whoever is refused reads here who has the folder.
        held.SetLength(0);
        held.Write(System.Text.Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"pid {Environment.ProcessId}\n")));
        held.Flush();
        return held;
    }
}
