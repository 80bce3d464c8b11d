using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>The list of hosts and the page of one: who it is, and its role, which a person corrects there.</summary>
public sealed class HostPageTests : IDisposable
{
    private const string Why = "Our software deployment; <b>ticket</b> 4711 \"urgent\"";
    private const string Who = "Ada <script>alert(1)</script>";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_role_that_a_person_corrects_stays_after_a_reload_and_after_kill_9_until_it_is_taken_back()
    {
        await using var browser = await Chromium.StartAsync();
        var network = new SmallNetwork(_folder);
        await using (var sensor = await LiveCollector.StartAsync(_folder, network.Settings))
        {
            await network.LiveAsync(sensor);
            await ConsoleVisit.RunAsync(browser, sensor, "#/hosts", async visit =>
            {
                await FindAsync(visit, "sccm", "SCCM-01");
                await CorrectAsync(visit.Page);
                await AssertToldAsync(visit.Page);
                await visit.Page.ReloadAsync();
                await AssertToldAsync(visit.Page);
                await visit.LookAsync("host-told");
            });
            await sensor.KillAsync();
        }

        await using var again = await LiveCollector.StartAsync(_folder, network.Settings);
        await ConsoleVisit.RunAsync(browser, again, $"#/hosts/{SmallNetwork.Manager}", async visit =>
        {
            await AssertToldAsync(visit.Page);
            await visit.Page.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
            await visit.Page.GetByRole(AriaRole.Dialog).GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
            await visit.Page.GetByText(Why).WaitForAsync(new() { State = WaitForSelectorState.Detached });
        });
        Assert.Equal("""{"items":[]}""", await again.TextAsync("/api/v1/roles"));
    }

