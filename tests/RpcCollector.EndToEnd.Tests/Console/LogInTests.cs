using System.Text.RegularExpressions;
using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>Who logs in, what they may do here, and how they leave.</summary>
public sealed partial class LogInTests : IDisposable
{
    private const string Attack = "10.20.1.15 drove 10.20.0.10";
    private const string Password = "correct horse battery";

    private static readonly string[] Always = ["--Http:Login=Always"];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Reader_sees_all_and_is_offered_nothing_that_changes_and_refused_it()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await StartAsync("reader");
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            visit.Expect(401, 403);
            await LogInAsync(visit);
            await Exports.SendNowAsync(sensor);
            await visit.SeesIncidentAsync(Attack);
            await page.GetByRole(AriaRole.Link, new() { Name = Attack }).ClickAsync();
            await visit.SeesAsync("What to look at next");
            await page.Locator(".evidence .expander").First.ClickAsync();
            await page.Locator(".finding-more .flows").WaitForAsync();
            foreach (var deed in (string[])["Acknowledge", "Assign to me", "Note", "Verdict", "Suppress…", "Write a note"])
                await Assertions.Expect(page.GetByRole(AriaRole.Button, new() { Name = deed })).ToHaveCountAsync(0);
            await visit.PressAsync("a", "n", "v");
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            await visit.LookAsync("reader-incident");

