using System.Text.RegularExpressions;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Scale;

/// <summary>
/// The services of docker/scale as processes on loopback: the same configuration of the broker, and the same settings, but for addresses
/// and paths.
/// </summary>
internal sealed partial class ComposedCollector : IAsyncDisposable
{
    private const int NumServers = 3;

    private readonly TemporaryFolder _folder = new();
    private readonly Dictionary<string, TemporaryFolder> _folders = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LiveCollector> _collectors = new(StringComparer.Ordinal);
    private readonly int[] _routes = [.. Enumerable.Range(0, NumServers).Select(_ => FreePort.Tcp())];

    private readonly int[] _leafs = [.. Enumerable.Range(0, NumServers).Select(_ => FreePort.Tcp())];

    private ComposedCollector()
    {
    }

    public ChildProcess[] Servers { get; private set; } = [];

    /// <summary>Where the servers listen.</summary>
    public int[] Ports { get; } = [.. Enumerable.Range(0, NumServers).Select(_ => FreePort.Tcp())];

    /// <summary>Where the leaf listens.</summary>
    public int LeafPort { get; } = FreePort.Tcp();

    /// <summary>The leaf of sensor.yaml; null until it is started.</summary>
    public ChildProcess? Leaf { get; private set; }

    public LiveCollector this[string service] => _collectors[service];

    /// <summary>The broker alone, with what make-secrets.sh made.</summary>
    public static async Task<ComposedCollector> StartBrokerAsync()
    {
        var composed = new ComposedCollector();
        foreach (var name in (string[])["nats.conf", "leaf.conf", "make-secrets.sh"])
            File.Copy(SourceOf(name), composed._folder.PathOf(name));
        await using var made = Tool.Start("bash", composed._folder.FullName, "make-secrets.sh", "nats.example", "192.0.2.10");
        Assert.True(await made.WaitForExitAsync() == 0, made.Transcript);
        composed.Servers = [.. Enumerable.Range(0, NumServers).Select(composed.StartServer)];
        return composed;
    }

    /// <summary>The leaf beside the sensor of sensor.yaml.</summary>
    /// <param name="deniesNothing">As whoever has taken the sensor's machine over may have it.</param>
    public void StartLeaf(bool deniesNothing = false)
    {
        const string Site = "site-a";
        var hubs = File.ReadAllText(_folder.PathOf($"secrets/leaf.{Site}.conf"));
        for (var number = 0; number < NumServers; number++)
            hubs = hubs.Replace($"@nats.example:{7422 + number}", $"@127.0.0.1:{_leafs[number]}", StringComparison.Ordinal)
                .Replace($"@192.0.2.10:{7422 + number}", $"@localhost:{_leafs[number]}", StringComparison.Ordinal);
        File.WriteAllText(_folder.PathOf("secrets/leaf.conf"), hubs);
        var file = "leaf.conf";
        if (deniesNothing)
        {
            file = "open.conf";
            var rest = File.ReadLines(_folder.PathOf("leaf.conf"))
                .Where(line => !line.TrimStart().StartsWith("deny_", StringComparison.Ordinal))
                .TakeWhile(line => !line.StartsWith("authorization", StringComparison.Ordinal));
            const string Everything = """
                authorization { users: [
                  { user: "sensor", password: $SENSOR_PASSWORD, permissions: {
                      publish: [">", $SENSOR_FLOW, $SENSOR_TOLD], subscribe: ">" } }
                ] }
                """;
            File.WriteAllLines(_folder.PathOf(file), [.. rest, Everything]);
        }

        Leaf = ChildProcess.Start(
            Tool.Find("nats-server"), ["--config", file], _folder.FullName,
            new Dictionary<string, string>
            {
                ["LEAF_DOMAIN"] = Site,
                ["LEAF_LISTEN"] = $"127.0.0.1:{LeafPort}",
                ["LEAF_STORE"] = _folder.PathOf("leaf"),
            });
    }

