using System.Text.Json;
using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>The picture of who drives whom, and the same as a table.</summary>
public sealed class NetworkPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task The_table_of_edges_says_what_the_API_says()
    {
        await using var browser = await Chromium.StartAsync();
        var network = new SmallNetwork(_folder);
        await using var sensor = await LiveCollector.StartAsync(_folder, network.Settings);
        await network.LiveAsync(sensor);
        var told = await sensor.JsonAsync("/api/v1/network");
        var hosts = told.GetProperty("hosts").EnumerateArray().Select(host => host.GetProperty("address").GetString()!).ToList();
        var expected = told.GetProperty("edges").EnumerateArray()
            .Select(edge =>
                $"{hosts[edge.GetProperty("client").GetInt32()]} {hosts[edge.GetProperty("server").GetInt32()]} {Services(edge)}");

        await ConsoleVisit.RunAsync(browser, sensor, "#/network?view=table", async visit =>
        {
            var table = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Edges" });
            await table.GetByRole(AriaRole.Row).Nth(1).WaitForAsync();
            await visit.LookAsync("network-table");

            // Only the rows in sight are in the page: it is high enough for all.
            await visit.Page.SetViewportSizeAsync(1440, 3_000);
            var rows = table.Locator(".rows [role=row]");
            await rows.Nth(told.GetProperty("edges").GetArrayLength() - 1).WaitForAsync();
            var shown = await rows.EvaluateAllAsync<string[]>("""
                rows => rows.map(row => [...row.querySelectorAll('.address')].map(address => address.textContent).join(' ') + ' '
                  + row.querySelectorAll('[role=cell]')[2].textContent)
                """);
            Assert.Equal(expected.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));

            await visit.GoAsync($"#/network?view=table&host={SmallNetwork.Driven}");
            await visit.Page.GetByText("4 edges between 5 hosts").WaitForAsync();
        });
    }

    [Fact]
    public async Task The_picture_is_steered_by_keys_says_what_it_is_at_and_does_not_move_by_itself()
    {
        await using var browser = await Chromium.StartAsync();
        var network = new SmallNetwork(_folder);
        await using var sensor = await LiveCollector.StartAsync(
            _folder, [
                .. network.Settings, "--Judgement:Roles:0=10.20.0.10=domain-controller", "--Judgement:Roles:1=10.20.0.11=domain-controller",
                "--Judgement:Roles:2=10.20.0.30=server", "--Judgement:Roles:3=10.20.0.31=server",
                "--Judgement:Roles:4=10.20.1.0/24=workstation"]);
        await network.LiveAsync(sensor);

        await ConsoleVisit.RunAsync(browser, sensor, "#/network", async visit =>
        {
            var picture = visit.Page.Locator("canvas");
            await picture.WaitForAsync();
            var first = await StillAsync(picture);
            Assert.Equal(first, await StillAsync(picture));
            await visit.LookAsync("network");

            await picture.FocusAsync();
            await visit.PressAsync("ArrowRight", "ArrowRight");
            var details = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Details" });
            var name = await details.GetByRole(AriaRole.Heading).First.GetByRole(AriaRole.Link).GetAttributeAsync("href");
            Assert.NotEqual(first, await StillAsync(picture));
            await visit.LookAsync("network-host");

            await visit.PressAsync("Enter");
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Who is this" }).WaitForAsync();
            Assert.EndsWith(name!, visit.Page.Url, StringComparison.Ordinal);
        });
    }

    [Fact]
    public async Task What_is_under_the_pointer_is_told_and_a_click_on_a_host_opens_it()
    {
        await using var browser = await Chromium.StartAsync();
        var network = new SmallNetwork(_folder);
        await using var sensor =
            await LiveCollector.StartAsync(_folder, [.. network.Settings, "--Judgement:Roles:0=10.20.0.10=domain-controller"]);
        await network.LiveAsync(sensor);

        await ConsoleVisit.RunAsync(browser, sensor, "#/network", async visit =>
        {
            // The only domain controller stands in the middle.
            var box = await visit.Page.Locator("canvas").BoundingBoxAsync();
            await visit.Page.Mouse.MoveAsync(box!.X + (box.Width / 2), box.Y + (box.Height / 2));
            await visit.Page.GetByRole(AriaRole.Region, new() { Name = "Details" }).GetByText("DC-01").WaitForAsync();
            await visit.Page.Mouse.ClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "DC-01", Level = 1 }).WaitForAsync();
        });
    }

    /// <summary>What is drawn once some frames have gone by.</summary>
    private static Task<string> StillAsync(ILocator picture) => picture.EvaluateAsync<string>("""
        async canvas => {
          for (let i = 0; i < 40; i++) await new Promise(requestAnimationFrame);
          return canvas.toDataURL();
        }
        """);

    private static string Services(JsonElement edge)
    {
        var services = edge.GetProperty("services").EnumerateArray().Select(service => service.GetString()).ToHashSet();
        (string Name, string Title)[] all =
            [("rpc", "RPC"), ("win-rm", "WinRM"), ("rpc-over-http", "RPC over HTTP"), ("smb", "SMB"), ("ldap", "LDAP"),
                ("kerberos", "Kerberos")];
        return string.Join(", ", all.Where(service => services.Contains(service.Name)).Select(service => service.Title));
    }
}
