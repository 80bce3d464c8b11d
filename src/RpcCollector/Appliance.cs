using System.Net;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Http;
using RpcCollector.Http.Access;
using RpcCollector.Http.Console;
using RpcCollector.Judging;
using RpcCollector.KnownExporters;
using RpcCollector.Logs;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Transport;
using RpcCollector.Vitals;

namespace RpcCollector;

/// <summary>The process that <c>run</c> hosts: the collecting process, the store behind its feed, and what is served over HTTP.</summary>
internal sealed class Appliance : IAsyncDisposable
{
    private const string SensorNotice = "This is a sensor: what it receives is joined, judged and shown by the judge.";
    private const string CorrelatorNotice = "This is a correlator: what it joins is judged and shown by the judge.";

    // What was read from a store that has been in use for long is kept, and to move it would take too long.
    private const long MostToClear = 64L << 20;

    private readonly WebApplication _app;
    private readonly CollectorOptions _options;

    private Appliance(WebApplication app, CollectorOptions options) => (_app, _options) = (app, options);

    /// <param name="notice">What every page of the console says; null for nothing.</param>
    /// <exception cref="StartupException">The store or a listener cannot be opened.</exception>
    public static Appliance Build(EffectiveSettings effective, string? notice = null)
    {
        var options = effective.Options;

        // The host would watch the working directory and all below it for a changed appsettings.json: each write to a store that lies there
        // would wake it.
        var builder = WebApplication.CreateSlimBuilder(new WebApplicationOptions { Args = ["--hostBuilder:reloadConfigOnChange=false"] });
        builder.Configuration.Sources.Clear();
        builder.Configuration.AddConfiguration(effective.Configuration);
        builder.Logging.AddCollectorLog(effective.Configuration);

        // The address to serve on is our own setting; what base images and shells set for other programs is ignored.
        builder.WebHost.UseSetting(WebHostDefaults.ServerUrlsKey, "").UseSetting(WebHostDefaults.HttpPortsKey, "")
            .UseSetting(WebHostDefaults.HttpsPortsKey, "");
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            HttpLimits.Set(kestrel);
            void Serve(ListenOptions listen)
            {
                HttpLimits.Bound(listen);
                listen.CutOffAtEnd(kestrel.ApplicationServices.GetRequiredService<IHostApplicationLifetime>);
                HttpLimits.Secure(listen);
            }

            if (options.Http.Endpoint.Address is { } address) kestrel.Listen(address, options.Http.Port, Serve);
            else kestrel.ListenAnyIP(options.Http.Port, Serve);
        });

        // Each part has its share of the time to stop; the host does not cut it short.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMinutes(1));

        notice ??= options.Scale.Role switch
        {
            ScaleRole.Sensor => SensorNotice,
            ScaleRole.Correlator => CorrelatorNotice,
            _ => null,
        };
        if (notice is not null) builder.Services.AddSingleton(new ConsoleNotice(notice));

        // The store is registered before the collecting process: it starts first and ends last.
        builder.Services.AddSingleton(effective);
        builder.Services.AddSingleton(options);
        builder.Services.AddSingleton(new ExporterCatalog(new ExporterDirectory(options.Flows.MaxExporters)));
        builder.Services.AddCollectorServices(options.Store, options.Metrics, options.Http, options.Names, options.Sinks);

        // Before all that names an exporter: what is known of them is read before the first datagram, and saved after the last.
        builder.Services.AddExporterServices();

        // Before the collecting process, too: the judge takes what the shards publish until they end, and hands its findings to the store.
        builder.Services.AddJudgement(
            options.Store, options.Detection.JudgeBacklog,
            options.Judgement.Enabled && options.Scale.Role is (ScaleRole.All or ScaleRole.Judge) ? options.Judgement : null,
            isKept: options.Store.Enabled);

        builder.Services.AddRole(options);

        // The sockets are bound before the store is touched.
        var app = builder.Build();
        app.Services.GetService<CollectingProcess>();
        app.MapCollectorEndpoints();
        return new Appliance(app, options);
    }

    /// <exception cref="StartupException">A listener, the store or the HTTP port cannot be opened.</exception>
    public async Task StartAsync(CancellationToken stopping)
    {
        var serving = _options.Http.Endpoint;
        try
        {
            await _app.StartAsync(stopping);
        }
        catch (IOException e)
        {
            throw new StartupException(
            $"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Http)}:{nameof(HttpOptions.Port)}: cannot serve on TCP {serving}: " +
            $"{e.InnerException?.Message ?? e.Message}", e);
        }

        ClearAway();
        var store = _options.Store.Enabled ? Path.GetFullPath(_options.Store.Folder) : "memory";
        if (_app.Services.GetService<CollectingProcess>() is { } collecting)
        {
            collecting.Settle();
            LogEvents.Started(
                _app.Logger, string.Join(", ", collecting.Listeners.Select(listener => listener.Endpoint)),
                _options.Scale.Role == ScaleRole.Sensor ? "the broker" : store, Url);
        }
        else
        {
            LogEvents.StartedJudging(
                _app.Logger, _options.Scale.Role == ScaleRole.Correlator ? "the broker" : store, Url);
        }

        if (_options.Http.IsLoginWanted) _app.Services.GetRequiredService<FirstAdminLink>().Say();
    }

    /// <summary>Gives back what the start has made, and what it has read of the program: much of what is resident then.</summary>
    private static void ClearAway()
    {
        if (GC.GetTotalMemory(forceFullCollection: false) <= MostToClear)
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        ProgramPages.LetGo();
    }

    /// <summary>Where a browser on this machine finds it.</summary>
    public string Url
    {
        get
        {
            var scheme = _options.Http.Tls.IsOn ? "https" : "http";
            return $"{scheme}://{_options.Http.Endpoint with { Address = _options.Http.Endpoint.Address ?? IPAddress.Loopback }}/";
        }
    }

    /// <summary>Cancelled when the process has been told to end.</summary>
    public CancellationToken Stopping => _app.Lifetime.ApplicationStopping;

    /// <summary>What <c>run</c> returns once it has ended.</summary>
    public int ExitCode => _app.Services.GetRequiredService<StopDeadline>().HasFailed ? StopDeadline.PartFailedExitCode : 0;

    /// <summary>True once the process has been told to end.</summary>
    public bool IsStopping => _app.Lifetime.ApplicationStopping.IsCancellationRequested;

    /// <summary>Sees to it that the process ends in time, once it has been told to.</summary>
    public LastResort EndInTime() => new(_app.Services.GetRequiredService<StopDeadline>(), _app.Lifetime.ApplicationStopping);

    /// <summary>
    /// Says to the service manager that started the process that it is ready, from then on that it is well, and when it ends.
    /// </summary>
    public IDisposable TellServiceManager()
    {
        var manager = ServiceManager.OfEnvironment(_app.Services.GetRequiredService<Heartbeats>());
        _app.Lifetime.ApplicationStopping.Register(manager.Stopping);
        manager.Ready($"Receiving; open {Url}");
        return manager;
    }

    public Task WaitForShutdownAsync(CancellationToken stopping) => _app.WaitForShutdownAsync(stopping);

    /// <summary>What it is put together of.</summary>
    public IServiceProvider Services => _app.Services;

    public Task StopAsync() => _app.StopAsync();

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}
