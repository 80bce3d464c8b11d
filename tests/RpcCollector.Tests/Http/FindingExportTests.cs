using System.Net;
using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Http;
using RpcCollector.Names;
using RpcCollector.Tests.Store;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Http;

public sealed class FindingExportTests : IAsyncLifetime
{
    private CollectorHost _host = null!;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => _host = await CollectorHost.StartAsync();

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("sort=severity")]
    [InlineData("sort=client&severity=high")]
    [InlineData("host=10.0.0.3")]
    [InlineData("suppressed=true&sort=server")]
    [InlineData("client=192.0.2.1")]
    public async Task Export_has_what_the_list_has_in_its_order(string query)
    {
        // More than are read at once.
        await _host.PublishAsync(
            [.. Enumerable.Range(0, 600).Select(i => Added(Found(
                $"10.0.{i / 250}.{i % 250}", $"10.1.0.{i % 9}", severity: (FindingSeverity)(1 + (i % 4)), seen: i % 50)))]);
        await _host.PostAsync("suppressions", """{"client":"10.0.0.0/26","who":"Ada","why":"x"}""");
        var listed = (await _host.PagesAsync($"findings?limit=1000&{query}")).Items.Texts("id");

        var rows = Rows(await TextAsync($"?{query}"));
        var lines = (await TextAsync($"?format=ecs&{query}")).Split('\n', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(listed, rows.Skip(1).Select(row => row[0]));
        Assert.Equal(listed, lines.Select(line => Member(line, "rpc_collector", "id")));
    }

    [Fact]
    public async Task Export_is_a_file_to_keep_with_names_beside_addresses()
    {
        var names = _host.Services.GetRequiredService<NameBook>();
        names.Learn(HostAddress.Parse("10.0.0.1"), NameSource.Ntlm, "PC-0412"u8, Activities.Epoch);
        names.LearnUser(
            HostAddress.Parse("10.0.0.1"), HostAddress.Parse("192.0.2.20"), NameSource.Ntlm, "CORP\\alice"u8, true, [], Activities.Epoch);
        await _host.PublishAsync(Added(Found("10.0.0.1") with { Reason = "said \"no\", then\r\nyes", Rarity = Rare }));

        using var response = await _host.Client.GetAsync("/api/v1/findings/export", Stop);
        var rows = Rows(await response.Content.ReadAsStringAsync(Stop));

        Assert.Equal("text/csv", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal("utf-8", response.Content.Headers.ContentType?.CharSet);
        Assert.Equal("attachment", response.Content.Headers.ContentDisposition?.DispositionType);
        Assert.Equal("findings-20260101T000000Z.csv", response.Content.Headers.ContentDisposition?.FileName?.Trim('"'));
        Assert.Equal(2, rows.Count);
        Assert.Equal(rows[0].Count, rows[1].Count);
        var cells = rows[0].Zip(rows[1]).ToDictionary(cell => cell.First, cell => cell.Second);
        Assert.Equal(
            ("10.0.0.1", "PC-0412", "192.0.2.20", "CORP\\alice", "2026-01-01T00:00:00.000Z", "T1021; T1021.003"),
            (cells["client"], cells["client_name"], cells["server"], cells["users"], cells["first_seen"], cells["techniques"]));
        Assert.Equal("said \"no\", then\r\nyes", cells["reason"]);
        Assert.Equal(
            ("3", "212", "1", "14", "575000", "upload", "99", "workstations"),
            (cells["server_clients_like"], cells["server_clients"], cells["pair_days"], cells["pair_flows"], cells["octets"],
                cells["octets_way"], cells["octets_percentile"], cells["octets_of"]));

        // Whatever the JSON says of how rare it is, in columns of the same names but for those that say nothing without their group's.
        Assert.Empty(typeof(FindingRarityJson).GetProperties().Select(field => JsonNamingPolicy.SnakeCaseLower.ConvertName(field.Name))
            .Select(field => field switch { "service" => "rarity_service", "days" => "known_days", _ => field }).Except(cells.Keys));
    }

    [Theory]
    [InlineData("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\"")]
    [InlineData("+1", "\"'+1\"")]
    [InlineData("-1+1", "\"'-1+1\"")]
    [InlineData("@SUM(A1)", "\"'@SUM(A1)\"")]
    [InlineData("\t=1", "\"'\t'=1\"")]
    [InlineData("\r=1", "\"'\r'=1\"")]
    [InlineData("\n=1", "\"'\n'=1\"")]
    [InlineData(" =1", " '=1")]
    [InlineData("\uFF1D1", "\"'\uFF1D1\"")]
    [InlineData("a;=1", "\"a;'=1\"")]
    [InlineData("a, -1", "\"a, '-1\"")]
    [InlineData("\"=1", "\"\"\"=1\"")]
    [InlineData("a=b@c-d", "a=b@c-d")]
    [InlineData("Ünïcode 名", "Ünïcode 名")]
    [InlineData("\u001b[31mred\0", "?[31mred?")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void Cell_is_text_whatever_opens_it(string? value, string expected)
    {
        var csv = new CsvText();
        csv.Cell(value).EndRow();

        Assert.Equal(expected + "\r\n", Encoding.UTF8.GetString(csv.Take()));
    }

    [Fact]
    public async Task Hostile_names_and_users_do_not_become_formulas()
    {
        var names = _host.Services.GetRequiredService<NameBook>();
        var client = HostAddress.Parse("10.0.0.1");
        names.Learn(client, NameSource.Ntlm, "=HYPERLINK(\"http://x\")"u8, Activities.Epoch);
        names.LearnUser(client, HostAddress.Parse("192.0.2.20"), NameSource.Ntlm, "+CORP\\a;=1"u8, true, [], Activities.Epoch);
        await _host.PublishAsync(Added(Found("10.0.0.1")));
        await _host.PostAsync(
            $"findings/{Found("10.0.0.1").Id:x16}/verdict", """{"verdict":"malicious","who":"@Ada","why":"-2+3"}""");

        var text = await TextAsync("");

        foreach (var cell in Rows(text)[1]) Assert.DoesNotMatch("^[=+@\t\r-]|[;,|]\\s*[=+@-]", cell);
        Assert.Contains("'@Ada", text, StringComparison.Ordinal);
        Assert.Contains("'-2+3", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Unknown_format_is_refused()
    {
        var (status, body) = await _host.SendAsync(HttpMethod.Get, "findings/export?format=xlsx");

        Assert.Equal(HttpStatusCode.BadRequest, status);
        Assert.True(body.GetProperty("errors").TryGetProperty("format", out _), body.ToString());
    }

    [Fact]
    public async Task Third_export_at_once_is_refused_until_one_has_ended()
    {
        await _host.PublishAsync([.. Enumerable.Range(0, 2_000).Select(i => Added(Found($"10.0.{i / 250}.{i % 250}")))]);
        var first = await HeadAsync();
        var second = await HeadAsync();

        var third = await HeadAsync();

        Assert.Equal(
            (HttpStatusCode.OK, HttpStatusCode.OK, HttpStatusCode.ServiceUnavailable),
            (first.StatusCode, second.StatusCode, third.StatusCode));
        Assert.Equal("1", third.Headers.GetValues("Retry-After").Single());

        // Whoever leaves gives the place back.
        first.Dispose();
        HttpResponseMessage? next = null;
        while (next is not { StatusCode: HttpStatusCode.OK })
        {
            next?.Dispose();
            next = await HeadAsync();
        }

        foreach (var response in (HttpResponseMessage[])[second, third, next]) response.Dispose();
    }

    // What is not read is not written on: an in-memory connection holds little.
    private Task<HttpResponseMessage> HeadAsync() =>
        _host.Client.GetAsync("/api/v1/findings/export", HttpCompletionOption.ResponseHeadersRead, Stop);

    private Task<string> TextAsync(string query) => _host.Client.GetStringAsync("/api/v1/findings/export" + query, Stop);

    private static string? Member(string line, params string[] path)
    {
        using var document = JsonDocument.Parse(line);
        return path.Aggregate(document.RootElement, (element, name) => element.GetProperty(name)).GetString();
    }

    /// <summary>As RFC 4180 has it.</summary>
    private static List<List<string>> Rows(string csv)
    {
        var rows = new List<List<string>> { new() };
        var cell = new StringBuilder();
        for (var (i, isQuoted) = (0, false); i < csv.Length; i++)
        {
            if (csv[i] == '"' && isQuoted && i + 1 < csv.Length && csv[i + 1] == '"') cell.Append(csv[i++]);
            else if (csv[i] == '"') isQuoted = !isQuoted;
            else if (isQuoted || csv[i] is not (',' or '\r' or '\n')) cell.Append(csv[i]);
            else if (csv[i] != '\r')
            {
                rows[^1].Add(cell.ToString());
                cell.Clear();
                if (csv[i] == '\n') rows.Add([]);
            }
        }

        Assert.Empty(rows[^1]);
        rows.RemoveAt(rows.Count - 1);
        return rows;
    }
}