    [Fact]
    public async Task The_page_of_a_host_shows_its_name_its_edges_and_its_incident()
    {
        await using var browser = await Chromium.StartAsync();
        var network = new SmallNetwork(_folder);
        await using var sensor = await LiveCollector.StartAsync(_folder, network.Settings);
        await network.LiveAsync(sensor);
        await sensor.UntilAsync(
            () => sensor.JsonAsync($"/api/v1/incidents?host={SmallNetwork.Intruder}"),
            page => page.GetProperty("items").GetArrayLength() > 0);

        await ConsoleVisit.RunAsync(browser, sensor, $"#/hosts/{SmallNetwork.Intruder}", async visit =>
        {
            await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "PC-0415", Level = 1 }).WaitForAsync();

            // What it is called grows with what is found.
            await visit.Page.GetByRole(AriaRole.Region, new() { Name = "Incidents" }).GetByRole(AriaRole.Link)
                .Filter(new() { HasText = "PC-0415" }).First.WaitForAsync();
            var driven = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Whom it drives" });
            await driven.GetByRole(AriaRole.Link, new() { Name = SmallNetwork.Driven }).WaitForAsync();
            await visit.Page.GetByRole(AriaRole.Table, new() { Name = "Who drives it" }).GetByText("SCCM-01").WaitForAsync();
            await visit.LookAsync("host");

            await visit.GoAsync($"#/hosts/{SmallNetwork.Manager}");
            await visit.Page.GetByText("IT (Berlin)").WaitForAsync();
            visit.Expect(404);
            await visit.GoAsync("#/hosts/10.99.0.1");
            await visit.Page.GetByText("Nothing is known of this host").WaitForAsync();
        });
    }

    [Fact]
    public async Task The_list_of_hosts_is_searched_by_name_and_by_prefix_and_chosen_by_role()
    {
        await using var browser = await Chromium.StartAsync();
        var network = new SmallNetwork(_folder);
        await using var sensor = await LiveCollector.StartAsync(
            _folder, [.. network.Settings, $"--Judgement:Roles:0={SmallNetwork.Controller}=domain-controller"]);
        await network.LiveAsync(sensor);

        await ConsoleVisit.RunAsync(browser, sensor, "#/hosts", async visit =>
        {
            var hosts = visit.Page.GetByRole(AriaRole.Table, new() { Name = "Hosts" });
            await hosts.GetByRole(AriaRole.Row).Nth(5).WaitForAsync();
            await visit.LookAsync("hosts");

            await visit.Page.GetByRole(AriaRole.Searchbox).FillAsync("10.20.0");
            await visit.Page.GetByText("5 hosts found").WaitForAsync();
            await visit.Page.GetByRole(AriaRole.Searchbox).FillAsync("pc-");
            await hosts.GetByText("DC-01").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            Assert.All(await hosts.Locator(".host").AllInnerTextsAsync(), host => Assert.StartsWith("PC-", host, StringComparison.Ordinal));
            await visit.Page.GetByRole(AriaRole.Searchbox).FillAsync("");
            await visit.Page.GetByRole(AriaRole.Combobox, new() { Name = "Role" }).SelectOptionAsync("domain-controller");
            await visit.Page.GetByText("1 host found").WaitForAsync();
            await hosts.GetByText("told by the settings").WaitForAsync();
        });
    }

    [Fact]
    public async Task A_reader_is_offered_nothing_that_changes_anything()
    {
        await using var browser = await Chromium.StartAsync();
        var network = new SmallNetwork(_folder);
        await using var sensor = await LiveCollector.StartAsync(_folder, network.Settings);
        await network.LiveAsync(sensor);

        await ConsoleVisit.RunAsync(browser, sensor, "#/hosts", async visit =>
        {
            await visit.Page.RouteAsync("**/api/v1/session", route => route.FulfillAsync(new()
            {
                ContentType = "application/json",
                Body = """
                    {"name":"Rita","role":"reader","means":"password","can_log_in":true,"needs_first_admin":false,"anti_forgery":"x",
                     "expires_at":null}
                    """,
            }));
            await visit.Page.ReloadAsync();
            foreach (var (place, heading) in ((string, string)[])[
                ($"#/hosts/{SmallNetwork.Manager}", "Role"), ("#/learning", "Suppressions"), ("#/system", "Sinks")])
            {
                await visit.GoAsync(place);
                await visit.Page.GetByRole(AriaRole.Heading, new() { Name = heading }).First.WaitForAsync();
                foreach (var deed in (string[])[
                    "Correct", "Confirm", "Take back", "Tell a role", "Suppress findings", "Delete", "Create", "Revoke", "Test"])
                    Assert.Equal(0, await visit.Page.Locator("main").GetByRole(AriaRole.Button, new() { Name = deed }).CountAsync());
                Assert.Equal(0, await visit.Page.GetByRole(AriaRole.Heading, new() { Name = "Audit log" }).CountAsync());
            }
        });
    }

    private static async Task FindAsync(ConsoleVisit visit, string search, string name)
    {
        await visit.Page.GetByRole(AriaRole.Searchbox).FillAsync(search);

        // Its incidents are links that begin with its name, too.
        await visit.Page.Locator("a.host").Filter(new() { HasText = name }).First.ClickAsync();
        await visit.Page.GetByRole(AriaRole.Heading, new() { Name = name, Level = 1 }).WaitForAsync();
    }

    private static async Task CorrectAsync(IPage page)
    {
        await page.GetByRole(AriaRole.Button, new() { Name = "Correct role" }).ClickAsync();
        var dialog = page.GetByRole(AriaRole.Dialog);
        await dialog.GetByLabel("Role").SelectOptionAsync("management-server");
        await dialog.GetByLabel("Why").FillAsync(Why);
        await dialog.GetByLabel("Your name").FillAsync(Who);
        await dialog.GetByRole(AriaRole.Button, new() { Name = "Tell", Exact = true }).ClickAsync();
        await dialog.WaitForAsync(new() { State = WaitForSelectorState.Detached });
    }

    private static async Task AssertToldAsync(IPage page)
    {
        var card = page.GetByRole(AriaRole.Region, new() { Name = "Role" });
        await card.GetByText("told by a person").WaitForAsync();
        await card.GetByText(Why).WaitForAsync();
        await card.GetByText(Who).WaitForAsync();
        Assert.Equal("Management server", await card.Locator(".role-tag").First.InnerTextAsync());
    }
}
