using RpcCollector.Files;
using RpcCollector.Options;

namespace RpcCollector.Accounts;

/// <summary>What a file of users or tokens held when it was last read well; read again when it changes.</summary>
/// <remarks>
/// The file is looked at again and again, not watched. A change counts once it has been seen twice: an editor may save in steps. A file
/// that became wrong, or is gone, changes nothing, so that a typing mistake neither lets anybody in nor shuts everybody out.
/// </remarks>
internal sealed class AccountFile<T>
{
    private readonly Lock _lock = new();
    private readonly string? _path;
    private readonly Func<string, IReadOnlyList<T>> _read;
    private volatile IReadOnlyList<T> _items = [];
    private Stamp _seen;
    private Stamp _candidate;

    /// <param name="path">Null where there is none, and never any item.</param>
    /// <exception cref="StartupException">It cannot be read, or a line is wrong.</exception>
    public AccountFile(string? path, string setting, Func<string, IReadOnlyList<T>> read)
    {
        (_path, _read) = (path, read);
        if (path is null) return;
        _candidate = _seen = Look();
        try
        {
            _items = read(path);
        }
        catch (StartupException wrong)
        {
            throw new StartupException($"{setting}: {wrong.Message}", wrong);
        }
    }

    public string? Path => _path;

    public IReadOnlyList<T> Items => _items;

    /// <summary>Looks at the file once.</summary>
    /// <returns>True when it was read anew.</returns>
    /// <exception cref="StartupException">It has changed and is wrong; thrown once for each change.</exception>
    public bool Reload()
    {
        if (_path is null) return false;
        lock (_lock)
        {
            var now = Look();
            if (now == _seen) return false;
            if (now != _candidate)
            {
                _candidate = now;
                return false;
            }

            _seen = now;
            if (now.Length < 0) throw new StartupException($"'{_path}' is gone, or cannot be read");
            _items = _read(_path);
            return true;
        }
    }

    /// <summary>Takes at once what this process has just written.</summary>
    public void Refresh()
    {
        if (_path is null) return;
        lock (_lock)
        {
            _candidate = _seen = Look();
            _items = _read(_path);
        }
    }

    private Stamp Look()
    {
        try
        {
            using var file = RegularFile.OpenHandle(_path!);
            return new Stamp(RandomAccess.GetLength(file), File.GetLastWriteTimeUtc(file).Ticks);
        }
        catch (Exception failure) when (failure is FileNotFoundException or DirectoryNotFoundException)
        {
            return new Stamp(-1, 0);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            return new Stamp(-2, 0);
        }
    }

    /// <summary>What tells one state of the file from another; -1 octets for none, -2 for one that cannot be read.</summary>
    private readonly record struct Stamp(long Length, long Written);
}
