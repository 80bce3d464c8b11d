using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>Users, tokens and the first admin, with the program's own commands and a process that runs.</summary>
public sealed class LoginTests : IDisposable
{
    private const string Password = "correct horse";

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Users_and_tokens_that_commands_make_are_known_to_the_process_within_seconds_and_removed_ones_are_not()
    {
        await using var collector = await LiveCollector.StartAsync(_folder, "--Http:Login=Always", "--Http:Health=Open");
        Assert.Equal(HttpStatusCode.Unauthorized, await collector.StatusAsync("/api/v1/findings"));

        await CommandAsync(Password + "\n", "users", "add", "ada", "--role", "admin");
        var token = (await CommandAsync("", "tokens", "create", "prometheus", "--scope", "metrics", "--days", "1")).Output.Trim();
        using var client = Client(collector);
        await collector.UntilAsync(() => LogInAsync(client), status => status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(client, "/api/v1/audit"));
        using var scraper = Client(collector);
        scraper.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        await collector.UntilAsync(() => AskAsync(scraper, "/metrics"), status => status == HttpStatusCode.OK);
        Assert.Equal(HttpStatusCode.Forbidden, await AskAsync(scraper, "/api/v1/findings"));

        var id = (await CommandAsync("", "tokens", "list")).Output.Split('\n')
            .Single(line => line.Contains("prometheus", StringComparison.Ordinal)).Trim().Split(' ')[0];
        await CommandAsync("", "tokens", "revoke", id);
        await CommandAsync("", "users", "remove", "ada");

        await collector.UntilAsync(() => AskAsync(scraper, "/metrics"), status => status == HttpStatusCode.Unauthorized);
        await collector.UntilAsync(() => AskAsync(client, "/api/v1/audit"), status => status == HttpStatusCode.Unauthorized);
    }

    [Fact]
    public async Task Login_outlives_kill_9_and_the_first_admin_comes_by_the_link_of_the_log()
    {
        using var cookies = new HttpClientHandler { CookieContainer = new CookieContainer() };
        using var client = new HttpClient(cookies, disposeHandler: false);
        string[] settings = ["--Http:Login=Always"];
        await using (var first = await LiveCollector.StartAsync(_folder, settings))
        {
            const string Mark = "/#/first-admin/";
            await first.UntilAsync(
                () => Task.FromResult(first.Transcript), text => text.Contains(Mark, StringComparison.Ordinal));
            var link = first.Transcript.Split(Mark)[1][..43];
            using var body = Json(new() { ["link"] = link, ["name"] = "ada", ["password"] = Password });
            using var made = await client.PostAsync(
                new Uri($"http://127.0.0.1:{first.HttpPort}/api/v1/session/first-admin"), body, TestContext.Current.CancellationToken);
            Assert.Equal(HttpStatusCode.OK, made.StatusCode);
            await first.KillAsync();
        }

        await using var second = await LiveCollector.StartAsync(_folder, settings);

        Assert.DoesNotContain("first-admin/", second.Transcript, StringComparison.Ordinal);
        using var audit = await client.GetAsync(
            new Uri($"http://127.0.0.1:{second.HttpPort}/api/v1/audit?what=first-admin"), TestContext.Current.CancellationToken);
        Assert.Equal(HttpStatusCode.OK, audit.StatusCode);
        Assert.Contains(
            "\"who\":\"ada\"", await audit.Content.ReadAsStringAsync(TestContext.Current.CancellationToken), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("--Http:Login=Sometimes", "Http:Login")]
    [InlineData("--Http:SessionIdle=00:00:01", "Http:SessionIdle")]
    [InlineData("--Http:SessionIdle=2.00:00:00", "Http:SessionIdle")]
    [InlineData("--Http:Tls:Key=key.pem", "Http:Tls:Key")]
    [InlineData("--Http:Tls:Certificate=absent.pem", "Http:Tls:Certificate")]
    [InlineData("--Http:Proxy:Addresses:0=0.0.0.0/0", "Http:Proxy:Addresses")]
    [InlineData("--Http:Proxy:UserHeader=X-Remote-User", "Http:Proxy:UserHeader")]
    [InlineData("--Http:Users={folder}/users", "line 2: the password is not kept by bcrypt")]
    public async Task Setting_of_the_login_that_makes_no_sense_is_named_on_one_line_with_exit_code_2(string setting, string named)
    {
        await File.WriteAllTextAsync(_folder.PathOf("users"), "# ours\nada:secret:admin\n", TestContext.Current.CancellationToken);

        var result = await CollectorProgram.RunAsync(
            ["run", .. LiveCollector.Settings(_folder, FreePort.Udp(), FreePort.Tcp()),
                setting.Replace("{folder}", _folder.FullName, StringComparison.Ordinal)]);

        Assert.Equal(2, result.ExitCode);
        Assert.Contains(named, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "The password: It is shorter than 8 characters.", "users", "add", "ada")]
    [InlineData(Password, "The name contains", "users", "add", "a:b")]
    [InlineData(Password, "There is no user 'ada'", "users", "remove", "ada")]
    [InlineData("", "There is no token 'abc'", "tokens", "revoke", "abc")]
    [InlineData("", "--days: 0 is not from 1 to 3650.", "tokens", "create", "x", "--days", "0")]
    public async Task Command_that_cannot_be_done_says_so_on_one_line_with_exit_code_2(string input, string why, params string[] words)
    {
        var result = await RunAsync(input + "\n", words);

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith(why, Assert.Single(result.ErrorLines), StringComparison.Ordinal);
    }

    private async Task<ProgramResult> CommandAsync(string input, params string[] words)
    {
        var result = await RunAsync(input, words);
        Assert.True(result.ExitCode == 0, result.Errors);
        return result;
    }

    private async Task<ProgramResult> RunAsync(string input, params string[] words)
    {
        await using var process =
            CollectorProgram.Start([.. words, $"--Store:Folder={_folder.PathOf("data")}"], _folder.FullName, input: input);
        var exitCode = await process.WaitForExitAsync();
        return new ProgramResult(exitCode, process.Output, process.Errors);
    }

    private static HttpClient Client(LiveCollector collector) => new() { BaseAddress = new Uri($"http://127.0.0.1:{collector.HttpPort}") };

    private static async Task<HttpStatusCode> LogInAsync(HttpClient client)
    {
        using var body = Json(new() { ["name"] = "ada", ["password"] = Password });
        using var answer =
            await client.PostAsync(new Uri("/api/v1/session", UriKind.Relative), body, TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static async Task<HttpStatusCode> AskAsync(HttpClient client, string path)
    {
        using var answer = await client.GetAsync(new Uri(path, UriKind.Relative), TestContext.Current.CancellationToken);
        return answer.StatusCode;
    }

    private static StringContent Json(Dictionary<string, string> members) =>
        new(JsonSerializer.Serialize(members), Encoding.UTF8, "application/json");
}