            // Whoever asks by hand is refused.
            Assert.Equal(403, await PostAsync(page, "state", "{ state: 'acknowledged' }"));
            Assert.Equal(403, await PostAsync(page, "verdict", "{ verdict: 'benign', why: 'x' }"));
        });
    }

    [Fact]
    public async Task Analyst_is_known_by_name_and_sees_no_audit_log()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await StartAsync("analyst");
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            visit.Expect(401, 403);
            await LogInAsync(visit);
            await Exports.SendNowAsync(sensor);
            await visit.SeesIncidentAsync(Attack);
            await page.GetByRole(AriaRole.Link, new() { Name = Attack }).ClickAsync();
            await visit.ClickAsync("Acknowledge");
            await page.Locator(".history").GetByText("acknowledged it.").WaitForAsync();
            await page.Locator(".history strong").GetByText("ada").First.WaitForAsync();
            await Assertions.Expect(page.GetByRole(AriaRole.Dialog)).ToHaveCountAsync(0);
            Assert.Equal(403, await page.EvaluateAsync<int>("async () => (await fetch('./api/v1/audit')).status"));
        });
    }

    [Fact]
    public async Task Admin_reads_who_did_what()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await StartAsync("admin");
        await ConsoleVisit.RunAsync(browser, sensor, "#/system", async visit =>
        {
            visit.Expect(401);
            await LogInAsync(visit);
            await visit.Page.Locator("main h1").GetByText("System").WaitForAsync();
            Assert.Equal(200, await visit.Page.EvaluateAsync<int>("async () => (await fetch('./api/v1/audit')).status"));
            await visit.LookAsync("admin-system");
        });
    }

    [Fact]
    public async Task Wrong_password_is_said_and_too_many_of_them_wait()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await StartAsync("reader");
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            visit.Expect(401, 429);
            await visit.LookAsync("log-in");
            await TryAsync(page, "not this one");
            await visit.SeesAsync("This name and password do not go together.");

            // Each further failure has to wait twice as long: sooner or later it comes before somebody has typed again.
            var button = page.GetByRole(AriaRole.Button, new() { Name = "Log in", Exact = true });
            for (var i = 0; i < 12 && await button.IsEnabledAsync(); i++)
            {
                await TryAsync(page, "not this one");
                await page.GetByText("do not go together").Or(page.GetByText("Try again")).First.WaitForAsync();
            }

            await Assertions.Expect(page.Locator(".log-in-problem")).ToContainTextAsync(Wait());
            await visit.LookAsync("log-in-wait");
        });
    }

    [Fact]
    public async Task Session_that_ends_asks_again_and_leads_back_to_where_one_was()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await StartAsync("analyst");
        await Exports.SendNowAsync(sensor);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            visit.Expect(401);
            await LogInAsync(visit);
            await visit.SeesIncidentAsync(Attack);
            await page.GetByRole(AriaRole.Link, new() { Name = Attack }).ClickAsync();
            await visit.SeesAsync("What to look at next");
            await visit.ClickAsync("Note n");
            await page.GetByLabel("What others should know").FillAsync("half a sentence");

            await page.Context.ClearCookiesAsync();
            await visit.ClickAsync("Write note", exact: true);
            await visit.SeesAsync("Your session has ended.");
            await Assertions.Expect(page.Locator("nav.side")).Not.ToBeVisibleAsync();
            await visit.LookAsync("log-in-ended");
            await LogInAsync(visit);

            // What was typed is there still.
            await visit.SeesAsync("What to look at next");
            Assert.Equal("half a sentence", await page.GetByLabel("What others should know").InputValueAsync());
            await visit.ClickAsync("Write note", exact: true);
            await page.Locator(".history").GetByText("half a sentence").WaitForAsync();

            await visit.ClickAsync("Log out");
            await page.GetByRole(AriaRole.Heading, new() { Name = "Log in" }).WaitForAsync();
            await Assertions.Expect(page.GetByText("Your session has ended.")).ToHaveCountAsync(0);
        });
    }

    [Fact]
    public async Task First_admin_is_made_by_the_link_of_the_log_which_works_once()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder, Always);
        var link = await sensor.UntilAsync(
            () => Task.FromResult(Link().Match(sensor.Transcript)), found => found.Success);
        await ConsoleVisit.RunAsync(browser, sensor, "", async visit =>
        {
            var page = visit.Page;
            visit.Expect(401);
            await visit.SeesAsync("Nobody can log in yet");
            await visit.LookAsync("log-in-nobody-yet");
            await visit.GoAsync(link.Value);
            await page.GetByLabel("Name", new() { Exact = true }).FillAsync("ada");
            await page.Locator("input[autocomplete=new-password]").First.FillAsync(Password);
            await page.GetByLabel("The same password again").FillAsync("another one");
            await visit.ClickAsync("Become admin");
            await visit.SeesAsync("The two passwords differ.");
            await visit.LookAsync("first-admin");
            await page.GetByLabel("The same password again").FillAsync(Password);
            await visit.ClickAsync("Become admin");
            await visit.SeesAsync("Nothing has been reported yet");
            await page.Locator(".who").GetByText("admin").WaitForAsync();

            await visit.GoAsync(link.Value);
            await visit.SeesAsync("There is an admin already");
        });
    }

    private async Task<LiveCollector> StartAsync(string role)
    {
        var settings = LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp());
        await using (var adding = CollectorProgram.Start(["users", "add", "ada", "--role", role, .. settings], input: Password + "\n"))
            Assert.True(await adding.WaitForExitAsync() == 0, adding.Transcript);
        return await LiveCollector.StartAsync(_folder, Always);
    }

    private static async Task LogInAsync(ConsoleVisit visit)
    {
        await TryAsync(visit.Page, Password);
        await visit.Page.Locator("nav.side").WaitForAsync();
    }

    private static async Task TryAsync(IPage page, string password)
    {
        await page.GetByLabel("Name", new() { Exact = true }).FillAsync("ada");
        await page.GetByLabel("Password", new() { Exact = true }).FillAsync(password);
        await page.GetByRole(AriaRole.Button, new() { Name = "Log in", Exact = true }).ClickAsync();
    }

    // With all that a page of the console would send, and with the proof that it is no other page's.
    private static Task<int> PostAsync(IPage page, string deed, string body) => page.EvaluateAsync<int>(
        $$"""
        async () => {
          const session = await (await fetch('./api/v1/session')).json();
          const id = location.hash.split('/')[2].split('?')[0];
          const answer = await fetch(`./api/v1/incidents/${id}/{{deed}}`, {
            method: 'POST', body: JSON.stringify({{body}}),
            headers: { 'Content-Type': 'application/json', 'X-Anti-Forgery': session.anti_forgery },
          });
          return answer.status;
        }
        """);

    [GeneratedRegex("Try again in \\d+ s, at \\d\\d:\\d\\d:\\d\\d UTC")]
    private static partial Regex Wait();

    [GeneratedRegex("#/first-admin/[A-Za-z0-9_-]{43}")]
    private static partial Regex Link();
}
