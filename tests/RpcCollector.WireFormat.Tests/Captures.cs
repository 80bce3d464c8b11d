using System.Buffers.Binary;
using System.IO.Compression;
using System.Text.Json;

namespace RpcCollector.WireFormat.Tests;

/// <summary>The recorded exports outside the repository: what exporters sent, and what tshark makes of it.</summary>
internal static class Captures
{
    private const int FileHeader = 24;
    private const int PacketHeader = 16;
    private const int UdpHeader = 8;

    public static string RepositoryRoot { get; } = FindRepositoryRoot();

    private static string Shared =>
        Environment.GetEnvironmentVariable("RPC_COLLECTOR_SHARED") ?? Path.Combine(RepositoryRoot, "..", "shared");

    public static string Folder => Existing("captures");

    public static IEnumerable<string> Scenarios =>
        Directory.EnumerateFiles(Existing("scenarios"), "*.pcap", SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>Name, versions, number of Data Records and anomalies of each case.</summary>
    public static IReadOnlyList<(string Name, int[] Versions, int DataRecords, string[] Anomalies)> Cases()
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "cases.json")));
        return [.. document.RootElement.EnumerateArray().Select(item => (
            item.GetProperty("case").GetString()!,
            item.GetProperty("versions").EnumerateArray().Select(version => version.GetInt32()).ToArray(),
            item.GetProperty("data_records").GetInt32(),
            item.GetProperty("anomalies").EnumerateArray().Select(anomaly => anomaly.GetString()!).ToArray()))];
    }

    public static List<byte[]> DatagramsOf(string name) => ReadPcap(Path.Combine(Folder, name + ".pcap"));

    /// <summary>tshark's decode, an element for each frame.</summary>
    public static JsonDocument TsharkOf(string name)
    {
        using var file = File.OpenRead(Path.Combine(Folder, name + ".tshark.json.gz"));
        using var text = new GZipStream(file, CompressionMode.Decompress);
        return JsonDocument.Parse(text);
    }

    /// <summary>The UDP payloads of a little-endian pcap file of unfragmented IPv4 over Ethernet or without a link layer.</summary>
    public static List<byte[]> ReadPcap(string path)
    {
        var file = File.ReadAllBytes(path).AsSpan();
        Assert.Equal(0xa1b2c3d4, BinaryPrimitives.ReadUInt32LittleEndian(file));
        var linkHeader = BinaryPrimitives.ReadUInt32LittleEndian(file[20..]) switch
        {
            1 => 14,
            101 => 0,
            var other => throw new InvalidDataException($"{path}: link type {other}"),
        };

        var datagrams = new List<byte[]>();
        for (var rest = file[FileHeader..]; !rest.IsEmpty;)
        {
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest[8..]);
            var ip = rest.Slice(PacketHeader + linkHeader, length - linkHeader);
            var udp = ip[((ip[0] & 0x0f) * 4)..];
            datagrams.Add(udp[UdpHeader..BinaryPrimitives.ReadUInt16BigEndian(udp[4..])].ToArray());
            rest = rest[(PacketHeader + length)..];
        }

        return datagrams;
    }

    private static string Existing(string folder)
    {
        var path = Path.Combine(Shared, folder);
        if (!Directory.Exists(path))
            Assert.Skip($"{path} is absent; RPC_COLLECTOR_SHARED names the folder that holds it");
        return path;
    }

    private static string FindRepositoryRoot()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "RpcCollector.sln")))
                return folder.FullName;
        }

        throw new DirectoryNotFoundException("RpcCollector.sln lies in none of the folders above the tests");
    }
}
