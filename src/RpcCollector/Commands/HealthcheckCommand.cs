using System.CommandLine;
using System.Net;
using System.Net.Security;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>
/// <c>healthcheck</c>: does the collector that these settings describe answer on this host? For containers, whose image has no HTTP
/// client.
/// </summary>
internal sealed class HealthcheckCommand : Command
{
    // Shorter than the HEALTHCHECK's own limit in the Dockerfile, so that the reason is still printed.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(4);

    private readonly IReadOnlyList<string> _settings;

    private readonly Option<Uri?> _url = new("--url")
    {
        Description = "Ask this address, such as https://sensor.example/healthz, instead of the one that the settings describe.",
    };

    public HealthcheckCommand(IReadOnlyList<string> settings)
        : base("healthcheck", "Ask the collector on this host for its health; exit code 0 when it is healthy, 1 when not.")
    {
        _settings = settings;
        Add(_url);
        _url.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<Uri?>() is { } url && (!url.IsAbsoluteUri || url.Scheme is not ("http" or "https")))
                result.AddError($"--url: '{url}' is no address of http or https.");
        });
        SetAction((parsed, stopping) => parsed.GetValue(_url) is { } url
            ? RunAsync(url, isOwn: false, stopping)
            : RunAsync(UrlOf(EffectiveSettings.Read(_settings).Options.Http), isOwn: true, stopping));
    }

    /// <summary>The URL to ask on the collector's own host; loopback if it serves on all addresses.</summary>
    public static Uri UrlOf(HttpOptions options)
    {
        var http = options.Endpoint;
        var address = http.Address ?? IPAddress.Loopback;
        if (address.Equals(IPAddress.Any)) address = IPAddress.Loopback;
        if (address.Equals(IPAddress.IPv6Any)) address = IPAddress.IPv6Loopback;
        return new Uri($"{(options.Tls.IsOn ? "https" : "http")}://{http with { Address = address }}/healthz");
    }

    /// <summary>Asks once; 0 when the answer is a success, otherwise 1 and one line on standard error.</summary>
    /// <param name="isOwn">
    /// True when it is the collector of the settings, on this host: its certificate, which is for other names, is not looked at. Nothing
    /// is told to whoever answers.
    /// </param>
    public static async Task<int> RunAsync(Uri url, bool isOwn, CancellationToken stopping)
    {
        // A proxy that the environment names must not be asked about this host.
        using var handler = new SocketsHttpHandler { UseProxy = false, AllowAutoRedirect = false };
#pragma warning disable CA5359 // See above.
        if (isOwn) handler.SslOptions = new SslClientAuthenticationOptions { RemoteCertificateValidationCallback = (_, _, _, _) => true };
#pragma warning restore CA5359
        using var client = new HttpClient(handler) { Timeout = Patience };
        try
        {
            using var response = await client.GetAsync(url, stopping);
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
