using Microsoft.Playwright;
using RpcCollector.EndToEnd.Tests.Browser;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>How far along the sensor is, what it was told of roles, and what it was told to hide.</summary>
public sealed class LearningPageTests : IDisposable
{
    private const string Why = "</td><script>alert(1)</script> the inventory scans";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_suppression_is_added_changed_and_deleted()
    {
        await using var browser = await Chromium.StartAsync();
        await using var sensor = await LiveCollector.StartAsync(_folder);

        await ConsoleVisit.RunAsync(browser, sensor, "#/learning", async visit =>
        {
            var part = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Suppressions" });
            await part.GetByText("Nothing is suppressed").WaitForAsync();
            await part.GetByRole(AriaRole.Button, new() { Name = "Suppress findings" }).ClickAsync();
            var dialog = visit.Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByLabel("Kind").SelectOptionAsync("rpc-sweep");
            visit.Expect(400);
            await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Client" }).FillAsync("10.20.0.400");
            await dialog.GetByLabel("Why").FillAsync(Why);
            await dialog.GetByLabel("Your name").FillAsync("Ada");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Suppress", Exact = true }).ClickAsync();
            await dialog.GetByText("'10.20.0.400' is neither").WaitForAsync();
            await visit.LookAsync("learning-suppress");
            await dialog.GetByRole(AriaRole.Textbox, new() { Name = "Client" }).FillAsync("10.20.0.40");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Suppress", Exact = true }).ClickAsync();

            var row = part.GetByRole(AriaRole.Row).Filter(new() { HasText = "RPC sweep from 10.20.0.40" });
            await row.GetByText(Why).WaitForAsync();
            await row.GetByText("in 29 d").WaitForAsync();
            var added = (await sensor.JsonAsync("/api/v1/suppressions")).GetProperty("items")[0];
            Assert.Equal(("rpc-sweep", "10.20.0.40", "Ada", Why),
                (added.GetProperty("kind").GetString(), added.GetProperty("client").GetString(), added.GetProperty("who").GetString(),
                    added.GetProperty("why").GetString()));

            await row.GetByRole(AriaRole.Button, new() { Name = "Change" }).ClickAsync();
            await dialog.GetByLabel("without end").CheckAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Change", Exact = true }).ClickAsync();
            await row.GetByText("without end").WaitForAsync();
            Assert.False((await sensor.JsonAsync("/api/v1/suppressions")).GetProperty("items")[0].TryGetProperty("expires_at", out _));
            await visit.LookAsync("learning-suppressed");

            await row.GetByRole(AriaRole.Button, new() { Name = "Delete" }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Delete", Exact = true }).ClickAsync();
            await part.GetByText("Nothing is suppressed").WaitForAsync();
            Assert.Equal("""{"items":[]}""", await sensor.TextAsync("/api/v1/suppressions"));
        });
    }

    [Fact]
    public async Task The_role_of_a_network_is_told_and_taken_back()
    {
        await using var browser = await Chromium.StartAsync();
        var network = new SmallNetwork(_folder);
        await using var sensor =
            await LiveCollector.StartAsync(_folder, [.. network.Settings, "--Judgement:Roles:0=10.20.0.10=domain-controller"]);
        await network.LiveAsync(sensor);

        await ConsoleVisit.RunAsync(browser, sensor, "#/learning", async visit =>
        {
            var part = visit.Page.GetByRole(AriaRole.Region, new() { Name = "Roles that were told" });
            await part.GetByText("the settings").First.WaitForAsync();
            await part.GetByRole(AriaRole.Button, new() { Name = "Tell a role" }).ClickAsync();
            var dialog = visit.Page.GetByRole(AriaRole.Dialog);
            await dialog.GetByLabel("Host or network").FillAsync("10.20.1.0/24");
            await dialog.GetByLabel("Role").SelectOptionAsync("workstation");
            await dialog.GetByLabel("Why").FillAsync("The clients of Berlin");
            await dialog.GetByLabel("Your name").FillAsync("Ada");
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Tell", Exact = true }).ClickAsync();

            var row = part.GetByRole(AriaRole.Row).Filter(new() { HasText = "10.20.1.0/24" });
            await row.GetByText("The clients of Berlin").WaitForAsync();
            await visit.LookAsync("learning-roles");
            var told = (await sensor.JsonAsync($"/api/v1/hosts/{SmallNetwork.Intruder}")).GetProperty("host");
            Assert.Equal("workstation", told.GetProperty("role").GetString());

            await row.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
            await dialog.GetByRole(AriaRole.Button, new() { Name = "Take back" }).ClickAsync();
            await row.WaitForAsync(new() { State = WaitForSelectorState.Detached });
        });
    }
}
