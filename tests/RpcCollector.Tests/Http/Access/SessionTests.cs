using RpcCollector.Accounts;
using RpcCollector.Http.Access;
using RpcCollector.Options;

namespace RpcCollector.Tests.Http.Access;

/// <summary>Logging in by name and password, and what comes of it.</summary>
public sealed class SessionTests : IAsyncLifetime
{
    private const string Suppression = """{"client":"10.0.0.0/8","who":"Mallory","why":"the lab"}""";

    private HttpServer _server = null!;

    public async ValueTask InitializeAsync() => _server = await StartAsync();

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    [Fact]
    public async Task Whoever_logs_in_reads_writes_under_the_own_name_and_logs_out()
    {
        Assert.Equal(401, (await _server.GetAsync("/api/v1/findings")).Status);
        var login = await _server.LogInAsync("ana");

        Assert.Equal(200, (await _server.GetAsAsync("/api/v1/findings", login.Reading)).Status);
        var session = (await _server.GetAsAsync("/api/v1/session", login.Reading)).Json();
        Assert.Equal(("ana", "analyst", "password"),
            (session.GetProperty("name").GetString(), session.GetProperty("role").GetString(), session.GetProperty("means").GetString()));
        var written = await _server.WriteAsync("POST", "/api/v1/suppressions", Suppression, login.Writing);
        Assert.Equal(201, written.Status);
        Assert.Equal("ana", written.Json().GetProperty("who").GetString());

        var left = await _server.WriteAsync("DELETE", "/api/v1/session", "", login.Writing);

        Assert.Equal(204, left.Status);
        Assert.Contains("Set-Cookie: rpc-collector=; expires=Thu, 01 Jan 1970", left.Head, StringComparison.Ordinal);
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", login.Reading)).Status);
    }

