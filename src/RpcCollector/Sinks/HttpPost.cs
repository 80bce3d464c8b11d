using System.Net;
using System.Net.Http.Headers;
using System.Text;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Sinks;

/// <summary>Posts JSON to one address, and says what came of it.</summary>
/// <remarks>
/// Redirects are not followed, for they would carry secrets to wherever the other side likes; proxies that the environment names are not
/// asked, as for everything else that the appliance sends. Secrets are read from their files each time: they may change.
/// </remarks>
internal sealed class HttpPost : IDisposable
{
    private const int MaxAnswer = 1_024;
    private const int ShownAnswer = 200;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan ConnectPatience = TimeSpan.FromSeconds(10);

    private readonly SinkFiles _files;
    private readonly string _path;
    private readonly bool _isSecret;
    private readonly HttpClient _client;

    /// <param name="path">Added to the address; empty for nothing.</param>
    /// <exception cref="StartupException">A file that the settings name cannot be used.</exception>
    public HttpPost(SinkOptions options, SinkFiles files, string path)
    {
        (_files, _path, _isSecret) = (files, path, options.UrlFile.Length > 0);
        Target = SinkUrl.Shown(files.Url());
        _ = files.Authorization();
        _client = new HttpClient(new SocketsHttpHandler
        {
            UseProxy = false,
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = ConnectPatience,
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            PooledConnectionIdleTimeout = TimeSpan.FromMinutes(1),
            MaxConnectionsPerServer = 2,
            MaxResponseHeadersLength = 32,
            SslOptions = files.Tls(),
        })
        { Timeout = Patience };
    }

    /// <summary>Without what may be a secret.</summary>
    public string Target { get; }

    /// <param name="headers">Besides the usual ones.</param>
    /// <returns>The status, and the beginning of the answer.</returns>
    /// <exception cref="HttpRequestException">Nobody answered.</exception>
    /// <exception cref="StartupException">A file that the settings name cannot be read.</exception>
    public async Task<HttpAnswer> PostAsync(
        byte[] json, IReadOnlyList<(string Name, string Value)> headers, CancellationToken stopping)
    {
        var url = _files.Url();
        if (_path.Length > 0)
            url = new UriBuilder(url) { Path = url.AbsolutePath.TrimEnd('/') + _path }.Uri;
        using var request = new HttpRequestMessage(HttpMethod.Post, url) { Content = new ByteArrayContent(json) };
        request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json") { CharSet = "utf-8" };
        request.Headers.UserAgent.Add(new ProductInfoHeaderValue("RpcCollector", ProductVersion.Text));
        if (_files.Authorization() is { } authorization)
            request.Headers.Authorization = new AuthenticationHeaderValue(authorization.Scheme, authorization.Value);
        foreach (var (name, value) in headers) request.Headers.Add(name, value);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(stopping);
        patience.CancelAfter(Patience);
        using var response = await _client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, patience.Token);
        var text = await TextAsync(response, patience.Token);

        // A side that answers with what it was sent would have the secret shown.
        if (_isSecret && text.Contains(url.AbsolutePath.Trim('/'), StringComparison.OrdinalIgnoreCase)) text = "";
        return new HttpAnswer(response.StatusCode, text, RetryAfter(response));
    }

    /// <summary>Posts, and says what came of it as a failure; null when it was taken.</summary>
    public async Task<SinkFailure?> TryAsync(
        byte[] json, IReadOnlyList<(string Name, string Value)> headers, CancellationToken stopping,
        Func<HttpAnswer, bool>? isKnown = null)
    {
        try
        {
            var answer = await PostAsync(json, headers, stopping);
            return answer.IsSuccess || isKnown?.Invoke(answer) == true ? null : answer.Failure;
        }
        catch (HttpRequestException e)
        {
            return new SinkFailure(e.InnerException is { } inner && !e.Message.Contains(inner.Message, StringComparison.Ordinal)
                ? $"{e.Message} {inner.Message}" : e.Message);
        }
        catch (StartupException e)
        {
            return new SinkFailure(e.Message);
        }
        catch (IOException e)
        {
            return new SinkFailure($"the connection broke: {e.Message}");
        }
        catch (OperationCanceledException) when (!stopping.IsCancellationRequested)
        {
            return new SinkFailure($"no answer within {Patience.TotalSeconds} s");
        }
    }

    public void Dispose() => _client.Dispose();

    private static async Task<string> TextAsync(HttpResponseMessage response, CancellationToken stopping)
    {
        var octets = new byte[MaxAnswer];
        await using var body = await response.Content.ReadAsStreamAsync(stopping);
        var length = await body.ReadAtLeastAsync(octets, octets.Length, throwOnEndOfStream: false, stopping);
        var text = Printable.Of(Encoding.UTF8.GetString(octets, 0, length).ReplaceLineEndings(" ").Trim());
        return text.Length <= ShownAnswer ? text : text[..ShownAnswer];
    }

    private static TimeSpan? RetryAfter(HttpResponseMessage response) => response.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta,

        // The other side's own clock says how long that is.
        { Date: { } date } when response.Headers.Date is { } sent && date > sent => date - sent,
        _ => null,
    };
}

/// <summary>What was answered.</summary>
/// <param name="Text">The beginning of it, on one line.</param>
internal sealed record HttpAnswer(HttpStatusCode Status, string Text, TimeSpan? RetryAfter)
{
    public bool IsSuccess => (int)Status is >= 200 and < 300;

    public string Shown => $"{(int)Status} {Status}{(Text.Length == 0 ? "" : $": {Text}")}";

    public SinkFailure Failure => new(
        (int)Status is >= 300 and < 400
            ? $"it answers {Shown}; redirects are not followed, write the address itself"
            : $"it answers {Shown}",
        IsHopeless, RetryAfter);

    // What is said of the content, not of who may post where: that can be mended, and then what waits is told.
    private bool IsHopeless => Status is HttpStatusCode.BadRequest or HttpStatusCode.NotAcceptable or HttpStatusCode.Conflict
        or HttpStatusCode.LengthRequired or HttpStatusCode.RequestEntityTooLarge or HttpStatusCode.UnsupportedMediaType
        or HttpStatusCode.UnprocessableEntity;
}
