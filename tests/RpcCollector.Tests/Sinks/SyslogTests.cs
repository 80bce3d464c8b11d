using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using RpcCollector.Detection;
using RpcCollector.Options;
using RpcCollector.Sinks;
using RpcCollector.Store.Outbox;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Sinks;

/// <summary>What goes over the wire; how a real rsyslog takes it is shown end to end.</summary>
public sealed partial class SyslogTests : IDisposable
{
    private static readonly TimeSpan Settling = TimeSpan.FromMilliseconds(300);

    private readonly SinkBench _bench = new();

    public void Dispose() => _bench.Dispose();

    [Theory]
    [InlineData(FindingSeverity.Low, 133)]
    [InlineData(FindingSeverity.Medium, 132)]
    [InlineData(FindingSeverity.High, 131)]
    [InlineData(FindingSeverity.Critical, 130)]
    public void Message_is_as_rfc_5424_has_it_with_the_document_as_its_text(FindingSeverity severity, int priority)
    {
        var message = Message(Found("10.0.0.1", severity: severity));

        var text = Encoding.ASCII.GetString(SyslogMessage.Of(message, _bench.Tools.Texts, SyslogFacility.Local0));

        var parts = Rfc5424().Match(text);
        Assert.True(parts.Success, text);
        Assert.Equal(priority, int.Parse(parts.Groups["pri"].Value, CultureInfo.InvariantCulture));
        Assert.Equal(message.Key, parts.Groups["key"].Value);
        Assert.Equal("incident", parts.Groups["msgid"].Value);
        Assert.Equal(
            message.Key, JsonElement.Parse(parts.Groups["msg"].Value).GetProperty("event").GetProperty("id").GetString());
    }

    [Fact]
    public void Message_is_no_longer_than_servers_take_and_its_document_stays_whole()
    {
        var long_ = Found("10.0.0.1") with
        {
            Reason = string.Concat(Enumerable.Repeat("\ud83d\ude00 ü \u2028", 2_000)),
            Techniques = [.. Enumerable.Range(0, 40).Select(number => $"T1021.{number:000}")],
            Operations = [.. Enumerable.Range(0, 100).Select(number => $"svcctl::Operation{number}")],
        };

        var octets = SyslogMessage.Of(Message(long_), _bench.Tools.Texts, SyslogFacility.Local0);

        Assert.InRange(octets.Length, 500, SyslogMessage.MostBytes);
        Assert.DoesNotContain(octets, octet => octet is < 0x20 or > 0x7E);
        var parts = Rfc5424().Match(Encoding.ASCII.GetString(octets));
        Assert.EndsWith("…", JsonElement.Parse(parts.Groups["msg"].Value).GetProperty("event").GetProperty("reason").GetString());
    }

    [Fact]
    public async Task Over_udp_it_shows_when_nobody_listens_and_what_was_sent_then_is_sent_again()
    {
        using var probe = new UdpClient(new IPEndPoint(IPAddress.Loopback, 0));
        var port = ((IPEndPoint)probe.Client.LocalEndPoint!).Port;
        probe.Close();
        var sink = _bench.Sink(new SinkOptions { Kind = SinkKind.Syslog, Address = $"127.0.0.1:{port}" });
        _bench.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.2", "192.0.2.21")));
        Assert.Equal("nobody listens there", Assert.Single(await SinkBench.TellAsync(sink, mostFailures: 1)).Reason);

        using var server = new UdpClient(new IPEndPoint(IPAddress.Loopback, port));
        Assert.Empty(await SinkBench.TellAsync(sink));

        Assert.Contains("\"10.0.0.1\"", Encoding.ASCII.GetString((await server.ReceiveAsync(SinkBench.Stop)).Buffer));
        Assert.Contains("\"10.0.0.2\"", Encoding.ASCII.GetString((await server.ReceiveAsync(SinkBench.Stop)).Buffer));
    }

    [Fact]
    public async Task Over_tcp_each_message_has_its_length_before_it()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        var reading = ReadAsync(server, messages: 3, isHeld: true);
        await using var sender = Sender(server);

        var outcome = await sender.SendAsync([.. Three()], SinkBench.Stop);

