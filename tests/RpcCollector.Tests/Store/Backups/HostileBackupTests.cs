using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Backups;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Store.Backups;

/// <summary>What somebody else may hand over as a backup: it is refused in one line, and nothing changes.</summary>
public sealed class HostileBackupTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("../escaped")]
    [InlineData("/tmp/escaped")]
    [InlineData("sub/state.db")]
    [InlineData("lock")]
    [InlineData("restore.decided")]
    [InlineData("state.db-wal")]
    [InlineData(".hidden")]
    [InlineData("a\nb")]
    [InlineData("")]
    public void Name_that_is_no_plain_file_of_a_store_is_refused(string name)
    {
        var archive = Archive(Manifest(("state.db", [1]), (name, [1])), ("state.db", [1]), (name.Length == 0 ? "x" : name, [1]));

        Assert.Contains("no usable backup", Refused(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void Member_that_the_manifest_does_not_name_is_refused() =>
        Assert.Contains(
            "does not name", Refused(Archive(Manifest(("state.db", [1])), ("extra", [1]), ("state.db", [1]))), StringComparison.Ordinal);

    [Fact]
    public void Member_that_comes_twice_is_refused() =>
        Assert.Contains(
            "does not name", Refused(Archive(Manifest(("state.db", [1])), ("state.db", [1]), ("state.db", [1]))), StringComparison.Ordinal);

    [Theory]
    [InlineData(TarEntryType.SymbolicLink)]
    [InlineData(TarEntryType.HardLink)]
    [InlineData(TarEntryType.Directory)]
    [InlineData(TarEntryType.Fifo)]
    public void What_is_no_regular_file_is_refused(TarEntryType type)
    {
        var archive = Path.Combine(_folder.Path, "archive");
        using (var gzip = new GZipStream(File.Create(archive), CompressionLevel.Fastest))
        using (var tar = new TarWriter(gzip))
        {
            Write(tar, "manifest.json", Manifest(("state.db", [1])));
            var entry = new PaxTarEntry(type, "state.db");
            if (type is TarEntryType.SymbolicLink or TarEntryType.HardLink) entry.LinkName = "/etc/passwd";
            tar.WriteEntry(entry);
        }

        Assert.Contains("no regular file", Refused(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void Archive_that_swells_is_refused_before_it_is_unpacked()
    {
        var archive =
            Archive(Manifest(("state.db", [1]), ("activities.db", [1]))
                .Replace("\"bytes\": 1", "\"bytes\": 1000000000000000", StringComparison.Ordinal));

        Assert.Contains("the disk has", Refused(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void Sizes_whose_sum_is_beyond_any_number_are_refused() =>
        Assert.Contains(
            "too large",
            Refused(Archive(
                Manifest(("state.db", [1]), ("activities.db", [1]))
                    .Replace("\"bytes\": 1", $"\"bytes\": {long.MaxValue}", StringComparison.Ordinal))),
            StringComparison.Ordinal);

    [Fact]
    public void Content_that_is_not_what_the_manifest_says_is_refused() =>
        Assert.Contains("is damaged", Refused(Archive(Manifest(("state.db", [1, 2])), ("state.db", [1, 3]))), StringComparison.Ordinal);

    [Fact]
    public void Archive_of_a_newer_program_is_refused() =>
        Assert.Contains(
            "newer version",
            Refused(Archive(
                Manifest(("state.db", [1])).Replace("\"format\": 1", "\"format\": 2", StringComparison.Ordinal), ("state.db", [1]))),
            StringComparison.Ordinal);

    [Theory]
    [InlineData("{}")]
    [InlineData("null")]
    [InlineData("[1]")]
    [InlineData("{\"format\":1,\"files\":[null]}")]
    [InlineData("{\"format\":1,\"files\":[{\"name\":\"state.db\"}]}")]
    [InlineData("{\"format\":1,\"files\":[{\"name\":\"state.db\",\"bytes\":-1,\"sha256\":\"\"}]}")]
    [InlineData("not JSON")]
    public void Manifest_that_says_nothing_usable_is_refused(string manifest) =>
        Assert.Contains("no usable backup", Refused(Archive(manifest, ("state.db", [1]))), StringComparison.Ordinal);

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(40)]
    [InlineData(90)]
    public void Archive_that_is_cut_off_is_refused(int percent)
    {
        var archive = Archive(Manifest(("state.db", RandomNumberGenerator.GetBytes(10_000))), ("state.db", new byte[10_000]));
        var octets = File.ReadAllBytes(archive);
        File.WriteAllBytes(archive, octets[..(octets.Length * percent / 100)]);

        Assert.Contains("no usable backup", Refused(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void Mutated_archives_are_refused_or_restored_and_never_throw_anything_else()
    {
        var content = Encoding.ASCII.GetBytes(new string('x', 3_000));
        var whole = File.ReadAllBytes(Archive(Manifest(("state.db", content)), ("state.db", content)));
        var random = new Random(14);
        for (var round = 0; round < 500; round++)
        {
            var octets = (byte[])whole.Clone();
            for (var i = 0; i <= round % 4; i++) octets[random.Next(octets.Length)] = (byte)random.Next(256);
            File.WriteAllBytes(Path.Combine(_folder.Path, "archive"), octets);

            // Never whole: what it holds is no database.
            Assert.Throws<StartupException>(() => Unpack(Path.Combine(_folder.Path, "archive")));
        }
    }

    [Fact]
    public void Time_of_a_member_that_no_clock_can_show_is_refused()
    {
        var archive = Archive(Manifest(("state.db", [1])), ("state.db", [1]));
        byte[] octets;
        using (var gzip = new GZipStream(new MemoryStream(File.ReadAllBytes(archive)), CompressionMode.Decompress))
        using (var tar = new MemoryStream())
        {
            gzip.CopyTo(tar);
            octets = tar.ToArray();
        }

        // Its last signs: some 10^22 seconds and more.
        var time = octets.AsSpan(octets.AsSpan().IndexOf("mtime="u8));
        "E16"u8.CopyTo(time[(time.IndexOf((byte)'\n') - 3)..]);
        using (var gzip = new GZipStream(File.Create(archive), CompressionMode.Compress)) gzip.Write(octets);

        Assert.Contains("no usable backup", Refused(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_no_archive_and_what_is_no_file_is_refused()
    {
        File.WriteAllText(Path.Combine(_folder.Path, "text"), "This is no archive.");
        Assert.Contains("no usable backup", Refused(Path.Combine(_folder.Path, "text")), StringComparison.Ordinal);
        Assert.Contains("does not exist", Refused(Path.Combine(_folder.Path, "missing")), StringComparison.Ordinal);
        Assert.Contains("does not exist", Refused(_folder.Path), StringComparison.Ordinal);
    }

    private string Refused(string archive)
    {
        var data = Path.Combine(_folder.Path, "data");
        Directory.CreateDirectory(data);
        File.WriteAllText(Path.Combine(data, "users"), "kept");
        var refusal = Assert.Throws<StartupException>(() =>
            Restore.Run(new StoreOptions { Folder = data }, archive, DateTimeOffset.UnixEpoch, static (_, _, _) => { }));
        Assert.DoesNotContain('\n', refusal.Message);
        Assert.Equal(["lock", "users"], Directory.GetFileSystemEntries(data).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        Assert.False(File.Exists(Path.Combine(_folder.Path, "escaped")) || File.Exists("/tmp/escaped"));
        return refusal.Message;
    }

    private void Unpack(string archive)
    {
        var target = Directory.CreateDirectory(Path.Combine(_folder.Path, "unpacked")).FullName;
        try
        {
            BackupReader.Unpack(archive, target, static (_, _, _) => { });
        }
        finally
        {
            Directory.Delete(target, recursive: true);
        }
    }

    private string Archive(string manifest, params (string Name, byte[] Content)[] members)
    {
        var archive = Path.Combine(_folder.Path, "archive");
        using var gzip = new GZipStream(File.Create(archive), CompressionLevel.Fastest);
        using var tar = new TarWriter(gzip);
        Write(tar, "manifest.json", manifest);
        foreach (var (name, content) in members)
            tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(content) });
        return archive;
    }

    private static void Write(TarWriter tar, string name, string text) =>
        tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(Encoding.UTF8.GetBytes(text)) });

    private static string Manifest(params (string Name, byte[] Content)[] members) => JsonSerializer.Serialize(
        new BackupManifest(1, "0.1.0", DateTimeOffset.UnixEpoch, [.. members.Select(member => new BackupMember(
            member.Name, member.Content.Length, Convert.ToHexStringLower(SHA256.HashData(member.Content)), Schema: null))]),
        BackupJson.Default.BackupManifest);
}
