using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>What somebody does with it who has just installed it, from an empty page to a verdict.</summary>
public sealed class StrangersTenMinutesTests : IDisposable
{
    private const string Attack = "10.20.1.15 drove 10.20.0.10";
    private const string Script = "<img src=x onerror=\"window.taken=true\">";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Attack_is_seen_understood_and_answered_without_reloading_the_page()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;

            // 1. Nothing yet, and what to do next: by the port that this sensor listens on.
            await visit.SeesAsync("Nothing has been reported yet");
            await visit.SeesAsync("No exporter has sent anything yet.");
            Assert.Contains("send --now", await page.Locator(".first-start").InnerTextAsync(), StringComparison.Ordinal);
            await visit.LookAsync("stranger-1-first-start");
            await page.EvaluateAsync("() => { window.isTheSamePage = true; }");

            // 2. The attack arrives by itself.
            await Exports.SendNowAsync(sensor);
            await visit.SeesIncidentAsync(Attack);
            Assert.True(await page.EvaluateAsync<bool>("() => window.isTheSamePage === true"));
            await visit.LookAsync("stranger-2-incidents");

            // 3. What it is, why it is told, and what to look at next.
            await page.GetByRole(AriaRole.Link, new() { Name = Attack }).ClickAsync();
            await visit.SeesAsync("What to look at next");
            await visit.SeesAsync("Three questions that tell them apart");
            await visit.SeesAsync("How to close the door");
            await visit.SeesAsync("First RPC from host of unknown role 10.20.1.15");
            Assert.Equal(3, await page.Locator(".questions tbody tr").CountAsync());
            Assert.NotEqual(0, await page.Locator(".filters pre").CountAsync());
            await visit.LookAsync("stranger-3-incident");

            // 4. A note, which is text whatever it says.
            await visit.ClickAsync("Note n");
            await page.GetByLabel("What others should know").FillAsync(Script);
            await page.GetByLabel("Your name").FillAsync("Ada");
            await visit.LookAsync("stranger-4-note");
            await visit.ClickAsync("Write note", exact: true);
            await page.Locator(".history").GetByText(Script).WaitForAsync();
            Assert.Equal(0, await page.Locator("img[src=x]").CountAsync());

            // 5. Acknowledged, and mine.
            await visit.ClickAsync("Acknowledge");
            await page.Locator(".incident-sub").GetByText("Acknowledged", new() { Exact = true }).WaitForAsync();
            await visit.ClickAsync("Assign to me");
            await page.Locator(".incident-sub").GetByText("with Ada").WaitForAsync();

            // 6. Benign, for this pair of hosts, for a month.
            await visit.ClickAsync("Verdict");
            await page.GetByRole(AriaRole.Radio, new() { Name = "Benign" }).CheckAsync();
            await page.GetByRole(AriaRole.Radio, new() { Name = "These pairs of hosts" }).CheckAsync();
            await visit.SeesAsync("Makes 1 suppression");
            await page.GetByLabel("Why?").FillAsync("The backup moved to a new server.");
            await visit.LookAsync("stranger-5-verdict");
            await visit.ClickAsync("Close as benign");
            await page.Locator(".incident-sub").GetByText("Closed: benign").WaitForAsync();
            await visit.LookAsync("stranger-6-closed");

