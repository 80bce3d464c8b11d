using System.Buffers.Binary;
using System.Net;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.EndToEnd.Tests.Programs;
using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>The filters to paste, given to the tools that they are made for.</summary>
public sealed class AdviceFilterTests : IDisposable
{
    private const long At = 1_795_680_120;

    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string> Families => new()
    {
        { "10.20.1.15", "10.1.2.3" },
        { "2001:db8::15", "2001:db8:1::3" },
    };

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Tshark_accepts_the_display_filters_of_every_kind(string client, string server)
    {
        var capture = WriteCapture([]);
        var filters = Subjects(client, server).SelectMany(subject => FindingAdvice.For(subject).Filters)
            .Where(filter => filter.Tool == AdviceTool.Wireshark).Select(filter => filter.Text).Distinct().ToList();
        Assert.True(filters.Count >= 2 * 18, $"{filters.Count} filters");

        // All at once, as starting it for each takes a minute; one at a time only to tell which it is.
        var (code, output) = await TsharkAsync(capture, string.Join(" || ", filters.Select(filter => $"({filter})")));
        if (code == 0) return;
        foreach (var filter in filters)
        {
            (code, output) = await TsharkAsync(capture, filter);
            Assert.True(code == 0, output);
        }

        Assert.Fail(output);
    }

