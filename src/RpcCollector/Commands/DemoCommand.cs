using System.CommandLine;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using RpcCollector.Demo;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Time;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Inputs;

namespace RpcCollector.Commands;

/// <summary><c>demo</c>: the appliance in a made-up office where two intruders are at work, to be looked at in the console.</summary>
internal sealed class DemoCommand : Command
{
    private const string Folders = "RpcCollector:Zeek:Folders:0";
    private const string Sinks = "--RpcCollector:Sinks:";
    private const string FirstListener = "RpcCollector:Udp:Listen:0";

    private readonly IReadOnlyList<string> _settings;

    private readonly Option<string?> _folder = new("--folder")
    {
        Description =
            "Keep the demo's data here, in a folder that is new or empty; without it, a temporary one that is deleted at the end.",
    };

    public DemoCommand(IReadOnlyList<string> settings)
        : base("demo",
            "Show the console with a made-up office (synthetic): two weeks that were learned, a day with two intruders that ends now, " +
                "and " +
            "what one of them does next. Serves until stopped; receives nothing from the network, and reads no settings files.")
    {
        _settings = settings;
        Add(_folder);
        SetAction((parsed, stopping) => RunAsync(parsed.GetValue(_folder), stopping));
    }

    private async Task<int> RunAsync(string? named, CancellationToken stopping)
    {
        var began = Stopwatch.GetTimestamp();
        var folder = Prepare(named);
        try
        {
            return await RunAsync(folder, isKept: named is not null, began, stopping);
        }
        finally
        {
            if (named is null) Delete(folder);
        }
    }

    private async Task<int> RunAsync(string folder, bool isKept, long began, CancellationToken stopping)
    {
        Console.Error.WriteLine("demo: a synthetic office. Two weeks of it are learned first; that takes some seconds.");
        var recording = OfficeRecording.Read();
        var logs = Directory.CreateDirectory(Path.Combine(folder, "zeek")).FullName;
        var names = Path.Combine(folder, "names.csv");
        await File.WriteAllTextAsync(names, recording.Names + "\n", stopping);
        var effective = EffectiveSettings.Read(Chosen(folder, logs, names), withFiles: false);

        // Whoever is told of a real network, as the environment of a container says, is not told of this one.
        if (!_settings.Any(setting => setting.StartsWith(Sinks, StringComparison.OrdinalIgnoreCase)))
            for (var i = 0; i < effective.Options.Sinks.Length; i++) effective.Options.Sinks[i] = new SinkOptions();
        await using var appliance = Appliance.Build(effective, notice: "demo: synthetic office");
        using var end = appliance.EndInTime();
        var services = appliance.Services;
        var clock = services.GetRequiredService<ArrivalClock>();
        var now = clock.UnixMilliseconds;
        var moved = now - recording.LiveUnixMilliseconds;
        var past = new OfficePast(
            effective.Options, services.GetRequiredService<ExporterCatalog>(), services.GetRequiredService<NameBook>(),
            services.GetRequiredService<ActivityFeed>(), services.GetRequiredService<FindingFeed>(),
            services.GetRequiredService<JudgeArchive>(), services.GetRequiredService<KeptInputs>(), moved);
        var lived = past.Live(recording, now);
        try
        {
            await appliance.StartAsync(stopping);
        }
        catch (OperationCanceledException) when (appliance.IsStopping)
        {
            return appliance.ExitCode;
        }

        Console.Error.WriteLine(
            $"demo: {lived:N0} connections of a synthetic office, learned and judged in " +
                $"{Stopwatch.GetElapsedTime(began).TotalSeconds:0} s.");
        Console.Error.WriteLine(
            $"demo: open {appliance.Url} and look at the first two incidents: the intruders. One of them goes on within two minutes.");
        Console.Error.WriteLine($"demo: Ctrl-C ends it{(isKept ? $"; its data stays in {folder}" : "")}.");
        using var playing = CancellationTokenSource.CreateLinkedTokenSource(stopping, appliance.Stopping);
        var player = new OfficePlayer(recording.Connections, lived, moved, Path.Combine(logs, "conn.log"));
        await PlayAsync(player, clock, playing.Token);
        await appliance.WaitForShutdownAsync(stopping);
        return appliance.ExitCode;
    }

    private static async Task PlayAsync(OfficePlayer player, ArrivalClock clock, CancellationToken stopping)
    {
        try
        {
            await player.PlayAsync(clock, stopping);
            Console.Error.WriteLine("demo: the recording has ended; the console stays open.");
        }
        catch (OperationCanceledException)
        {
            // Ctrl-C while it plays.
        }
    }

    // What is given on the command line or in the environment outranks what the demo would choose, except where its data comes from.
    private string[] Chosen(string folder, string logs, string names)
    {
        string[] chosen = [.. _settings, $"--RpcCollector:Store:Folder={Path.Combine(folder, "data")}", $"--{Folders}={logs}",
            $"--RpcCollector:Names:File={names}"];
        if (!IsSaid(FirstListener))
            chosen = [.. chosen, .. Enumerable.Range(0, 3).Select(i => $"--RpcCollector:Udp:Listen:{i}=127.0.0.1:0")];

        // The log is for those who follow a real network; here the console is looked at.
        if (!_settings.Any(setting => setting.StartsWith("--Logging:", StringComparison.OrdinalIgnoreCase)))
            chosen = [.. chosen, "--Logging:LogLevel:Default=Warning"];
        return IsSaid("RpcCollector:Http:Port") ? chosen : [.. chosen, $"--RpcCollector:Http:Port={HttpPort()}"];
    }

    private bool IsSaid(string key) =>
        _settings.Any(setting => setting.StartsWith($"--{key}=", StringComparison.OrdinalIgnoreCase))
        || Environment.GetEnvironmentVariables().Keys.Cast<string>()
            .Any(name => name.Replace("__", ":", StringComparison.Ordinal).Equals(key, StringComparison.OrdinalIgnoreCase));

    /// <summary>The port that people know, or a free one where a sensor runs already.</summary>
    private static int HttpPort()
    {
        foreach (var port in (int[])[new HttpOptions().Port, 0])
        {
            using var probe = new TcpListener(IPAddress.Loopback, port);
            try
            {
                probe.Start();
                return ((IPEndPoint)probe.LocalEndpoint).Port;
            }
            catch (SocketException)
            {
                // Somebody has it.
            }
        }

        throw new StartupException("there is no free TCP port on 127.0.0.1 for the demo");
    }

    private static string Prepare(string? named)
    {
        try
        {
            if (named is null) return Directory.CreateTempSubdirectory("rpc-collector-demo-").FullName;
            var folder = Path.GetFullPath(named);
            if (File.Exists(folder) || (Directory.Exists(folder) && Directory.EnumerateFileSystemEntries(folder).Any()))
                throw new StartupException($"--folder: '{named}' is not an empty folder; the demo writes nothing beside other data");
            return Directory.CreateDirectory(folder).FullName;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
        {
            throw new StartupException(
                named is null
                    ? $"a temporary folder cannot be made ({failure.Message}); name one with --folder"
                    : $"--folder: '{named}' cannot be used: {failure.Message}", failure);
        }
    }

    private static void Delete(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            Console.Error.WriteLine($"demo: '{folder}' cannot be deleted: {failure.Message}");
        }
    }
}