        Assert.Equal((3, null), (outcome.Delivered, outcome.Failure));
        Assert.Equal(Three().Select(message => message.Key), (await reading).Select(text => Rfc5424().Match(text).Groups["key"].Value));
    }

    [Fact]
    public async Task What_a_server_had_not_read_when_it_went_is_sent_again_over_the_next_connection()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var sender = Sender(server);
        var sending = sender.SendAsync([.. Three()], SinkBench.Stop);
        using (var gone = await server.AcceptSocketAsync(SinkBench.Stop))
        {
            // Unread octets, as kill -9 leaves them.
            await gone.ReceiveAsync(new byte[16], SinkBench.Stop);
            gone.LingerState = new LingerOption(true, 0);
        }

        var failed = await sending;
        var reading = ReadAsync(server, messages: 3, isHeld: true);
        var again = await sender.SendAsync([.. Three()], SinkBench.Stop);

        Assert.Equal((0, 3), (failed.Delivered, again.Delivered));
        Assert.NotNull(failed.Failure);
        Assert.Equal(3, (await reading).Count);
    }

    [Fact]
    public async Task What_a_server_read_just_before_it_ended_does_not_count_as_told()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var sender = Sender(server);
        var sending = sender.SendAsync([.. Three()], SinkBench.Stop);
        await ReadAsync(server, messages: 3);

        Assert.Equal("the connection broke before it was sure that all had arrived", (await sending).Failure!.Reason);
    }

    [Fact]
    public async Task Connection_that_a_server_closed_while_nothing_happened_is_made_anew_without_a_failure()
    {
        using var server = new TcpListener(IPAddress.Loopback, 0);
        server.Start();
        await using var sender = Sender(server);
        var sending = sender.SendAsync([.. Three()], SinkBench.Stop);
        using (var connection = await server.AcceptTcpClientAsync(SinkBench.Stop))
        {
            await ReadAsync(connection.GetStream(), messages: 3);
            Assert.Null((await sending).Failure);
        }

        await Task.Delay(50, SinkBench.Stop);
        var reading = ReadAsync(server, messages: 3, isHeld: true);
        Assert.Null((await sender.SendAsync([.. Three()], SinkBench.Stop)).Failure);
        Assert.Equal(3, (await reading).Count);
    }

    private SyslogStream Sender(TcpListener server)
    {
        var options = new SinkOptions
        {
            Kind = SinkKind.Syslog,
            Protocol = SyslogProtocol.Tcp,
            Address = server.LocalEndpoint.ToString()!,
        };
        return new SyslogStream(options, new SinkFiles(options, "Sinks:0"), _bench.Tools.Texts, TimeProvider.System, Settling);
    }

    private IEnumerable<SinkMessage> Three() =>
        Enumerable.Range(1, 3).Select(number => ExampleMessage.At(_bench.Now + number));

    private SinkMessage Message(Finding finding)
    {
        _bench.Write(Added(finding));
        return _bench.Reader.Read(_bench.Outbox.Read(0, 10, OutboxSubject.Incident)[0])!;
    }

    /// <param name="isHeld">True to keep the connection for longer than it takes to be sure.</param>
    private static async Task<IReadOnlyList<string>> ReadAsync(TcpListener server, int messages, bool isHeld = false)
    {
        var connection = await server.AcceptTcpClientAsync(SinkBench.Stop);
        try
        {
            var read = await ReadAsync(connection.GetStream(), messages);
            if (isHeld) await Task.Delay(Settling * 3, SinkBench.Stop);
            return read;
        }
        finally
        {
            connection.Dispose();
        }
    }

    private static async Task<IReadOnlyList<string>> ReadAsync(NetworkStream stream, int messages)
    {
        var read = new List<string>();
        while (read.Count < messages)
        {
            var length = 0;
            while (await OctetAsync(stream) is >= (byte)'0' and <= (byte)'9' and var digit) length = (length * 10) + digit - '0';
            var octets = new byte[length];
            await stream.ReadExactlyAsync(octets, SinkBench.Stop);
            read.Add(Encoding.ASCII.GetString(octets));
        }

        return read;
    }

    private static async Task<byte> OctetAsync(NetworkStream stream)
    {
        var octet = new byte[1];
        await stream.ReadExactlyAsync(octet, SinkBench.Stop);
        return octet[0];
    }

    [GeneratedRegex(
        "^<(?<pri>\\d{1,3})>1 \\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z [!-~]+ RpcCollector \\d+ (?<msgid>incident|finding) "
        + "\\[rpcCollector@32473 key=\"(?<key>[^\"]+)\" event=\"[a-z]+\" id=\"[0-9a-f]{16}\"\\] (?<msg>\\{.*\\})$",
        RegexOptions.None, 5_000)]
    private static partial Regex Rfc5424();
}
