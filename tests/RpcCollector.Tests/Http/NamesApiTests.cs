using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Flows;
using RpcCollector.Names;
using RpcCollector.Tests.Store;
using static RpcCollector.Tests.Store.Activities;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

public sealed class NamesApiTests : IAsyncLifetime
{
    private static readonly HostAddress Client = HostAddress.Parse("10.0.0.1");
    private static readonly HostAddress Server = HostAddress.Parse("192.0.2.20");

    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private NameBook Names => _host.Services.GetRequiredService<NameBook>();

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task A_finding_names_its_hosts_and_who_logged_on_beside_their_addresses()
    {
        Names.LearnLease(Client, 7, "PC-0412"u8, Epoch - 1_000, Epoch + 9_000, isFresh: false);
        Names.Learn(Server, NameSource.Ntlm, "FS-02"u8, Epoch);
        Names.LearnUser(Client, Server, NameSource.Ntlm, "CORP\\alice"u8, true, [], Epoch);
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));

        foreach (var path in (string[])[$"/api/v1/findings/{finding.Id:x16}", "/api/v1/findings"])
        {
            var shown = await GetAsync(path);
            if (shown.TryGetProperty("items", out var items)) shown = items[0];
            Assert.Equal(
                ("10.0.0.1", "PC-0412", "dhcp", "192.0.2.20", "FS-02", "ntlm"),
                (Text(shown, "client"), Text(shown, "client_name"), Text(shown, "client_name_source"), Text(shown, "server"),
                    Text(shown, "server_name"), Text(shown, "server_name_source")));
            Assert.Equal("2025-12-31T23:59:59.000Z", Text(shown, "client_name_since"));
            var user = Assert.Single(shown.GetProperty("users").EnumerateArray());
            Assert.Equal(
                ("CORP\\alice", "ntlm", "192.0.2.20", true),
                (Text(user, "user"), Text(user, "source"), Text(user, "server"), user.GetProperty("succeeded").GetBoolean()));
        }
    }

    [Fact]
    public async Task Who_logged_on_elsewhere_is_told_where_nobody_did_to_the_server()
    {
        Names.LearnUser(Client, HostAddress.Parse("10.0.0.9"), NameSource.Kerberos, "bob@CORP"u8, true, "fs-09"u8, Epoch);
        var finding = Found("10.0.0.1");
        await _host.PublishAsync(Added(finding));

        var user = Assert.Single((await GetAsync($"/api/v1/findings/{finding.Id:x16}")).GetProperty("users").EnumerateArray());

        Assert.Equal(("bob@CORP", "10.0.0.9", "fs-09"), (Text(user, "user"), Text(user, "server"), Text(user, "target")));
    }

    [Fact]
    public async Task An_activity_names_its_hosts_as_they_were_called_when_it_began()
    {
        await _host.PublishAsync(Added(Car(1)));
        var activity = (await GetAsync("/api/v1/activities")).GetProperty("items")[0];
        Assert.False(activity.TryGetProperty("client_name", out _));
        var address = HostAddress.Parse(Text(activity, "client")!);
        Names.LearnLease(address, 1, "THEN"u8, Epoch - 1_000, Epoch + 1, isFresh: false);
        Names.LearnLease(address, 2, "LATER"u8, Epoch + 9_000_000, Epoch + 9_900_000, isFresh: true);

        activity = (await GetAsync("/api/v1/activities")).GetProperty("items")[0];

        Assert.Equal(("THEN", "dhcp"), (Text(activity, "client_name"), Text(activity, "client_name_source")));
    }

    private static string? Text(JsonElement of, string name) => of.TryGetProperty(name, out var value) ? value.GetString() : null;

    private async Task<JsonElement> GetAsync(string path) => JsonElement.Parse(await _host.Client.GetStringAsync(path, Stop));
}
