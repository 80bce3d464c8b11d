using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>The sensor itself: its parts, its store, whom it tells, and who changed what.</summary>
public sealed class SystemPageTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Every_part_and_listener_that_the_API_names_is_shown()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        var told = await sensor.JsonAsync("/api/v1/system");

        await ConsoleVisit.RunAsync(browser, sensor, "#/system", async visit =>
        {
            var parts = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Parts" });
            foreach (var part in told.GetProperty("parts").EnumerateArray())
                await parts.GetByText(part.GetProperty("name").GetString()!, new() { Exact = true }).WaitForAsync();
            var listeners = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Listeners" });
            await listeners.GetByText($"127.0.0.1:{sensor.UdpPort}").WaitForAsync();
            await visit.Page.GetByText($"RpcCollector {told.GetProperty("version").GetString()}").WaitForAsync();
            await visit.LookAsync("system");
        });
    }

    [Fact]
    public async Task What_somebody_changes_is_in_the_audit_log_with_who_did_it()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        const string Who = "Ada <img src=x onerror=alert(1)>";
        await sensor.PostAsync(
            "/api/v1/suppressions", $$"""{"client":"10.20.0.40","who":"{{Who}}","why":"the inventory scans"}""");

        await ConsoleVisit.RunAsync(browser, sensor, "#/system", async visit =>
        {
            var audit = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Audit log" });
            var line = audit.GetByRole(AriaRole.Row).Filter(new() { HasText = "suppressed findings" });
            await line.GetByText(Who).WaitForAsync();
            await visit.LookAsync("system-audit");

            await visit.Page.GetByRole(AriaRole.Combobox, new() { Name = "What was done" }).SelectOptionAsync("verdict");
            await visit.Page.GetByText("No line fits").WaitForAsync();
        });
    }

    [Fact]
    public async Task A_token_is_shown_once_works_and_is_revoked()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);

        await ConsoleVisit.RunAsync(browser, sensor, "#/system", async visit =>
        {
            var tokens = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Tokens" });
            await tokens.GetByRole(AriaRole.Button, new() { Name = "Create a token" }).ClickAsync();
            var dialog = visit.Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByLabel("Name").FillAsync("grafana");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Create", Exact = true }).ClickAsync();
            var token = await dialog.Locator(".system-token code").InnerTextAsync();
            Assert.NotEmpty(token);
            await dialog.GetByRole(AriaRole.Button, new() { Name = "I have kept it" }).ClickAsync();

            await tokens.GetByText("grafana").WaitForAsync();
            await visit.Page.GetByRole(AriaRole.Table, new() { Name = "Audit log" }).GetByText("created a token").WaitForAsync();
            Assert.DoesNotContain(token, await visit.Page.ContentAsync(), StringComparison.Ordinal);
            Assert.DoesNotContain(token, await sensor.TextAsync("/api/v1/tokens"), StringComparison.Ordinal);
            await visit.LookAsync("system-token");

            await tokens.GetByRole(AriaRole.Button, new() { Name = "Revoke grafana" }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Revoke", Exact = true }).ClickAsync();
            await tokens.GetByText("grafana").WaitForAsync(new() { State = WaitForSelectorState.Detached });
        });
    }
}
