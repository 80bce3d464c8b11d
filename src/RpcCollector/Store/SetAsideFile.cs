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

        // By a clock that was set back it is not the latest by name: it stays all the same.
        foreach (var old in All(path).Where(name => !name.Equals(aside, StringComparison.Ordinal)).Skip(KeptFiles - 1))
            Database.Delete(old);
        return aside;
    }

    /// <summary>Renames what a process that ended within <see cref="Move"/> left behind of a file that is gone.</summary>
    public static void MoveRest(string path)
    {
        var latest = All(path).FirstOrDefault();
        foreach (var suffix in (string[])["-wal", "-shm"])
        {
            if (!File.Exists(path + suffix)) continue;
            var target = latest is null || File.Exists(latest + suffix) ? path + ".damaged-rest" : latest;
            File.Move(path + suffix, target + suffix, overwrite: true);
        }
    }

    /// <summary>The latest first.</summary>
    private static IEnumerable<string> All(string path) =>
        Directory.GetFiles(Path.GetDirectoryName(path)!, Path.GetFileName(path) + ".damaged-*")
            .Where(name => !name.EndsWith("-wal", StringComparison.Ordinal) && !name.EndsWith("-shm", StringComparison.Ordinal))
            .OrderDescending(StringComparer.Ordinal);
}
