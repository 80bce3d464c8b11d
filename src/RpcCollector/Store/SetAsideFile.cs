using RpcCollector.Flows.Time;

namespace RpcCollector.Store;

/// <summary>Renames a damaged file, and what belongs to it, so that a person may look at it and a new one can begin.</summary>
internal static class SetAsideFile
{
    // A disk that damages file after file shall not be filled by them.
    private const int KeptFiles = 3;

    /// <returns>Its new name.</returns>
    public static string Move(string path, ArrivalClock clock)
    {
        var aside = $"{path}.damaged-{clock.Now:yyyyMMdd'T'HHmmssfff'Z'}";
        for (var number = 2; File.Exists(aside); number++) aside = $"{path}.damaged-{clock.Now:yyyyMMdd'T'HHmmssfff'Z'}-{number}";
        Database.Move(path, aside);
        var folder = Path.GetDirectoryName(path)!;
        var all = Directory.GetFiles(folder, Path.GetFileName(path) + ".damaged-*")
            .Where(name => !name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal));
        foreach (var old in all.OrderDescending(StringComparer.Ordinal).Skip(KeptFiles)) Database.Delete(old);
        return aside;
    }
}
