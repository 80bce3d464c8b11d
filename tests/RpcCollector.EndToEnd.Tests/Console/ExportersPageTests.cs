using System.Net;
using System.Net.Sockets;
using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;
using static Microsoft.Playwright.Assertions;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>The page of exporters: can somebody trust what they see?</summary>
public sealed class ExportersPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Exporter_that_loses_data_comes_first_and_says_how_much()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await SendAsync(sensor, "127.0.0.2", lost: 0);
        await SendAsync(sensor, "127.0.0.3", lost: 10);
        await sensor.UntilAsync(
            async () => (await sensor.JsonAsync("/api/v1/exporters")).GetProperty("items").EnumerateArray().ToList(),
            items => items.Count == 2 && items[1].GetProperty("lost_units").GetInt64() > 0);

        await ConsoleVisit.RunAsync(browser, sensor, "#/exporters", async visit =>
        {
            var rows = visit.Page.Locator(".split .table .rows .row");
            await Expect(rows).ToHaveCountAsync(2);
            await Expect(rows.First).ToContainTextAsync("127.0.0.3");
            await Expect(rows.First).ToContainTextAsync("loses");
            await Expect(rows.First).ToHaveClassAsync(new System.Text.RegularExpressions.Regex("bad"));
            await Expect(rows.Last).ToContainTextAsync("yes");
            await visit.SeesAsync("2 exporters: 1 with losses or silent, 1 well.");
            await visit.LookAsync("exporters");

            await visit.PressAsync("j");
            await visit.SeesAsync("of what it sent in its latest minute could be used");
            await visit.SeesAsync("Some joins are missed");
            await visit.Page.Locator(".panel summary").First.ClickAsync();
            await visit.Page.Locator(".panel .template summary").First.ClickAsync();
            await Expect(visit.Page.Locator(".fields")).ToContainTextAsync("sourceIPv4Address");
            await visit.LookAsync("exporters-losses");
        });
    }

    [Fact]
    public async Task Sender_of_a_format_that_is_not_read_is_told_what_to_send_instead()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Parse("127.0.0.5"), 0));

        // sFlow version 5 of an agent with an IPv4 address, without samples.
        byte[] sflow = [0, 0, 0, 5, 0, 0, 0, 1, 10, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 3, 232, 0, 0, 0, 0];
        await socket.SendAsync(sflow, new IPEndPoint(IPAddress.Loopback, sensor.UdpPort), TestContext.Current.CancellationToken);
        await sensor.UntilAsync(
            () => sensor.JsonAsync("/api/v1/exporters"), answer => answer.TryGetProperty("not_read", out _));

        await ConsoleVisit.RunAsync(browser, sensor, "#/exporters", async visit =>
        {
            var notRead = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Not read" });
            await Expect(notRead).ToContainTextAsync("127.0.0.5");
            await Expect(notRead).ToContainTextAsync("sFlow");
            await Expect(notRead).ToContainTextAsync("configure NetFlow v9 or IPFIX");
            await visit.LookAsync("exporters-not-read");
        });
    }

    [Fact]
    public async Task Sensor_without_exporters_says_where_to_send_with_commands_to_copy()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await ConsoleVisit.RunAsync(browser, sensor, "#/exporters", async visit =>
        {
            await visit.SeesAsync("No exporter yet");
            await visit.SeesAsync("That is this machine alone");
            await Expect(visit.Page.Locator(".empty pre")).ToContainTextAsync($"127.0.0.1:{sensor.UdpPort}");
            await visit.ClickAsync("Cisco IOS XE");
            await Expect(visit.Page.Locator(".empty pre")).ToContainTextAsync($"transport udp {sensor.UdpPort}");
        });
    }

    /// <summary>Sends Messages with a flow each, some of which are not sent: their records are missing in the sequence.</summary>
    private static async Task SendAsync(LiveCollector sensor, string address, int lost)
    {
        using var socket = new UdpClient(new IPEndPoint(IPAddress.Parse(address), 0));
        var now = DateTimeOffset.UtcNow.ToUnixTimeMilliseconds();
        for (var i = 0; i < 30; i++)
        {
            if (i >= 10 && i < 10 + lost) continue;
            var message = MessageBuilder.Ipfix(exportSeconds: (uint)(now / 1_000), sequence: (uint)i);
            if (i == 0) message.Template(256, Layout.Flow);
            message.Set(256, set => set.FlowRecord("10.1.0.1", 50_000 + i, "10.1.0.2", 443, now - 2_000, now - 1_000));
            await socket.SendAsync(
                message.Build(), new IPEndPoint(IPAddress.Loopback, sensor.UdpPort), TestContext.Current.CancellationToken);
        }
    }
}