    /// <summary>Starts a service of a file and waits until it answers.</summary>
    public async Task StartAsync(string file, string service, bool isReady = true)
    {
        string[] settings = [.. SettingsOf(file, service)];
        var folder = _folders[service] = new TemporaryFolder();
        _collectors[service] = isReady
            ? await LiveCollector.StartAsync(folder, settings)
            : await LiveCollector.StartUnreadyAsync(folder, settings);
    }

    /// <summary>Of a sensor without a leaf.</summary>
    public string[] SettingsOfSensor(string name, string user) =>
    [
        "--Scale:Role=sensor", $"--Scale:Name={name}", $"--Scale:Nats:Urls:0=tls://127.0.0.1:{Ports[0]}",
        $"--Scale:Nats:CaFile={_folder.PathOf("secrets/ca.pem")}", $"--Scale:Nats:UserFile={_folder.PathOf($"secrets/user.{user}")}",
    ];

    /// <summary>A user's name and password; a leaf's are in what it reads.</summary>
    public string[] Credentials(string user)
    {
        if (!user.StartsWith("leaf-site", StringComparison.Ordinal))
            return File.ReadAllText(_folder.PathOf($"secrets/user.{user}")).Trim().Split(':');
        var hubs = File.ReadAllText(_folder.PathOf($"secrets/leaf.{user["leaf-".Length..]}.conf"));
        return hubs[(hubs.IndexOf("tls://", StringComparison.Ordinal) + 6)..hubs.IndexOf('@', StringComparison.Ordinal)].Split(':');
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var collector in _collectors.Values) await collector.DisposeAsync();
        if (Leaf is not null) await Leaf.DisposeAsync();
        foreach (var server in Servers) await server.DisposeAsync();
        foreach (var folder in _folders.Values) folder.Dispose();
        _folder.Dispose();
    }

    [GeneratedRegex(@"^      RpcCollector__(?<name>\w+): ""?(?:\$\{\w+:-)?(?<value>[^""}]+)")]
    private static partial Regex Setting();

    private static string SourceOf(string name) => Path.Combine(SharedData.RepositoryRoot(), "docker", "scale", name);

    private ChildProcess StartServer(int number)
    {
        var routes = string.Join(", ", _routes.Select(route => $"tls://127.0.0.1:{route}"));
        return ChildProcess.Start(
            Tool.Find("nats-server"), ["--config", "nats.conf"], _folder.FullName,
            new Dictionary<string, string>
            {
                ["NATS_NAME"] = $"nats-{number + 1}",
                ["NATS_LISTEN"] = $"127.0.0.1:{Ports[number]}",
                ["NATS_STORE"] = _folder.PathOf($"nats-{number + 1}"),
                ["NATS_CLUSTER"] = $"127.0.0.1:{_routes[number]}",
                ["NATS_ROUTES"] = $"[{routes}]",
                ["NATS_LEAFS"] = $"127.0.0.1:{_leafs[number]}",
            });
    }

    private IEnumerable<string> SettingsOf(string file, string service)
    {
        var lines = File.ReadLines(SourceOf(file)).SkipWhile(line => line != $"  {service}:").Skip(1);
        foreach (var line in lines.TakeWhile(line => line.Length == 0 || line.StartsWith("   ", StringComparison.Ordinal)))
        {
            if (Setting().Match(line) is not { Success: true } match) continue;
            var (name, value) = (match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal), match.Groups["value"].Value);
            if (name == "Http:Hosts") continue;
            for (var number = 0; number < NumServers; number++)
                value = value.Replace($"nats-{number + 1}:4222", $"127.0.0.1:{Ports[number]}", StringComparison.Ordinal);
            value = value.Replace("leaf:4222", $"127.0.0.1:{LeafPort}", StringComparison.Ordinal);
            var secret = value.Replace("/run/secrets/", "", StringComparison.Ordinal);
            if (secret != value) value = _folder.PathOf(secret == "ca" ? "secrets/ca.pem" : $"secrets/user.{secret}");
            yield return $"--{name}={value}";
        }
    }
}
