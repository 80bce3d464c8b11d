using System.Text.Json;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Tests.Store;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http.Access;

/// <summary>What people said keeps the address that it came from.</summary>
public sealed class SaidFromTests
{
    private const string Verdict = """{"verdict":"benign","who":"Ada","why":"backup"}""";
    private const string Suppression = """{"client":"10.0.0.0/8","who":"Ada","why":"the lab"}""";

    [Fact]
    public async Task Verdict_keeps_the_addresses_that_it_and_its_withdrawal_came_from()
    {
        await using var server = await HttpServer.StartAsync();
        var finding = Found("10.0.0.1");
        server.Publish(Added(finding));
        while (server.Findings.Findings == 0) await Task.Delay(5, TestContext.Current.CancellationToken);
        var path = $"/api/v1/findings/{finding.Id:x16}/verdict";

        var given = await server.SendAsync("POST", path, Verdict, from: "127.0.0.2");
        await server.SendAsync("DELETE", path, "", from: "127.0.0.3");
        var history = await ReadAsync(server, path);

        Assert.Contains("\"from\":\"127.0.0.2\"", given.Body, StringComparison.Ordinal);
        var former = history.GetProperty("history")[0];
        Assert.Equal("127.0.0.2", former.GetProperty("from").GetString());
        Assert.Equal("127.0.0.3", former.GetProperty("withdrawn_from").GetString());
    }

    [Fact]
    public async Task Suppression_keeps_the_address_that_it_came_from_last()
    {
        await using var server = await HttpServer.StartAsync();
        await server.SendAsync("POST", "/api/v1/suppressions", Suppression, from: "127.0.0.2");

        Assert.Equal("127.0.0.2", (await ReadAsync(server, "/api/v1/suppressions/1")).GetProperty("from").GetString());

        await server.SendAsync("PUT", "/api/v1/suppressions/1", Suppression, from: "127.0.0.3");

        Assert.Equal("127.0.0.3", (await ReadAsync(server, "/api/v1/suppressions/1")).GetProperty("from").GetString());
    }

    [Fact]
    public void Suppression_of_the_version_before_is_taken_over_and_says_nothing_of_an_address()
    {
        using var temporary = new TemporaryStore();
        var suppression =
            new Suppression(0, Kind: null, "10.0.0.3", Server: null, "Ada", "known", Activities.Epoch, ExpiresUnixMilliseconds: null);
        using (var state = temporary.OpenState())
        {
            new SuppressionStore(state, temporary.Clock).Add(suppression);
            state.Commit(connection =>
            {
                Database.Execute(
                    connection,
                    "DROP TRIGGER verdicts_from; DROP TRIGGER suppressions_from; DROP TABLE said_from;"
                    + "DELETE FROM census WHERE name = 'said_from'");
                return true;
            });
            state.Commit(connection =>
            {
                Database.Execute(connection, "PRAGMA user_version = 2");
                return true;
            });
        }

        using var opened = temporary.OpenState();
        var store = new SuppressionStore(opened, temporary.Clock);
        store.Add(suppression with { From = "192.0.2.1" });

        Assert.Equal([null, "192.0.2.1"], store.Read().Select(counted => counted.Suppression.From));
        Assert.Equal(0, opened.DamagedRows.Of(StateTables.Suppressions));
    }

    [Fact]
    public void Address_goes_with_what_it_belongs_to()
    {
        using var temporary = new TemporaryStore();
        using var state = temporary.OpenState();
        var store = new SuppressionStore(state, temporary.Clock);
        var added = store.Add(new Suppression(0, null, "10.0.0.3", null, "Ada", "known", Activities.Epoch, null, "192.0.2.1"))!;

        store.Delete(added.Id);

        Assert.Equal(0, state.Read(connection => Database.Ask(connection, "SELECT COUNT(*) FROM said_from")));
    }

    private static async Task<JsonElement> ReadAsync(HttpServer server, string path)
    {
        var body = (await server.GetAsync(path)).Body;
        return JsonElement.Parse(body);
    }
}
