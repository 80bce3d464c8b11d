using System.Net;
using System.Net.Sockets;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using RpcCollector.Detection;
using RpcCollector.Http;
using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Http.Access;

/// <summary>What is served over HTTP, on a socket of loopback with the limits of the program.</summary>
internal sealed class HttpServer : IAsyncDisposable
{
    private readonly WebApplication _application;
    private readonly TemporaryStore _temporary;

    private HttpServer(WebApplication application, TemporaryStore temporary)
    {
        (_application, _temporary) = (application, temporary);
        var address = application.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();
        Port = new Uri(address).Port;
    }

    public int Port { get; }

    public AccessGauges Gauges => _application.Services.GetRequiredService<AccessGauges>();

    public ManualTime Time => _temporary.Time;

    /// <summary>The folder of the store, with the files of users and tokens.</summary>
    public string Folder => _temporary.Options.Folder;

    public T Get<T>()
        where T : notnull => _application.Services.GetRequiredService<T>();

    public FindingEvents Events => _application.Services.GetRequiredService<FindingEvents>();

    public FindingStore Findings => _application.Services.GetRequiredService<FindingStore>();

    public void Publish(FindingChange change) => _application.Services.GetRequiredService<FindingFeed>().Publish(change);

    /// <param name="prepare">What to do with the folder of the store before the start.</param>
    /// <param name="folder">One that outlives the server; null for one of its own.</param>
    public static async Task<HttpServer> StartAsync(
        Action<HttpOptions>? configure = null, Action<string>? prepare = null, string? folder = null)
    {
        var temporary = new TemporaryStore();
        if (folder is not null) temporary.Options.Folder = folder;
        if (prepare is not null)
        {
            Directory.CreateDirectory(temporary.Options.Folder);
            prepare(temporary.Options.Folder);
        }

        var options = new HttpOptions();
        configure?.Invoke(options);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            HttpLimits.Set(kestrel);
            kestrel.Listen(IPAddress.Loopback, 0, listen =>
            {
                HttpLimits.Bound(listen);
                HttpLimits.Secure(listen);
            });
        });
        builder.Services.AddSingleton<TimeProvider>(temporary.Time);
        builder.Services.AddSingleton(temporary.Catalog);
        builder.Services.AddCollectorServices(temporary.Options, new MetricsOptions(), options);
        builder.Services.AddJudgement(temporary.Options, 10_000, options: null, isKept: false);
        var application = builder.Build();
        application.MapCollectorEndpoints();
        await application.StartAsync(TestContext.Current.CancellationToken);
        return new HttpServer(application, temporary);
    }

    /// <summary>Sends a request as it stands, and reads the answer until the server closes the connection.</summary>
    /// <param name="request">Its lines; the last ones are added.</param>
    /// <param name="from">The address of loopback to send it from.</param>
    public async Task<Answer> AskAsync(string request, string from = "127.0.0.1")
    {
        try
        {
            using var connection = await HttpWire.ConnectAsync(Port, from);
            await connection.SendAsync(request.ReplaceLineEndings("\r\n").TrimEnd() + "\r\nConnection: close\r\n\r\n");
            return await connection.ReadAnswerAsync();
        }
        catch (SocketException)
        {
            // It was closed before it had been used.
            return new Answer(0, "", "");
        }
    }

    /// <summary>Asks as curl does.</summary>
    public Task<Answer> GetAsync(string path, string from = "127.0.0.1") => AskAsync($"GET {path} HTTP/1.1\nHost: 127.0.0.1:{Port}", from);

    /// <summary>Writes as curl does.</summary>
    public async Task<Answer> SendAsync(string method, string path, string json, string from = "127.0.0.1")
    {
        using var connection = await HttpWire.ConnectAsync(Port, from);
        await connection.SendAsync(
            $"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1:{Port}\r\nContent-Type: application/json\r\nContent-Length: {json.Length}\r\n"
            + $"Connection: close\r\n\r\n{json}");
        return await connection.ReadAnswerAsync();
    }

    /// <summary>The status of an answer that may go on for long, of which no more is read.</summary>
    public async Task<int> StatusAsync(string request, string from = "127.0.0.1")
    {
        using var connection = await HttpWire.ConnectAsync(Port, from);
        await connection.SendAsync(request.ReplaceLineEndings("\r\n").TrimEnd() + "\r\nConnection: close\r\n\r\n");
        var head = await connection.ReadUntilAsync("\r\n");
        return int.Parse(head.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture);
    }

    public async ValueTask DisposeAsync()
    {
        // Disposing of it alone would leave its writers at work.
        await _application.StopAsync(CancellationToken.None);
        await _application.DisposeAsync();
        _temporary.Dispose();
    }
}

/// <summary>An answer of HTTP/1.1.</summary>
/// <param name="Status">0 when there was none.</param>
internal sealed record Answer(int Status, string Head, string Body);