            // 7. It has left the list and stands among the closed ones.
            await page.GetByRole(AriaRole.Navigation, new() { Name = "Where this is" }).GetByRole(AriaRole.Link).ClickAsync();
            await page.Locator(".rows .row").First.WaitForAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = Attack })).ToHaveCountAsync(0);
            await page.GetByLabel("State", new() { Exact = true }).SelectOptionAsync("closed");
            await visit.SeesAsync(Attack);
            await visit.LookAsync("stranger-7-among-the-closed");
        });

        // 8. What was made lasts.
        var suppression = Assert.Single((await sensor.JsonAsync("/api/v1/suppressions")).GetProperty("items").EnumerateArray());
        Assert.Equal(("10.20.1.15", "Ada"), (suppression.GetProperty("client").GetString(), suppression.GetProperty("who").GetString()));
    }

    [Fact]
    public async Task Finding_is_suppressed_from_its_incident_which_is_hidden_by_that_and_can_be_shown()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await Exports.SendNowAsync(sensor);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            await visit.SeesIncidentAsync(Attack);
            await page.GetByRole(AriaRole.Link, new() { Name = Attack }).ClickAsync();
            await page.Locator(".evidence .expander").First.ClickAsync();
            await visit.ClickAsync("Suppress…");
            await visit.SeesAsync("Hides “Peer-to-peer RPC” from 10.20.1.15 to 10.20.0.10.");
            await page.GetByLabel("Why?").FillAsync("Known.");
            await page.GetByLabel("Your name").FillAsync("Ada");
            await visit.LookAsync("suppression");
            await visit.ClickAsync("Suppress", exact: true);
            await visit.SeesAsync("Suppressed");

            await visit.GoAsync("#/incidents");
            await visit.SeesAsync("1 hidden");
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = Attack })).ToHaveCountAsync(0);
            await visit.ClickAsync("show it");
            await visit.SeesAsync(Attack);
        });
    }

    [Fact]
    public async Task Everything_is_done_by_the_keyboard_alone()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);
        await Exports.SendNowAsync(sensor);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            await visit.SeesIncidentAsync(Attack);
            for (var i = 0; i < 20 && await FocusedAsync(page) != Attack; i++)
            {
                await visit.PressAsync(i == 0 ? "j" : await IsLastAsync(page) ? "k" : "j");
                await page.WaitForFunctionAsync("() => document.activeElement?.closest('.row.current') != null");
            }

            Assert.Equal(Attack, await FocusedAsync(page));

            // Who it is, is asked once.
            await visit.PressAsync("a");
            await page.GetByRole(AriaRole.Dialog, new() { Name = "Who are you?" }).WaitForAsync();
            await page.Keyboard.TypeAsync("Grace");
            await visit.PressAsync("Enter");
            await page.Locator(".row.current").GetByText("Acknowledged").WaitForAsync();

            await visit.PressAsync("Enter");
            await visit.SeesAsync("What to look at next");
            await visit.PressAsync("n");
            await page.GetByRole(AriaRole.Dialog, new() { Name = "Note" }).WaitForAsync();
            await page.Keyboard.TypeAsync("Asked the helpdesk.");
            await visit.PressAsync("Control+Enter");
            await page.Locator(".history").GetByText("Asked the helpdesk.").WaitForAsync();

            await visit.PressAsync("v");
            await page.GetByRole(AriaRole.Dialog, new() { Name = "Verdict" }).WaitForAsync();
            await visit.PressAsync("Space", "Tab", "Tab");
            for (var i = 0; i < 12 && await page.EvaluateAsync<string>("() => document.activeElement.tagName") != "TEXTAREA"; i++)
                await visit.PressAsync("Tab");
            await page.Keyboard.TypeAsync("Somebody helps.");
            await visit.PressAsync("Control+Enter");
            await page.Locator(".incident-sub").GetByText("Closed: benign").WaitForAsync();

            await visit.PressAsync("u");
            await page.Locator(".rows .row").First.WaitForAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Link, new() { Name = Attack })).ToHaveCountAsync(0);
            await visit.PressAsync("g", "e");
            await page.Locator("main h1").GetByText("Exporters").WaitForAsync();
        });
    }

    private static Task<bool> IsLastAsync(IPage page) =>
        page.EvaluateAsync<bool>("() => document.querySelector('.rows').lastElementChild.matches('.current')");

    private static Task<string> FocusedAsync(IPage page) => page.EvaluateAsync<string>("() => document.activeElement.textContent");
}
