namespace RpcCollector.Commands;

/// <summary><c>healthcheck</c>: does the collector on this host answer? For containers, whose image has no other HTTP client.</summary>
internal static class HealthcheckCommand
{
    // Shorter than the HEALTHCHECK's own bound in the Dockerfile, so that the reason is told.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    /// <summary>Where a collector that serves on this address can be asked from its own host: every address includes loopback.</summary>
    public static string UrlOf(string address, int port)
    {
        var host = address switch
        {
            "*" or "+" or "0.0.0.0" => "127.0.0.1",
            "::" => "[::1]",
            _ => address.Contains(':', StringComparison.Ordinal) ? $"[{address}]" : address,
        };
        return $"http://{host}:{port}/healthz";
    }

    /// <summary>Asks once; 0 when the answer is a success, otherwise 1 and one line on standard error.</summary>
    public static async Task<int> RunAsync(string url)
    {
        // A proxy from the environment has no say about this host.
        using var handler = new SocketsHttpHandler { UseProxy = false };
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(new Uri(url));
            if (response.IsSuccessStatusCode) return 0;
            await Console.Error.WriteLineAsync($"{url} answers {(int)response.StatusCode}.");
        }
        catch (HttpRequestException e)
        {
            await Console.Error.WriteLineAsync($"{url} does not answer: {e.Message}");
        }
        catch (TaskCanceledException)
        {
            await Console.Error.WriteLineAsync($"{url} does not answer within {Patience.TotalSeconds} s.");
        }

        return 1;
    }
}