    [Fact]
    public async Task Tshark_says_so_when_a_filter_is_wrong()
    {
        var (code, _) = await TsharkAsync(WriteCapture([]), "ip.addr == 10.20.1.15 && evil.word == 1");

        Assert.NotEqual(0, code);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task The_display_filter_shows_the_packets_of_the_pair_in_these_minutes_and_no_others(string client, string server)
    {
        var capture = WriteCapture(
        [
            (At - 121, client, server, 445), (At - 120, client, server, 445), (At, server, client, 50_001),
            (At + 10, client, server, 49_667), (At + 10, client, Other(server), 445),
            (At + 299, client, server, 135), (At + 300, client, server, 135),
        ]);

        var (code, output) = await TsharkAsync(
            capture, Filter(AdviceTool.Wireshark, client, server), "-T", "fields", "-e", "frame.number");

        Assert.Equal(0, code);
        Assert.Equal(["2", "3", "4", "6"], output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task The_tshark_command_runs_in_a_shell_as_it_stands(string client, string server)
    {
        var capture = WriteCapture([]);
        var command = Filter(AdviceTool.Tshark, client, server)
            .Replace("capture.pcapng", Path.GetFileName(capture), StringComparison.Ordinal);
        Tool.Require("tshark");

        await using var shell = Tool.Start("bash", _folder.FullName, "-c", command);

        Assert.True(await shell.WaitForExitAsync() == 0, shell.Transcript);
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Lines_of_Zeek_in_columns_are_found_by_the_command_as_it_stands(string client, string server)
    {
        string[] lines =
        [
            Columns(At - 121, client, server), Columns(At, client, server), Columns(At, server, client), Columns(At + 299, client, server),
            Columns(At + 301, client, server), Columns(At, client, Other(server)),
        ];

        // zeek-cut is Zeek's own; here it is what it does to a log that has just these columns.
        File.WriteAllText(_folder.PathOf("zeek-cut"), "#!/bin/sh\ncat\n");
        foreach (var log in (string[])["conn.log", "dce_rpc.log"])
            File.WriteAllLines(_folder.PathOf(log), lines);
        var command = $"chmod +x zeek-cut; export PATH=$PWD:$PATH; {Filter(AdviceTool.ZeekColumns, client, server)}";

        await using var shell = Tool.Start("bash", _folder.FullName, "-c", command);

        Assert.True(await shell.WaitForExitAsync() == 0, shell.Transcript);
        Assert.Equal([lines[1], lines[3], lines[1], lines[3]], shell.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries));
    }

    [Theory]
    [MemberData(nameof(Families))]
    public async Task Lines_of_Zeek_in_JSON_are_found_by_the_command_as_it_stands_whatever_form_their_times_have(
        string client, string server)
    {
        string[] lines =
        [
            Json($"{At - 121}.5", client, server), Json($"{At}.25", client, server),
            Json("\"2026-11-26T08:02:00.123456Z\"", client, server),
            Json("\"2026-11-26T08:02:00Z\"", client, server), Json("\"2026-11-26T08:07:00.5Z\"", client, server),
            Json($"{At}", client, Other(server)),
        ];
        foreach (var log in (string[])["conn.log", "dce_rpc.log"])
            File.WriteAllLines(_folder.PathOf(log), lines);
        Tool.Require("jq");

        await using var shell = Tool.Start("bash", _folder.FullName, "-c", Filter(AdviceTool.ZeekJson, client, server));

        Assert.True(await shell.WaitForExitAsync() == 0, shell.Transcript);
        Assert.Equal(2 * 3, shell.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
    }

    private static string Filter(AdviceTool tool, string client, string server) =>
        FindingAdvice.For(Subject(FindingKind.RemoteService, client, server)).Filters.First(filter => filter.Tool == tool).Text;

    private static IEnumerable<AdviceSubject> Subjects(string client, string server) =>
        Enum.GetValues<FindingKind>().Select(kind => Subject(kind, client, server))
            .SelectMany(subject => (AdviceSubject[])[subject, subject with { Server = null, NumServers = 40 }]);

    private static AdviceSubject Subject(FindingKind kind, string client, string server)
    {
        var (from, to) = (HostAddress.Parse(client), HostAddress.Parse(server));
        return new AdviceSubject
        {
            Kind = kind,
            Client = from,
            Server = to,
            FirstSeenUnixMilliseconds = At * 1000,
            LastSeenUnixMilliseconds = At * 1000,
            Flows = [new AdviceFlow(from, 50_001, to, 49_667)],
        };
    }

    private static string Other(string server) => server[..^1] + "9";

    private static string Columns(long at, string client, string server) =>
        string.Join('\t', $"{at}.000000", "C1", client, "50001", server, "445", "-", "svcctl", "CreateServiceW");

    private static string Json(string at, string client, string server) =>
        $$"""{"ts":{{at}},"uid":"C1","id.orig_h":"{{client}}","id.orig_p":50001,"id.resp_h":"{{server}}","id.resp_p":445}""";

    private static async Task<(int Code, string Output)> TsharkAsync(string capture, string filter, params string[] more)
    {
        await using var tshark = Tool.Start("tshark", Path.GetTempPath(), ["-r", capture, "-Y", filter, .. more]);
        var code = await tshark.WaitForExitAsync();
        return (code, code == 0 ? tshark.Output : tshark.Transcript);
    }

    /// <summary>A capture without a link layer, of TCP packets with SYN from port 50001.</summary>
    private string WriteCapture(IReadOnlyList<(long At, string From, string To, ushort Port)> packets)
    {
        var file = new MemoryStream();
        Write(file, 0xa1b2c3d4, 0x0004_0002, 0, 0, 65_535, 101);
        foreach (var (at, from, to, port) in packets)
        {
            var (source, target) = (IPAddress.Parse(from).GetAddressBytes(), IPAddress.Parse(to).GetAddressBytes());
            var head = source.Length == 4 ? new byte[20] : new byte[40];
            var tcp = new byte[20];
            BinaryPrimitives.WriteUInt16BigEndian(tcp, 50_001);
            BinaryPrimitives.WriteUInt16BigEndian(tcp.AsSpan(2), port);
            (tcp[12], tcp[13]) = (0x50, 0x02);
            if (source.Length == 4)
            {
                (head[0], head[8], head[9]) = (0x45, 64, 6);
                BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(2), 40);
            }
            else
            {
                (head[0], head[6], head[7]) = (0x60, 6, 64);
                BinaryPrimitives.WriteUInt16BigEndian(head.AsSpan(4), 20);
            }

            source.CopyTo(head, head.Length - (2 * source.Length));
            target.CopyTo(head, head.Length - target.Length);
            Write(file, (uint)at, 0, (uint)(head.Length + tcp.Length), (uint)(head.Length + tcp.Length));
            file.Write(head);
            file.Write(tcp);
        }

        var path = _folder.PathOf($"{packets.Count}.pcap");
        File.WriteAllBytes(path, file.ToArray());
        return path;
    }

    private static void Write(MemoryStream file, params uint[] numbers)
    {
        Span<byte> octets = stackalloc byte[4];
        foreach (var number in numbers)
        {
            BinaryPrimitives.WriteUInt32LittleEndian(octets, number);
            file.Write(octets);
        }
    }
}