    [Theory]
    [InlineData("ana", "wrong horse")]
    [InlineData("ana", "")]
    [InlineData("Ana", People.Password)]
    [InlineData("nobody", People.Password)]
    [InlineData("ana:x", People.Password)]
    [InlineData("<script>alert(1)</script>", "\u0000\u0001")]
    public async Task Wrong_names_and_passwords_are_not_told_apart(string name, string password)
    {
        var answer = await _server.TryAsync(name, password);

        Assert.Equal(password.Length == 0 ? 400 : 401, answer.Status);
        if (password.Length > 0) Assert.Equal("Name or password is wrong.", answer.Json().GetProperty("title").GetString());
        Assert.DoesNotContain("Set-Cookie", answer.Head, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cookie_is_for_no_script_and_no_other_page_and_over_TLS_for_no_other_host()
    {
        var plain = await _server.LogInAsync("ana");

        Assert.Equal(["path=/", "samesite=strict", "httponly"], Attributes(plain));
        await using var proxied = await StartAsync(http => http.Hosts = ["https://sensor.example"]);
        var answer = await proxied.AskAsync(
            "POST /api/v1/session HTTP/1.1\nHost: sensor.example\nOrigin: https://sensor.example\nContent-Type: application/json\n"
            + "Content-Length: 42\nConnection: close\n\n" + """{"name":"ana","password":"correct horse"}  """);
        var secure = Login.Of(answer);
        Assert.StartsWith("__Host-rpc-collector=", secure.Cookie, StringComparison.Ordinal);
        Assert.Equal(["path=/", "secure", "samesite=strict", "httponly"], Attributes(secure));

        // A neighbour of the host can set the plain one.
        var tossed = secure.Cookie["__Host-".Length..];
        Assert.Equal(200, await proxied.StatusAsync($"GET /api/v1/findings HTTP/1.1\nHost: sensor.example\nCookie: {secure.Cookie}"));
        Assert.Equal(401, await proxied.StatusAsync($"GET /api/v1/findings HTTP/1.1\nHost: sensor.example\nCookie: {tossed}"));
    }

    [Fact]
    public async Task Change_with_a_cookie_needs_what_only_a_page_of_ours_can_read()
    {
        var (login, other) = (await _server.LogInAsync("ana"), await _server.LogInAsync("ana"));

        foreach (var proof in (string[])["", "\nX-Anti-Forgery:", "\nX-Anti-Forgery: guessed", $"\nX-Anti-Forgery: {other.AntiForgery}",
            $"\nX-Anti-Forgery: {login.AntiForgery}\nX-Anti-Forgery: {login.AntiForgery}"])
        {
            Assert.Equal(403, (await _server.WriteAsync("POST", "/api/v1/suppressions", Suppression, login.Reading + proof)).Status);
            Assert.Equal(403, (await _server.WriteAsync("DELETE", "/api/v1/session", "", login.Reading + proof)).Status);
        }

        Assert.Equal(5 * 2, _server.Gauges.Refused(HttpRefusal.NoAntiForgery));
        Assert.Equal("""{"items":[]}""", (await _server.GetAsAsync("/api/v1/suppressions", login.Reading)).Json().ToString());
    }

    [Fact]
    public async Task Cookie_that_was_there_before_the_login_becomes_worth_nothing()
    {
        var planted = "Cookie: rpc-collector=" + new string('A', 43);
        var former = await _server.LogInAsync("ray");

        var login = await _server.LogInAsync("ana", headers: planted);
        var again = await _server.LogInAsync("ana", headers: former.Reading);

        Assert.NotEqual(planted, login.Reading);
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", planted)).Status);
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", former.Reading)).Status);
        Assert.Equal(200, (await _server.GetAsAsync("/api/v1/findings", again.Reading)).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("x")]
    [InlineData("!!!!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA!")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("%00%ff")]
    public async Task Whatever_is_shown_as_a_cookie_a_token_or_a_link_and_is_none_is_nobodys(string text)
    {
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", $"Cookie: rpc-collector={text}")).Status);
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", $"Authorization: Bearer rpc_{text}")).Status);
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", $"Authorization: Bearer {text}")).Status);
        Assert.Null(_server.Get<FirstAdmin>().TryTake(text));
    }

    [Fact]
    public async Task Login_is_over_when_it_is_not_used_and_after_a_day()
    {
        var (idle, used) = (await _server.LogInAsync("ana"), await _server.LogInAsync("ana"));
        for (var hour = 1; hour < 24; hour++)
        {
            _server.Time.Now += TimeSpan.FromHours(1);
            Assert.Equal(200, (await _server.GetAsAsync("/api/v1/findings", used.Reading)).Status);
            if (hour >= 8) Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", idle.Reading)).Status);
        }

        _server.Time.Now += TimeSpan.FromHours(1);

        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", used.Reading)).Status);
    }

    [Fact]
    public async Task Login_made_while_the_clock_was_ahead_lasts_no_longer_once_it_is_right()
    {
        _server.Time.Step = TimeSpan.FromDays(400);
        var login = await _server.LogInAsync("ana");
        _server.Time.Step = TimeSpan.Zero;
        Assert.Equal(200, (await _server.GetAsAsync("/api/v1/findings", login.Reading)).Status);

        _server.Time.Now += TimeSpan.FromHours(8);

        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", login.Reading)).Status);
    }

    [Fact]
    public async Task Login_outlives_a_restart_and_its_secret_is_kept_nowhere()
    {
        using var files = new KeptFolder();
        string cookie;
        await using (var first = await StartAsync(folder: files))
        {
            cookie = (await first.LogInAsync("ana")).Cookie;
        }

        foreach (var file in Directory.EnumerateFiles(files.FullName))
            Assert.DoesNotContain(cookie.Split('=')[1], await ReadAsync(file), StringComparison.Ordinal);
        await using var second = await StartAsync(folder: files);
        Assert.Equal(200, (await second.GetAsAsync("/api/v1/findings", $"Cookie: {cookie}")).Status);
    }

    [Theory]
    [InlineData("")]
    [InlineData("ana:{hash}:reader")]
    [InlineData("ana:{other}:analyst")]
    public async Task Login_and_what_it_is_being_told_end_when_the_user_is_another(string line)
    {
        var login = await _server.LogInAsync("ana");
        using var wires = new Wires();
        var (stream, _) = await wires.ListenAsync(_server, "127.0.0.1", login.Reading + "\r\n");
        var former = (await File.ReadAllLinesAsync(UsersPath, TestContext.Current.CancellationToken))
            .Single(user => user.StartsWith("ana", StringComparison.Ordinal));
        var changed = line.Replace("{hash}", former.Split(':')[1], StringComparison.Ordinal)
            .Replace("{other}", PasswordHash.Of("another horse", PasswordHash.LeastCost), StringComparison.Ordinal);

        await File.WriteAllTextAsync(UsersPath, $"{changed}\nada:{former.Split(':')[1]}:admin\n", TestContext.Current.CancellationToken);
        for (var look = 0; look < 2; look++) _server.Get<AccessWatch>().Look();

        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", login.Reading)).Status);
        await stream.ReadAnswerAsync(); // to its end
    }

    [Fact]
    public async Task Stream_ends_with_the_login_and_with_the_token_that_it_was_asked_for_by()
    {
        var token = People.WriteToken(_server.Folder, AccessRole.Reader);
        for (var look = 0; look < 2; look++) _server.Get<AccessWatch>().Look();
        var login = await _server.LogInAsync("ana");
        using var wires = new Wires();
        var (ofLogin, _) = await wires.ListenAsync(_server, "127.0.0.1", login.Reading + "\r\n");
        var (ofToken, _) = await wires.ListenAsync(_server, "127.0.0.1", $"Authorization: Bearer {token}\r\n");

        await _server.WriteAsync("DELETE", "/api/v1/session", "", login.Writing);
        await ofLogin.ReadAnswerAsync(); // to its end
        _server.Time.Now += TimeSpan.FromDays(1);
        _server.Get<AccessWatch>().Look();
        await ofToken.ReadAnswerAsync();

        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", $"Authorization: Bearer {token}")).Status);
    }

    [Fact]
    public async Task One_user_has_so_many_logins_and_no_more()
    {
        var first = await _server.LogInAsync("ana");
        _server.Time.Now += TimeSpan.FromSeconds(1);
        var other = await _server.LogInAsync("ray");
        for (var i = 0; i < SessionBook.MaxOfUser; i++)
        {
            _server.Time.Now += TimeSpan.FromSeconds(1);
            await _server.LogInAsync("ana");
        }

        Assert.Equal(SessionBook.MaxOfUser + 1, _server.Get<SessionBook>().Count);
        Assert.Equal(401, (await _server.GetAsAsync("/api/v1/findings", first.Reading)).Status);
        Assert.Equal(200, (await _server.GetAsAsync("/api/v1/findings", other.Reading)).Status);
    }

    private string UsersPath => Path.Combine(_server.Folder, AccountPaths.UsersName);

    private static string[] Attributes(Login login) => login.Attributes.Split(';', StringSplitOptions.TrimEntries);

    private static async Task<string> ReadAsync(string file)
    {
        await using var stream = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        using var reader = new StreamReader(stream, System.Text.Encoding.Latin1);
        return await reader.ReadToEndAsync(TestContext.Current.CancellationToken);
    }

    private static Task<HttpServer> StartAsync(Action<HttpOptions>? configure = null, KeptFolder? folder = null) => HttpServer.StartAsync(
        http =>
        {
            http.Login = HttpLogin.Always;
            configure?.Invoke(http);
        },
        People.Write, folder?.FullName);

    private sealed class KeptFolder : IDisposable
    {
        public string FullName { get; } = Directory.CreateTempSubdirectory("rpc-collector-").FullName;

        public void Dispose() => Directory.Delete(FullName, recursive: true);
    }
}
