using System.Text;
using System.Text.Json;
using RpcCollector.Captures;
using RpcCollector.Tests.Captures;

namespace RpcCollector.Tests.Commands;

/// <summary>What the commands say of files that hold nothing for them, and with which exit code they end.</summary>
public sealed class UnusedInputTests : IDisposable
{
    private static readonly byte[] Syn = Frames.Ethernet(Frames.IPv4(new byte[20], protocol: 6));

    // A query whose id is the number of a version, as happens.
    private static readonly byte[] Query = Udp([0, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, .. "\x03www\x07example\x03com\0\0\x01\0\x01"u8]);
    private static readonly byte[] Sflow = Udp([0, 0, 0, 5, 0, 0, 0, 1, .. new byte[60]]);
    private static readonly byte[] Export = Udp(Exports.MapperAndEndpoint());

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, byte[]> Unused => new()
    {
        { "plain traffic, no exports: make flows of it", CaptureFiles.Pcap(Syn, Query, Syn, Syn) },
        { "softflowd -r ", CaptureFiles.Pcap(Syn) },
        { "sFlow: sFlow holds samples of packets", CaptureFiles.Pcap(Syn, Sflow, Query, Syn) },
        { "NetFlow v1: configure NetFlow v5, v9 or IPFIX", CaptureFiles.Pcap(Udp([0, 1, 0, 1, .. new byte[64]])) },
        { "NetFlow v7: configure NetFlow v5, v9 or IPFIX", CaptureFiles.Pcap(Udp([0, 7, 0, 1, .. new byte[72]])) },
        { "NetFlow v8: it is aggregated", CaptureFiles.Pcap(Udp([0, 8, 0, 1, .. new byte[72]])) },
        { "a capture without packets", CaptureFiles.Pcap() },
        { "cut short by the capture", CaptureFiles.Pcap(1, [(0, Export)], snapLength: 60) },
        { "PPP capture", CaptureFiles.Pcap(9, [(0, Export)]) },
        { "NFLOG capture", CaptureFiles.Pcap(239, [(0, Export)]) },
        { "VN-Tag", CaptureFiles.Pcap(Frames.EthernetOf(0x8926, new byte[40])) },
        { "modified pcap", [0x34, 0xCD, 0xB2, 0xA1, .. new byte[40]] },
        { "damaged", CaptureFiles.Pcap(Export)[..30] },
        { "an empty file", [] },
        { "a text file", "Dear colleague,\nthe exports are attached.\n"u8.ToArray() },
        { "in UTF-16", [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes("{}")] },
        { "bzip2", "BZh91AY&SY"u8.ToArray() },
        { "an xz file", [0xFD, 0x37, 0x7A, 0x58, 0x5A, 0, 0, 4] },
        { "a zip archive", [0x50, 0x4B, 3, 4, 20, 0] },
        { "a 7z archive", [0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C, 0, 4] },
        { "a tar archive", [.. new byte[257], .. "ustar\0"u8, .. new byte[249]] },
        { "a PNG picture", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10] },
        { "a capture of snoop", [.. "snoop\0\0\0"u8, 0, 0, 0, 2] },
        { "nfdump", [0x0C, 0xA5, 2, 0, .. new byte[100]] },
        { "not a capture", [0x81, 0x82, 0, 1, 2] },
        { "one JSON array", "[{\"ts\":1,\"id.orig_h\":\"10.0.0.1\"},\n{\"ts\":2}]"u8.ToArray() },
        { "before their JSON object", "<14>Mar  2 09:15:01 zeek conn: {\"ts\":1,\"id.orig_h\":\"10.0.0.1\"}\n"u8.ToArray() },
        { "keep Zeek's header", "1772442901.0\tC1\t10.20.1.15\t49700\t10.20.0.10\t135\ttcp\tdce_rpc\t0.1\n"u8.ToArray() },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Unused))]
    public async Task Replay_says_in_one_line_what_a_file_is_and_ends_with_code_2(string said, byte[] file)
    {
        var path = _folder.Write("some file", file);

        var outcome = await CollectorProgram.RunAsync("replay", "--format", "json", path);

        var line = Assert.Single(outcome.ErrorLines);
        Assert.StartsWith(path + ": ", line);
        Assert.Contains(said, line);
        Assert.Equal(2, outcome.ExitCode);
        using var reader = CaptureReader.Open(path, 1, new CaptureTally());
        if (reader is null && !said.StartsWith("modified", StringComparison.Ordinal))
        {
            // Not even a capture: there is nothing to sum up.
            Assert.Empty(outcome.Output);
            return;
        }

        var summary = JsonElement.Parse(Assert.Single(outcome.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
        var unused = Assert.Single(summary.GetProperty("unused").EnumerateArray());
        Assert.Equal(path, unused.GetProperty("input").GetString());
        Assert.Equal(line, $"{path}: {unused.GetProperty("reason")}");
    }

    [Theory]
    [InlineData("plain traffic")]
    [InlineData("sFlow")]
    [InlineData("a text file")]
    [InlineData("a log: 'replay' reads")]
    public async Task Send_says_in_one_line_what_a_file_is_and_ends_with_code_2(string said)
    {
        var path = _folder.Write("file", said switch
        {
            "plain traffic" => CaptureFiles.Pcap(Syn),
            "sFlow" => CaptureFiles.Pcap(Sflow),
            "a text file" => "Dear colleague,\n"u8.ToArray(),
            _ => "{\"ts\":1,\"id.orig_h\":\"10.0.0.1\"}\n"u8.ToArray(),
        });

        var outcome = await CollectorProgram.RunAsync("send", path, "--to", "127.0.0.1:9");

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        Assert.Contains(said, Assert.Single(outcome.ErrorLines));
    }

    [Fact]
    public async Task What_can_be_used_is_used_and_the_rest_is_named()
    {
        var good = _folder.Write("good", CaptureFiles.Pcap(Export, Syn));
        var text = _folder.Write("text", "Dear colleague,\n"u8.ToArray());
        var plain = _folder.Write("plain's", CaptureFiles.Pcap(Syn));

        var outcome = await CollectorProgram.RunAsync("replay", text, good, plain);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Matches("198.51.100.7 .*198.51.100.20 .*car", outcome.Output);
        Assert.Equal(2, outcome.ErrorLines.Length);
        Assert.StartsWith($"{text}: a text file", outcome.ErrorLines[0]);
        Assert.Contains("softflowd -r '" + plain.Replace("'", "'\\''", StringComparison.Ordinal) + "' ", outcome.ErrorLines[1]);
    }

    [Fact]
    public async Task A_folder_needs_one_file_that_can_be_used()
    {
        _folder.Write("both/good", CaptureFiles.Pcap(Export));
        _folder.Write("both/text", "Dear colleague,\n"u8.ToArray());
        _folder.Write("none/array.json", "[{\"ts\":1}]"u8.ToArray());
        _folder.Write("none/picture", [0x89, 0x50, 0x4E, 0x47, 13, 10, 26, 10]);
        Directory.CreateDirectory(Path.Combine(_folder.Path, "empty"));

        var good = await CollectorProgram.RunAsync("replay", Path.Combine(_folder.Path, "both"));
        var bad = await CollectorProgram.RunAsync("replay", Path.Combine(_folder.Path, "none"), Path.Combine(_folder.Path, "empty"));

        Assert.Equal((0, ""), (good.ExitCode, good.Error));
        Assert.Equal(2, bad.ExitCode);
        Assert.Equal(2, bad.ErrorLines.Length);
        Assert.Contains("array.json (one JSON array", bad.ErrorLines[0]);
        Assert.Contains("picture (a PNG picture)", bad.ErrorLines[0]);
        Assert.EndsWith("empty: a folder without files", bad.ErrorLines[1]);
    }

    [Theory]
    [InlineData("""{"ts":1,"uid":"C1","id.orig_h":"10.0.0.1","id.orig_p":1,"id.resp_h":"10.0.0.2","id.resp_p":53,"proto":"udp"}""")]
    [InlineData("#separator \\x09\n#path\tconn\n#fields\tts\tuid\n#types\ttime\tstring")]
    public async Task A_log_without_flows_of_interest_is_used_all_the_same(string lines)
    {
        var log = _folder.Write("conn.log", Encoding.UTF8.GetBytes(lines + "\n"));

        var outcome = await CollectorProgram.RunAsync("replay", log);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
    }

    [Fact]
    public async Task A_capture_without_flows_of_interest_is_used_all_the_same()
    {
        byte[][] exports = [Exports.IpfixTemplate(), Exports.Ipfix(), Exports.IpfixData(0), [0, 9, 0, 1, .. new byte[16], 0, 1, 0, 4]];
        foreach (var export in exports)
        {
            var outcome = await CollectorProgram.RunAsync("replay", _folder.Write("one", CaptureFiles.Pcap(Syn, Syn, Udp(export))));

            Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
        }
    }

    [Fact]
    public async Task A_name_with_a_line_break_stays_on_one_line()
    {
        var outcome = await CollectorProgram.RunAsync("replay", _folder.Write("a\nfatal: forged", []));

        Assert.EndsWith("a?fatal: forged: an empty file", Assert.Single(outcome.ErrorLines));
    }

    private static byte[] Udp(byte[] payload) => Frames.Ethernet(Frames.IPv4(Frames.Udp(payload)));
}
