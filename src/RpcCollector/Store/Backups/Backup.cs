using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.Data.Sqlite;
using RpcCollector.Options;

namespace RpcCollector.Store.Backups;

/// <summary>
/// Makes a backup of a store, also while a process works with it: a tar archive in gzip, with the manifest first. It is there whole, or not
/// at all.
/// </summary>
internal static class Backup
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <param name="folder">The folder of the store.</param>
    /// <param name="target">The file to make.</param>
    /// <param name="isReplacing">True to replace a file of that name.</param>
    /// <param name="version">Of this program.</param>
    /// <param name="progress">Told what is at hand.</param>
    /// <exception cref="StartupException">It cannot be made; nothing has changed.</exception>
    public static BackupManifest Make(
        string folder, string target, bool isReplacing, string version, DateTimeOffset now, Action<string, long, long> progress)
    {
        target = Path.GetFullPath(target);
        var staging = target + ".partial-" + Guid.NewGuid().ToString("N")[..8];
        try
        {
            if (!isReplacing && Path.Exists(target))
                throw new StartupException($"'{target}' exists; name another file, or replace it with --force");
            if (Directory.Exists(target)) throw new StartupException($"'{target}' is a folder; name a file");
            if (!Directory.Exists(folder)) throw new StartupException($"there is no store in '{folder}': the folder does not exist");
            MakeFolder(staging);
            var manifest = Copy(folder, staging, version, now, progress);
            var archive = Path.Combine(staging, "archive");
            Pack(manifest, staging, archive, progress);
            File.Move(archive, target, isReplacing);
            return manifest;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or SqliteException or ArgumentException)
        {
            throw new StartupException($"the backup '{target}' cannot be made: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
        finally
        {
            if (Directory.Exists(staging)) Directory.Delete(staging, recursive: true);
        }
    }

    private static BackupManifest Copy(
        string folder, string staging, string version, DateTimeOffset now, Action<string, long, long> progress)
    {
        var members = new List<BackupMember>();
        var present = BackupFiles.Databases.Where(schema => File.Exists(Path.Combine(folder, schema.FileName))).ToList();
        if (present.All(schema => schema != StateTables.Schema))
            throw new StartupException($"there is no store in '{folder}': no {StateTables.FileName}");
        var copies = new List<DatabaseCopy>();
        try
        {
            // Both are taken hold of before either is copied: a pair of one moment, as a process that ends then would leave it.
            foreach (var schema in present) copies.Add(DatabaseCopy.Begin(Path.Combine(folder, schema.FileName), schema));
            foreach (var copy in copies)
            {
                var path = Path.Combine(staging, copy.Name);
                copy.WriteTo(path, (done, all) => progress($"copying {copy.Name}", done, all));
                members.Add(Describe(path, DatabaseCopy.Verify(path, BackupFiles.SchemaOf(copy.Name)!)));
            }
        }
        finally
        {
            foreach (var copy in copies) copy.Dispose();
        }

        foreach (var file in BackupFiles.Others(folder))
        {
            var path = Path.Combine(staging, file.Name);
            File.WriteAllBytes(path, Files.RegularFile.ReadAllBytes(file.FullName));
            members.Add(Describe(path, schema: null));
        }

        return new BackupManifest(BackupManifest.PresentFormat, version, now, members);
    }

    private static BackupMember Describe(string path, int? schema)
    {
        using var file = File.OpenRead(path);
        return new BackupMember(Path.GetFileName(path), file.Length, Convert.ToHexStringLower(SHA256.HashData(file)), schema);
    }

    private static void Pack(BackupManifest manifest, string staging, string archive, Action<string, long, long> progress)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = OwnerOnly;
        using var file = new FileStream(archive, options);
        using (var gzip = new GZipStream(file, CompressionLevel.Fastest, leaveOpen: true))
        using (var tar = new TarWriter(gzip, TarEntryFormat.Pax, leaveOpen: true))
        {
            using (var json = new MemoryStream(JsonSerializer.SerializeToUtf8Bytes(manifest, BackupJson.Default.BackupManifest)))
                tar.WriteEntry(Entry(BackupManifest.Name, json, manifest));
            var (done, all) = (0L, manifest.Files.Sum(member => member.Bytes));
            foreach (var member in manifest.Files)
            {
                progress("packing", done, all);
                using var content = File.OpenRead(Path.Combine(staging, member.Name));
                tar.WriteEntry(Entry(member.Name, content, manifest));
                done += member.Bytes;
            }
        }

        file.Flush(flushToDisk: true);
    }

    private static PaxTarEntry Entry(string name, Stream content, BackupManifest manifest) =>
        new(TarEntryType.RegularFile, name) { DataStream = content, Mode = OwnerOnly, ModificationTime = manifest.MadeAt };

    private static void MakeFolder(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, OwnerOnly | UnixFileMode.UserExecute);
    }
}
