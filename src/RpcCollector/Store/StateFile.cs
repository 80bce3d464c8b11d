using RpcCollector.Flows.Time;

namespace RpcCollector.Store;

/// <summary>A file that keeps, from one process to the next, what was learned; replaced whole.</summary>
internal sealed class StateFile(string folder, string name, ArrivalClock clock)
{
    private const int KeptDamagedFiles = 3;

    public string Path { get; } = System.IO.Path.GetFullPath(System.IO.Path.Combine(folder, name));

    /// <summary>True for what a failing, full or missing disk makes this throw; anything else is a bug.</summary>
    public static bool IsDiskFailure(Exception failure) => failure is IOException or UnauthorizedAccessException;

    /// <summary>Replaces the file whole: whenever the process or the machine ends, the old content is there or the new.</summary>
    public void Save(Action<FileStream> write)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        var next = Path + ".tmp";
        using (var file = new FileStream(next, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1 << 16))
        {
            write(file);
            file.Flush(flushToDisk: true);
        }

        File.Move(next, Path, overwrite: true);
    }

    /// <summary>Renames a damaged file, so that a person may look at it; a disk that damages file after file shall not be filled by them.</summary>
    /// <returns>Its new name.</returns>
    public string SetAside()
    {
        var aside = $"{Path}.damaged-{clock.Now:yyyyMMdd'T'HHmmssfff'Z'}";
        File.Move(Path, aside, overwrite: true);
        var all = Directory.GetFiles(System.IO.Path.GetDirectoryName(Path)!, System.IO.Path.GetFileName(Path) + ".damaged-*Z");
        foreach (var old in all.OrderDescending(StringComparer.Ordinal).Skip(KeptDamagedFiles)) File.Delete(old);
        return aside;
    }
}
