using System.Globalization;
using RpcCollector.Options;

namespace RpcCollector.Store.Backups;

/// <summary>Puts a backup in the place of a store that no process works with. What lay there stays, in a folder beside it.</summary>
internal static class Restore
{
    /// <param name="options">Name the folder of the store; it is made when it is not there.</param>
    /// <param name="now">Names the folder of what lay there.</param>
    /// <returns>What was restored, and where the former files are; null when there were none.</returns>
    /// <exception cref="StartupException">Nothing has changed.</exception>
    public static (BackupManifest Manifest, string? Former) Run(
        StoreOptions options, string archive, DateTimeOffset now, Action<string, long, long> progress)
    {
        if (!File.Exists(archive)) throw new StartupException($"'{archive}' does not exist");

        // Held until all is done: a collector that starts meanwhile is refused, and one that runs refuses us.
        using var held = StoreFolder.Open(options);
        var folder = held.FullName ?? throw new StartupException("Store:Enabled is false: there is no store to restore");
        LinuxOwner.Give(folder, [held.PathOf(StoreFolder.LockName)]);
        var id = string.Create(CultureInfo.InvariantCulture, $"{now:yyyyMMdd'T'HHmmss'Z'}-{Environment.ProcessId}");
        var staging = UnfinishedRestore.StagingOf(folder, id);
        try
        {
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(staging);
            else Directory.CreateDirectory(staging, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            var manifest = BackupReader.Unpack(archive, staging, progress);
            LinuxOwner.Give(folder, [staging, .. Directory.GetFiles(staging)]);
            UnfinishedRestore.Decide(folder, id);
            UnfinishedRestore.Complete(folder);
            var former = UnfinishedRestore.FormerOf(folder, id);
            if (Directory.EnumerateFileSystemEntries(former).Any())
            {
                LinuxOwner.Give(folder, [former]);
                return (manifest, former);
            }

            Directory.Delete(former);
            return (manifest, null);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            throw new StartupException(
                $"'{archive}' cannot be restored into '{folder}': {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
        finally
        {
            if (Directory.Exists(staging) && !File.Exists(Path.Combine(folder, "restore.decided")))
                Directory.Delete(staging, recursive: true);
        }
    }
}
