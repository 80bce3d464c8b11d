using System.Text;
using RpcCollector.Files;

namespace RpcCollector.Store;

/// <summary>
/// Puts the files of a backup in the place of those of the store. Once that has been decided, it is finished by whoever opens the folder
/// next; before, nothing has changed.
/// </summary>
/// <remarks>
/// <code>
/// FOLDER/restore-ID/          unpacked and verified                    a leftover until it is decided
/// FOLDER/restore.decided      one line: ID                             written at once, by a rename
/// FOLDER/before-restore-ID/   what lay in the folder until then        never deleted
/// </code>
/// Each file is moved by one rename: first the old ones aside, then the new ones in, and the decision is deleted last. Repeated from
/// anywhere, the same comes out.
/// </remarks>
internal static class UnfinishedRestore
{
    /// <summary>What the names of all of that begin with.</summary>
    public const string Prefix = "restore";

    private const string Decision = "restore.decided";
    private const string New = "restore-";
    private const string Former = "before-restore-";
    private const int LongestId = 64;

    public static string StagingOf(string folder, string id) => Path.Combine(folder, New + id);

    public static string FormerOf(string folder, string id) => Path.Combine(folder, Former + id);

    /// <summary>From here on the new files hold.</summary>
    public static void Decide(string folder, string id)
    {
        // What is there already waits for nothing: every old file gets its place before the first new one comes.
        var temporary = Path.Combine(folder, Decision + ".tmp");
        File.Delete(temporary);
        StoreFolder.Protect(temporary);
        using (var file = new FileStream(temporary, FileMode.Open, FileAccess.Write))
        {
            file.Write(Encoding.ASCII.GetBytes(id + "\n"));
            file.Flush(flushToDisk: true);
        }

        // Whoever opens the folder next has to be able to finish it, and root may be who began.
        LinuxOwner.Give(folder, [temporary]);
        File.Move(temporary, Path.Combine(folder, Decision), overwrite: true);
    }

    /// <summary>Finishes what has been decided; does nothing where nothing has.</summary>
    /// <param name="folder">Nobody else works in it.</param>
    /// <exception cref="IOException">A file cannot be moved; the next attempt goes on from there.</exception>
    public static void Complete(string folder)
    {
        var decision = Path.Combine(folder, Decision);
        if (!Path.Exists(decision)) return;
        var id = RegularFile.ReadAllText(decision).TrimEnd('\n');
        if (id.Length is 0 or > LongestId || !id.All(letter => char.IsAsciiLetterOrDigit(letter) || letter == '-'))
            throw new IOException($"'{decision}' says nothing that can be understood; delete it when no restore was going on");
        var (staging, former) = (StagingOf(folder, id), FormerOf(folder, id));

        // 1. What lay there, all of it; what has come in already was in the new folder, and is not there any more.
        if (!Directory.Exists(former))
        {
            Make(former);
            LinuxOwner.Give(folder, [former]);
        }

        var coming = Directory.Exists(staging)
            ? Directory.GetFiles(staging).Select(Path.GetFileName).ToHashSet(StringComparer.Ordinal)
            : [];
        var marker = Path.Combine(former, ".complete");
        if (!File.Exists(marker))
        {
            foreach (var path in Directory.GetFiles(folder))
            {
                var name = Path.GetFileName(path);
                if (name.Equals(StoreFolder.LockName, StringComparison.Ordinal) || name.StartsWith(Decision, StringComparison.Ordinal))
                    continue;
                File.Move(path, Path.Combine(former, name), overwrite: false);
            }

            StoreFolder.Protect(marker);
            LinuxOwner.Give(folder, [marker]);
        }

        // 2. What takes its place.
        foreach (var name in coming) File.Move(Path.Combine(staging, name!), Path.Combine(folder, name!), overwrite: true);
        if (Directory.Exists(staging)) Directory.Delete(staging);
        File.Delete(decision);
        File.Delete(marker);
    }

    private static void Make(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
