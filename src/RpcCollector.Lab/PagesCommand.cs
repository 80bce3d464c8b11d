using System.CommandLine;
using System.Globalization;
using RpcCollector.Commands;
using RpcCollector.Lab.Pages;
using RpcCollector.Options;
using Spectre.Console;

namespace RpcCollector.Lab;

/// <summary><c>pages</c>: how long a running product takes for each list that its console asks for.</summary>
internal sealed class PagesCommand : Command
{
    private readonly Argument<string> _url = new("URL") { Description = "Where it serves, such as http://127.0.0.1:8055." };

    private readonly Option<int> _requests = new("--requests")
    {
        Description = "How often each is asked for, one after the other.",
        DefaultValueFactory = _ => 300,
    };

    private readonly Option<string?> _token = new("--token") { Description = "An API token, where it asks who one is." };

    private readonly Option<string?> _only = new("--only") { Description = "Only what has this in its name." };

    public PagesCommand()
        : base("pages",
            "Measure how long a running collector takes for each list that its console asks for; over HTTP, one request at a time.")
    {
        Add(_url);
        foreach (var option in (Option[])[_requests, _token, _only]) Add(option);
        SetAction(RunAsync);
    }

    private async Task<int> RunAsync(ParseResult parsed, CancellationToken stop)
    {
        if (!Uri.TryCreate(parsed.GetValue(_url), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new StartupException($"URL: '{parsed.GetValue(_url)}' is not an address such as http://127.0.0.1:8055");
        var requests = Bounds.Within(_requests.Name, parsed.GetValue(_requests), 1, 100_000);
        using var client = new PageClient(url, parsed.GetValue(_token));
        try
        {
            var known = await KnownThings.ReadAsync(client, stop);
            var table = new Table().AddColumns("asked for", "requests", "p50 ms", "p95 ms", "max ms", "KiB");
            foreach (var page in AskedPages.Of(known))
            {
                if (parsed.GetValue(_only) is { } only && !page.Name.Contains(only, StringComparison.OrdinalIgnoreCase)) continue;
                var times = await client.TimeAsync(page, page.IsWhole ? Math.Min(requests, 3) : requests, stop);
                table.AddRow(
                    page.Name.EscapeMarkup(), Number(times.Count, "0"), Number(times.At(0.5)), Number(times.At(0.95)), Number(times.At(1)),
                    Number(times.Bytes / 1_024.0, "0"));
            }

            TextConsole.Out().Write(table);
            return 0;
        }
        catch (HttpRequestException failure)
        {
            throw new StartupException($"{url}: {failure.Message}", failure);
        }
    }

    private static string Number(double value, string format = "0.0") => value.ToString(format, CultureInfo.InvariantCulture);
}
