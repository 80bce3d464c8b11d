using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Tests.Sinks;

/// <summary>A receiver of webhooks, or what stands for Alertmanager: takes what is posted, and answers as a test wants it.</summary>
internal sealed class HttpReceiver : IDisposable
{
    private readonly ConcurrentQueue<Posted> _posts = new();
    private readonly int _port = FreePort();
    private HttpListener? _listener;

    public HttpReceiver() => Start();

    /// <summary>Status, and what else stands in the answer; everything is taken unless a test says otherwise.</summary>
    public Func<Posted, Answer> Answers { get; set; } = static _ => new Answer(200);

    public string Url => $"http://127.0.0.1:{_port}/hook";

    public string Root => $"http://127.0.0.1:{_port}";

    /// <summary>All that was posted, in order, whatever was answered.</summary>
    public IReadOnlyList<Posted> Posts => [.. _posts];

    /// <summary>What was taken.</summary>
    public IReadOnlyList<Posted> Taken => [.. _posts.Where(post => post.Status is >= 200 and < 300)];

    public void Start()
    {
        _listener = new HttpListener();
        _listener.Prefixes.Add($"http://127.0.0.1:{_port}/");
        _listener.Start();
        _ = RunAsync(_listener);
    }

    public void Stop()
    {
        _listener?.Close();
        _listener = null;
    }

    public void Dispose() => Stop();

    private async Task RunAsync(HttpListener listener)
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException or InvalidOperationException)
            {
                return;
            }

            using var body = new MemoryStream();
            await context.Request.InputStream.CopyToAsync(body);
            var post = new Posted(
                context.Request.Url!.AbsolutePath, context.Request.Headers.AllKeys.ToDictionary(
                    name => name!, name => context.Request.Headers[name]!, StringComparer.OrdinalIgnoreCase), body.ToArray());
            var answer = Answers(post);
            _posts.Enqueue(post with { Status = answer.Status });
            context.Response.StatusCode = answer.Status;
            if (answer.RetryAfter is { } wait) context.Response.Headers["Retry-After"] = wait;
            if (answer.Location is { } location) context.Response.Headers["Location"] = location;
            context.Response.Close(System.Text.Encoding.UTF8.GetBytes(answer.Text), willBlock: false);
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}

/// <summary>What was posted.</summary>
internal sealed record Posted(string Path, IReadOnlyDictionary<string, string> Headers, byte[] Body)
{
    public int Status { get; init; }

    public string Key => Headers["Idempotency-Key"];

    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    public System.Text.Json.JsonElement Json => System.Text.Json.JsonElement.Parse(Text);
}

/// <summary>What is answered.</summary>
internal sealed record Answer(int Status, string Text = "", string? RetryAfter = null, string? Location = null);
