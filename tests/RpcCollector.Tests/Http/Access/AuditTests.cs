using System.Text.Json;
using RpcCollector.Accounts;
using RpcCollector.Http.Access;
using RpcCollector.Store;
using RpcCollector.Store.People;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Http.Access;

/// <summary>Who did what is kept, and only admins read it.</summary>
public sealed class AuditTests
{
    private const string Script = "<script>alert(\"1\")</script>\\u202e";

    [Fact]
    public async Task Each_change_is_kept_with_who_role_means_address_target_and_detail()
    {
        await using var server = await HttpServer.StartAsync(prepare: People.Write);
        var ana = await server.LogInAsync("ana", from: "127.0.0.2");
        await server.WriteAsync(
            "POST", "/api/v1/suppressions", """{"client":"10.0.0.0/8","who":"Mallory","why":"the lab"}""", ana.Writing, from: "127.0.0.3");
        await server.SendAsync("DELETE", "/api/v1/suppressions/1", "");
        await server.WriteAsync("DELETE", "/api/v1/session", "", ana.Writing);

        var items = (await server.GetAsync("/api/v1/audit")).Json().GetProperty("items");

        Assert.Equal(
            ["logout ana analyst password 127.0.0.1 ana", "suppression-deleted - admin loopback 127.0.0.1 1",
                "suppression ana analyst password 127.0.0.3 1", "login ana analyst password 127.0.0.2 ana",
                "started - - start - 127.0.0.1:8055"],
            items.EnumerateArray().Select(item => string.Join(
                ' ', ((string[])["what", "who", "role", "means", "from", "target"]).Select(name => Text(item, name)))));
        Assert.Equal("any kind, client 10.0.0.0/8, server any: the lab", Text(items[2], "detail"));
    }

    [Fact]
    public async Task What_was_said_without_a_login_keeps_who_they_said_they_were()
    {
        await using var server = await HttpServer.StartAsync();
        await server.SendAsync("POST", "/api/v1/suppressions", """{"client":"10.0.0.0/8","who":"Ada","why":"the lab"}""");

        var item = (await server.GetAsync("/api/v1/audit?what=suppression")).Json().GetProperty("items")[0];

        Assert.Equal(("Ada", "loopback"), (Text(item, "who"), Text(item, "means")));
    }

    [Fact]
    public async Task Names_of_users_and_tokens_are_text_wherever_they_are_shown()
    {
        await using var server = await HttpServer.StartAsync(prepare: folder => People.Write(folder, (Script, "admin")));
        var login = await server.LogInAsync(Script);
        await server.TryAsync("\u0000\n<b>", "x");
        var body =
            JsonSerializer.Serialize(new Dictionary<string, object> { ["name"] = Script, ["role"] = "reader", ["expires_in_days"] = 1 });
        Assert.Equal(200, (await server.WriteAsync("POST", "/api/v1/tokens", body, login.Writing)).Status);

        foreach (var path in (string[])["/api/v1/session", "/api/v1/users", "/api/v1/tokens", "/api/v1/audit"])
        {
            var answer = await server.GetAsAsync(path, login.Reading);

            Assert.Contains("Content-Type: application/json", answer.Head, StringComparison.Ordinal);
            Assert.Contains("X-Content-Type-Options: nosniff", answer.Head, StringComparison.Ordinal);
            Assert.Contains(Script, Strings(answer.Json()));
        }
    }

    [Fact]
    public async Task Pages_by_cursor_and_chooses_by_who_what_and_time()
    {
        await using var server = await HttpServer.StartAsync();
        var log = server.Get<AuditLog>();
        for (var i = 0; i < 25; i++)
        {
            log.Add(new AuditEntry(0, 0, i % 2 == 0 ? "ada" : "ana", null, "file", null, "made-up", $"{i}", null));
            server.Time.Now += TimeSpan.FromSeconds(1);
        }

        var targets = new List<string>();
        var next = "";
        do
        {
            var page = (await server.GetAsync($"/api/v1/audit?what=made-up&who=ada&limit=5{next}")).Json();
            targets.AddRange(page.GetProperty("items").EnumerateArray().Select(item => Text(item, "target")));
            next = page.TryGetProperty("next", out var cursor) ? $"&cursor={cursor.GetString()}" : "";
        }
        while (next.Length > 0);

        Assert.Equal(Enumerable.Range(0, 13).Select(i => $"{24 - (2 * i)}"), targets);
        var seconds = Activities.Epoch / 1000;
        var within = (await server.GetAsync($"/api/v1/audit?what=made-up&since={seconds + 3}&until={seconds + 6}")).Json();
        Assert.Equal(["5", "4", "3"], within.GetProperty("items").EnumerateArray().Select(item => Text(item, "target")));
        Assert.Equal(400, (await server.GetAsync("/api/v1/audit?cursor=x&limit=0&since=never&whose=ada")).Status);
    }

