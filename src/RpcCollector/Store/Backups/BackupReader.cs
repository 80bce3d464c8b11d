using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Store.Backups;

/// <summary>Unpacks a backup that anybody may have made: what it says is believed only as far as its content proves it.</summary>
/// <remarks>
/// Only members that the manifest names are written, each once, under a plain name and no longer than the manifest says; and the manifest
/// says no more than the disk has room for. So neither names nor links nor an archive that swells can do more than be refused.
/// </remarks>
internal static class BackupReader
{
    private const int LargestManifest = 64 << 10;
    private const int BlockBytes = 1 << 16;

    // Of what the disk has, so much is left.
    private const long SpareBytes = 64L << 20;

    /// <summary>Unpacks all members into a folder that is empty, and verifies them.</summary>
    /// <exception cref="StartupException">It is no backup, or a damaged one.</exception>
    public static BackupManifest Unpack(string archive, string folder, Action<string, long, long> progress)
    {
        try
        {
            using var file = Files.RegularFile.OpenStream(archive);
            using var gzip = new GZipStream(file, CompressionMode.Decompress);
            using var tar = new TarReader(gzip, leaveOpen: true);
            var manifest = ReadManifest(tar, archive);
            var needed = manifest.Files.Sum(member => member.Bytes);
            if (new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace is var free && free - SpareBytes < needed)
                throw Refuse(archive, $"it needs {needed >> 20} MiB, and the disk has {free >> 20} MiB left");
            var done = 0L;
            var seen = new HashSet<string>(StringComparer.Ordinal);
            while (tar.GetNextEntry() is { } entry)
            {
                if (manifest.Find(entry.Name) is not { } member || !seen.Add(entry.Name))
                    throw Refuse(archive, $"it holds '{Shown(entry.Name)}', which its manifest does not name");
                if (!IsFile(entry)) throw Refuse(archive, $"'{Shown(entry.Name)}' is no regular file");
                Unpack(entry, member, archive, Path.Combine(folder, member.Name), octets => progress("unpacking", done + octets, needed));
                done += member.Bytes;
            }

            if (seen.Count != manifest.Files.Count) throw Refuse(archive, "it is cut off: not all files that its manifest names are there");
            foreach (var schema in BackupFiles.Databases)
            {
                if (seen.Contains(schema.FileName)) DatabaseCopy.Verify(Path.Combine(folder, schema.FileName), schema);
            }

            return manifest;
        }
        catch (Exception failure) when (failure is InvalidDataException or EndOfStreamException or FormatException or JsonException
            or IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException or InvalidOperationException
            or ArithmeticException)
        {
            throw Refuse(archive, $"it cannot be read: {failure.Message.ReplaceLineEndings(" ")}", failure);
        }
    }

    private static BackupManifest ReadManifest(TarReader tar, string archive)
    {
        if (tar.GetNextEntry() is not { Name: BackupManifest.Name, DataStream: { } content } entry || !IsFile(entry)
            || entry.Length is <= 0 or > LargestManifest)
            throw Refuse(archive, $"it does not begin with {BackupManifest.Name}");
        var octets = new byte[entry.Length];
        content.ReadExactly(octets);
        var manifest = JsonSerializer.Deserialize(octets, BackupJson.Default.BackupManifest);
        if (manifest is not { Files: { Count: > 0 and <= BackupFiles.MostFiles } members })
            throw Refuse(archive, "its manifest names no files");
        if (manifest.Format != BackupManifest.PresentFormat)
            throw Refuse(archive, $"it was made by a newer version of this program (form {manifest.Format}); update first");
        foreach (var member in members)
        {
            if (member is null || member.Name is null || member.Sha256 is null || !BackupFiles.IsUsable(member.Name))
                throw Refuse(archive, $"its manifest names '{Shown(member?.Name)}', which is no file of a store");
            if (member.Bytes < 0 || (BackupFiles.SchemaOf(member.Name) is null && member.Bytes > BackupFiles.LargestOther))
                throw Refuse(archive, $"'{member.Name}' is too large");
        }

        if (members.DistinctBy(member => member.Name, StringComparer.Ordinal).Count() != members.Count)
            throw Refuse(archive, "its manifest names a file twice");
        if (manifest.Find(StateTables.FileName) is null) throw Refuse(archive, $"it holds no {StateTables.FileName}");
        return members.Aggregate(0m, (sum, member) => sum + member.Bytes) <= long.MaxValue
            ? manifest
            : throw Refuse(archive, "it is too large");
    }

    private static void Unpack(TarEntry entry, BackupMember member, string archive, string path, Action<long> progress)
    {
        if (entry.Length != member.Bytes) throw Refuse(archive, $"'{member.Name}' has not the length that the manifest says");
        StoreFolder.Protect(path);
        using var file = new FileStream(path, FileMode.Open, FileAccess.Write);
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var block = new byte[BlockBytes];
        var written = 0L;
        while (entry.DataStream is { } content && content.Read(block) is > 0 and var octets)
        {
            written += octets;
            if (written > member.Bytes) break;
            hash.AppendData(block, 0, octets);
            file.Write(block, 0, octets);
            progress(written);
        }

        file.Flush(flushToDisk: true);
        if (written != member.Bytes
            || !Convert.ToHexStringLower(hash.GetHashAndReset()).Equals(member.Sha256, StringComparison.OrdinalIgnoreCase))
            throw Refuse(archive, $"'{member.Name}' is damaged: its content is not what the manifest says");
    }

    private static bool IsFile(TarEntry entry) => entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile;

    private static string Shown(string? name) => Printable.Of(name is null ? "" : name.Length > 100 ? name[..100] : name);

    private static StartupException Refuse(string archive, string why, Exception? failure = null) =>
        new($"'{archive}' is no usable backup: {why}", failure!);
}
