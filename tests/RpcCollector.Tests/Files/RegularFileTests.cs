using System.Net.Sockets;
using RpcCollector.Files;

namespace RpcCollector.Tests.Files;

public sealed class RegularFileTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("regular-file-");

    private string At(string name) => Path.Combine(_folder.FullName, name);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public void Regular_file_is_read_while_others_write_rename_and_delete_it()
    {
        using var writer = new FileStream(At("log"), FileMode.Create, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
        writer.Write("some"u8);
        writer.Flush();
        using var file = RegularFile.OpenStream(At("log"));
        File.Move(At("log"), At("other"));
        File.Delete(At("other"));

        Assert.Equal(4, file.Length);
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenHandle(At("log")));
        Assert.Throws<FileNotFoundException>(() => RegularFile.OpenHandle(Path.Combine(At("none"), "log")));
    }

    [Fact]
    public void Link_to_a_regular_file_is_one()
    {
        File.WriteAllText(At("file"), "some");
        File.CreateSymbolicLink(At("link"), At("file"));

        Assert.Equal("some", RegularFile.ReadAllText(At("link")));
        Assert.Equal("some"u8.ToArray(), RegularFile.ReadAllBytes(At("link")));
    }

    [Theory]
    [InlineData("fifo")]
    [InlineData("folder")]
    [InlineData("socket")]
    [InlineData("device")]
    [InlineData("link to a fifo")]
    public void What_is_no_regular_file_is_refused_and_nothing_waits(string kind)
    {
        if (!OperatingSystem.IsLinux()) return;
        var path = At("conn.log");
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        switch (kind)
        {
            case "fifo":
                TemporaryFifo.Make(path);
                break;
            case "folder":
                Directory.CreateDirectory(path);
                break;
            case "socket":
                socket.Bind(new UnixDomainSocketEndPoint(path));
                break;
            case "device":
                File.CreateSymbolicLink(path, "/dev/zero");
                break;
            default:
                TemporaryFifo.Make(At("fifo"));
                File.CreateSymbolicLink(path, At("fifo"));
                break;
        }

        Assert.True(RegularFile.IsOther(path));
        var refusal = Assert.Throws<IOException>(() => RegularFile.OpenHandle(path));
        Assert.Contains("not a regular file", refusal.Message, StringComparison.Ordinal);
        Assert.Throws<IOException>(() => RegularFile.Check(path));
    }
}
