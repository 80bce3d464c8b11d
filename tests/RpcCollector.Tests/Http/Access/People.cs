using System.Globalization;
using System.Text.Json;
using RpcCollector.Accounts;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Http.Access;

/// <summary>Users and tokens of tests: ray the reader, ana the analyst, ada the admin, all with one password, cheap to compare.</summary>
internal static class People
{
    public const string Password = "correct horse";

    private static readonly string Hash = PasswordHash.Of(Password, PasswordHash.LeastCost);

    public static void Write(string folder) => Write(folder, ("ray", "reader"), ("ana", "analyst"), ("ada", "admin"));

    public static void Write(string folder, params (string Name, string Role)[] users) => File.WriteAllLines(
        Path.Combine(folder, AccountPaths.UsersName), users.Select(user => $"{user.Name}:{Hash}:{user.Role}"));

    /// <returns>What a program shows.</returns>
    public static string WriteToken(
        string folder, AccessRole role, TokenScope scope = TokenScope.All, int days = 1, DateTimeOffset? now = null)
    {
        var (token, secret) =
            ApiToken.Make("a test", role, scope, now ?? DateTimeOffset.FromUnixTimeMilliseconds(Activities.Epoch), "", days);
        TokenFile.Change(Path.Combine(folder, TokenFile.FileName), tokens => [.. tokens, token]);
        return secret;
    }

    public static async Task<Answer> TryAsync(
        this HttpServer server, string name, string password, string from = "127.0.0.1", string headers = "")
    {
        var json = $"{{\"name\":{JsonSerializer.Serialize(name)},\"password\":{JsonSerializer.Serialize(password)}}}";
        return await server.WriteAsync("POST", "/api/v1/session", json, headers, from);
    }

    public static async Task<Login> LogInAsync(
        this HttpServer server, string name, string from = "127.0.0.1", string headers = "")
    {
        var answer = await server.TryAsync(name, Password, from, headers);
        Assert.True(answer.Status == 200, $"{answer.Head}\n{answer.Body}");
        return Login.Of(answer);
    }

    /// <summary>Writes as somebody who has logged in, or has a token.</summary>
    /// <param name="headers">Lines.</param>
    public static async Task<Answer> WriteAsync(
        this HttpServer server, string method, string path, string json, string headers, string from = "127.0.0.1")
    {
        using var connection = await HttpWire.ConnectAsync(server.Port, from);
        await connection.SendAsync(
            $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.Port}\r\nContent-Type: application/json\r\n"
            + $"Content-Length: {json.Length.ToString(CultureInfo.InvariantCulture)}\r\n"
            + (headers.Length == 0 ? "" : headers.ReplaceLineEndings("\r\n") + "\r\n") + $"Connection: close\r\n\r\n{json}");
        return await connection.ReadAnswerAsync();
    }

    public static Task<Answer> GetAsAsync(this HttpServer server, string path, string headers, string from = "127.0.0.1") =>
        server.AskAsync($"GET {path} HTTP/1.1\nHost: 127.0.0.1:{server.Port}\n{headers}", from);

    /// <summary>The JSON of an answer, without the sizes of chunks.</summary>
    public static JsonElement Json(this Answer answer) => JsonElement.Parse(
        answer.Head.Contains("chunked", StringComparison.Ordinal) ? answer.Body.Split("\r\n")[1] : answer.Body);
}

/// <summary>A login: its cookie, with the attributes, and what changes must say.</summary>
internal sealed record Login(string Cookie, string Attributes, string AntiForgery)
{
    /// <summary>For reading.</summary>
    public string Reading => $"Cookie: {Cookie}";

    /// <summary>For changes.</summary>
    public string Writing => $"{Reading}\nX-Anti-Forgery: {AntiForgery}";

    public static Login Of(Answer answer)
    {
        var line = answer.Head.Split("\r\n")
            .Single(head => head.StartsWith("Set-Cookie: ", StringComparison.Ordinal))["Set-Cookie: ".Length..];
        var end = line.IndexOf(';', StringComparison.Ordinal);
        return new Login(line[..end], line[(end + 1)..], answer.Json().GetProperty("anti_forgery").GetString()!);
    }
}