    [Fact]
    public void Log_is_bounded_by_number_and_age_and_logins_push_out_no_deeds()
    {
        using var temporary = new TemporaryStore();
        using var state = temporary.OpenState();
        state.Commit(connection =>
        {
            Database.Execute(connection, $"""
                WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {2 * AuditStore.MaxDeeds})
                INSERT INTO audit (id, at_ms, means, what)
                SELECT i, {Activities.Epoch}, 'file', CASE WHEN i <= {AuditStore.MaxDeeds} THEN 'made-up' ELSE 'login' END FROM n
                """);
            return true;
        });

        new AuditStore(state, temporary.Clock).Add(new AuditEntry(0, Activities.Epoch, null, null, "file", null, "latest", null, null));

        Assert.Equal(AuditStore.MaxDeeds - 1, Count("made-up"));
        Assert.Equal(AuditStore.MaxLogins, Count("login"));
        Assert.Equal(1, Count("latest"));
        temporary.Pass(AuditStore.MaxAge + TimeSpan.FromDays(2));
        var later = new AuditStore(state, temporary.Clock);
        later.Add(new AuditEntry(0, temporary.Clock.UnixMilliseconds, null, null, "file", null, "later", null, null));
        Assert.Equal("later", Assert.Single(later.Read(new AuditQuery())).What);

        long Count(string what) =>
            state.Read(connection => Database.Ask(connection, $"SELECT COUNT(*) FROM audit WHERE what = '{what}'"));
    }

    [Fact]
    public async Task First_admin_comes_by_a_link_that_works_once_for_a_day_and_while_there_are_no_users()
    {
        await using var server = await HttpServer.StartAsync(http => http.Login = RpcCollector.Options.HttpLogin.Always);
        var link = server.Get<FirstAdminLink>().Say()!;
        var secret = link.Split("/#/first-admin/")[1];
        string Body(string given, string name) => $$"""{"link":"{{given}}","name":"{{name}}","password":"{{People.Password}}"}""";
        Assert.True((await server.GetAsync("/api/v1/session")).Json().GetProperty("needs_first_admin").GetBoolean());

        Assert.Equal(401, (await server.SendAsync("POST", "/api/v1/session/first-admin", Body(new string('A', 43), "eve"))).Status);
        Assert.Equal(400, (await server.SendAsync(
            "POST", "/api/v1/session/first-admin", $$"""{"link":"{{secret}}","name":"a:b","password":"short"}""")).Status);
        var made = await server.SendAsync("POST", "/api/v1/session/first-admin", Body(secret, "ada"));

        Assert.Equal(200, made.Status);
        var login = Login.Of(made);
        Assert.Equal(200, (await server.GetAsAsync("/api/v1/audit?what=first-admin", login.Reading)).Status);
        Assert.Equal(401, (await server.SendAsync("POST", "/api/v1/session/first-admin", Body(secret, "eve"))).Status);
        Assert.Equal(
            "admin", Assert.Single(UserFile.Read(Path.Combine(server.Folder, AccountPaths.UsersName))).Role.ToString().ToLowerInvariant());
        Assert.Null(server.Get<FirstAdminLink>().Say());
        Assert.False((await server.GetAsync("/api/v1/session")).Json().GetProperty("needs_first_admin").GetBoolean());
    }

    [Fact]
    public async Task Link_of_the_first_admin_is_void_after_a_day_and_once_there_is_a_user()
    {
        await using var server = await HttpServer.StartAsync(http => http.Login = RpcCollector.Options.HttpLogin.Always);
        var first = server.Get<FirstAdmin>();
        var late = first.Open()!;
        server.Time.Now += TimeSpan.FromDays(1);
        Assert.Null(first.TryTake(late));

        var secret = first.Open()!;
        People.Write(server.Folder);
        for (var look = 0; look < 2; look++) server.Get<AccessWatch>().Look();

        Assert.Null(first.TryTake(secret));
        Assert.False(first.IsOpen);
    }

    private static string Text(JsonElement item, string name) => item.TryGetProperty(name, out var value) ? value.GetString()! : "-";

    private static IEnumerable<string> Strings(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.String => [element.GetString()!],
        JsonValueKind.Array => element.EnumerateArray().SelectMany(Strings),
        JsonValueKind.Object => element.EnumerateObject().SelectMany(member => Strings(member.Value)),
        _ => [],
    };
}
