using RpcCollector.Options;

namespace RpcCollector.Store.Backups;

/// <summary>
/// Which files of the folder a backup holds: the two databases, and what people keep beside them, such as users and tokens.
/// </summary>
internal static class BackupFiles
{
    public const int MostFiles = 64;

    // Whatever else lies in the folder is small; what is not, is not ours.
    public const long LargestOther = 16L << 20;

    private const int LongestName = 120;

    private static readonly string[] Leftovers = ["-wal", "-shm", "-journal", ".salvage", ".new", ".salvaged", ".tmp", ".partial"];

    public static IReadOnlyList<DatabaseSchema> Databases { get; } = [StateTables.Schema, ActivityStore.Schema];

    /// <summary>
    /// True for a name that a member of a backup may have: a plain one that means nothing to the program while it starts.
    /// </summary>
    public static bool IsUsable(string name) =>
        name.Length is > 0 and <= LongestName && name[0] != '.' && name[0] != '-'
        && name.All(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_')
        && !name.Equals(StoreFolder.LockName, StringComparison.Ordinal) && !name.Equals(BackupManifest.Name, StringComparison.Ordinal)
        && !name.StartsWith(UnfinishedRestore.Prefix, StringComparison.Ordinal)
        && !Leftovers.Any(suffix => name.EndsWith(suffix, StringComparison.Ordinal))
        && !name.Contains(".damaged-", StringComparison.Ordinal) && !name.EndsWith(".taken-over", StringComparison.Ordinal);

    public static DatabaseSchema? SchemaOf(string name) =>
        Databases.FirstOrDefault(schema => schema.FileName.Equals(name, StringComparison.Ordinal));

    /// <summary>The files beside the databases.</summary>
    /// <exception cref="StartupException">There are too many.</exception>
    public static IReadOnlyList<FileInfo> Others(string folder)
    {
        FileInfo[] others =
        [
            .. new DirectoryInfo(folder).EnumerateFiles().Where(file => file.LinkTarget is null && file.Length <= LargestOther
                && IsUsable(file.Name) && SchemaOf(file.Name) is null && !Files.RegularFile.IsOther(file.FullName))
                .OrderBy(file => file.Name, StringComparer.Ordinal),
        ];
        return others.Length <= MostFiles - Databases.Count
            ? others
            : throw new StartupException($"'{folder}' holds {others.Length} files besides the store's: it is used for something else, too");
    }
}
