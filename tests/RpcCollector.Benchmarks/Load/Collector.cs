using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace RpcCollector.Benchmarks.Load;

/// <summary>The published program, running on loopback with a store of its own.</summary>
internal sealed class Collector : IAsyncDisposable
{
    private readonly Process _process;
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("rpc-collector-load");
    private readonly string? _trace;

    private Collector(LoadOptions options, IEnumerable<string> settings)
    {
        (Port, var http) = (FreePort(ProtocolType.Udp), FreePort(ProtocolType.Tcp));
        Http = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{http}/") };
        var start = new ProcessStartInfo(options.Program) { RedirectStandardOutput = true, UseShellExecute = false };
        foreach (var setting in (IEnumerable<string>)[
            $"--Udp:Listen:0=127.0.0.1:{Port}", $"--Store:Folder={_folder}", $"--Http:Port={http}", .. options.Settings, .. settings])
            start.ArgumentList.Add(setting);
        if (options.TracesPauses)
        {
            _trace = Path.Combine(_folder.FullName, "gc.nettrace");
            start.Environment["DOTNET_EnableEventPipe"] = "1";
            start.Environment["DOTNET_EventPipeOutputPath"] = _trace;
            start.Environment["DOTNET_EventPipeOutputStreaming"] = "1";
            start.Environment["DOTNET_EventPipeConfig"] = "Microsoft-Windows-DotNETRuntime:0x1:4";
        }

        _process = Process.Start(start)!;
        _process.OutputDataReceived += (_, _) => { };
        _process.BeginOutputReadLine();
    }

    public int Port { get; }

    public HttpClient Http { get; }

    /// <summary>From the start of the process until it said that it is ready.</summary>
    public TimeSpan Readiness { get; private set; }

    public static async Task<Collector> StartAsync(LoadOptions options, params IEnumerable<string> settings)
    {
        var began = Stopwatch.GetTimestamp();
        var collector = new Collector(options, settings);
        while (!await collector.IsReadyAsync())
        {
            if (Stopwatch.GetElapsedTime(began) > TimeSpan.FromSeconds(30) || collector._process.HasExited)
                throw new InvalidOperationException("the collector does not get ready");
            await Task.Delay(2);
        }

        collector.Readiness = Stopwatch.GetElapsedTime(began);
        return collector;
    }

    /// <summary>CPU time so far in nanoseconds, by the names of the threads.</summary>
    public SortedDictionary<string, long> CpuByThread()
    {
        var cpu = new SortedDictionary<string, long>(StringComparer.Ordinal);
        foreach (var thread in Directory.EnumerateDirectories($"/proc/{_process.Id}/task"))
        {
            try
            {
                var name = File.ReadAllText($"{thread}/comm").Trim();
                var nanoseconds = File.ReadAllText($"{thread}/schedstat").Split(' ')[0];
                cpu[name] = cpu.GetValueOrDefault(name) + long.Parse(nanoseconds, CultureInfo.InvariantCulture);
            }
            catch (IOException)
            {
                // It has ended meanwhile.
            }
        }

        return cpu;
    }

    /// <summary>MiB of resident memory: VmRSS now, VmHWM at most so far.</summary>
    public double Memory(string field)
    {
        var line = File.ReadLines($"/proc/{_process.Id}/status").First(line => line.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024.0;
    }

    /// <summary>Sum of all series of a metric.</summary>
    public async Task<long> MetricAsync(string name)
    {
        var lines = (await Http.GetStringAsync("metrics")).Split('\n');
        return lines.Where(line => line.StartsWith(name, StringComparison.Ordinal) && line[name.Length] is ' ' or '{')
            .Sum(line => (long)double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture));
    }

    /// <summary>Datagrams that the kernel dropped at the port, as the kernel itself counts them.</summary>
    public long KernelDrops()
    {
        var port = $":{Port:X4}";
        return ((IEnumerable<string>)["/proc/net/udp", "/proc/net/udp6"]).Where(File.Exists).SelectMany(File.ReadLines)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(words => words[1].EndsWith(port, StringComparison.Ordinal))
            .Sum(words => long.Parse(words[^1], CultureInfo.InvariantCulture));
    }

    /// <summary>How long it took to end, and its exit code, once it has.</summary>
    public (TimeSpan Took, int ExitCode) Ending { get; private set; }

    /// <summary>Ends it, and returns the path of its trace if it wrote one.</summary>
    public async Task<string?> StopAsync()
    {
        var began = Stopwatch.GetTimestamp();
        using var kill = Process.Start("kill", ["-TERM", _process.Id.ToString(CultureInfo.InvariantCulture)]);
        await _process.WaitForExitAsync();
        Ending = (Stopwatch.GetElapsedTime(began), _process.ExitCode);
        return _trace;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) await StopAsync();
        _process.Dispose();
        Http.Dispose();
        _folder.Delete(recursive: true);
    }

    private static int FreePort(ProtocolType protocol)
    {
        using var socket =
            new Socket(AddressFamily.InterNetwork, protocol == ProtocolType.Udp ? SocketType.Dgram : SocketType.Stream, protocol);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return ((IPEndPoint)socket.LocalEndPoint!).Port;
    }

    private async Task<bool> IsReadyAsync()
    {
        try
        {
            using var answer = await Http.GetAsync(new Uri("readyz", UriKind.Relative));
            return answer.IsSuccessStatusCode;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }
}
