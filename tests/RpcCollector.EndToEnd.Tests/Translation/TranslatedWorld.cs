using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests.Translation;

/// <summary>
/// Connections that devices translate on their way, told by the devices and by sensors before, between and behind them; and the plain story
/// of each.
/// </summary>
internal sealed class TranslatedWorld(int seed)
{
    public const long Epoch = MessageBuilder.ExportMilliseconds - 600_000;

    private readonly Random _random = new(seed);
    private readonly List<CapturedDatagram> _datagrams = [];
    private readonly List<string> _stories = [];
    private int _port = 50_000;

    /// <summary>What a device does to a connection.</summary>
    public enum Kind
    {
        Client = 1,
        Server = 2,
    }

    /// <summary>Another client each time, and the same server at nearly the same time.</summary>
    public bool IsCrowded { get; init; }

    /// <summary>The devices export nothing.</summary>
    public bool IsDeviceSilent { get; init; }

    /// <summary>One record each, in no order.</summary>
    public CapturedDatagram[] Datagrams
    {
        get
        {
            var shuffled = _datagrams.ToArray();
            _random.Shuffle(shuffled);
            return shuffled;
        }
    }

    public string[] Stories => [.. _stories.Order(StringComparer.Ordinal)];

    /// <summary>Some connections of each kind.</summary>
    public static TranslatedWorld Of(int seed)
    {
        var world = new TranslatedWorld(seed);
        for (var i = world._random.Next(2, 8); i > 0; i--) world.Add(world.Path());
        return world;
    }

    /// <summary>A client asks a server's mapper and connects to an endpoint, or to an administration port, through some devices.</summary>
    public void Add(params Kind[] path)
    {

        // Far enough apart that no mapper flow is another's.
        var at = Epoch + (_stories.Count * (IsCrowded ? 20 : 10_000)) + _random.Next(IsCrowded ? 20 : 1_000);
        var (client, server) = ($"10.0.0.{_random.Next(1, 4)}", $"10.1.0.{_random.Next(1, 4)}");
        if (IsCrowded) (client, server) = ($"10.0.1.{_stories.Count}", "10.1.0.1");
        var sensors = Enumerable.Range(0, path.Length + 1).Where(_ => _random.Next(2) == 0).ToArray();
        if (path.Length == 0) sensors = [0];
        // The client addresses the first device that translates servers; each device makes of it what the next one expects.
        var servers = new string[path.Length + 1];
        servers[^1] = server;
        for (var i = path.Length - 1; i >= 0; i--)
            servers[i] = path[i] == Kind.Server ? $"198.51.{i}.{_random.Next(1, 3)}" : servers[i + 1];
        var clients = new string[path.Length + 1];
        clients[0] = client;
        for (var i = 0; i < path.Length; i++)
            clients[i + 1] = path[i] == Kind.Client ? $"203.0.{i}.{(IsCrowded ? 1 : _random.Next(1, 3))}" : clients[i];
        if (_random.Next(3) == 0)
        {
            Tell(path, clients, servers, sensors, _port++, 445, at);
            _stories.Add($"contact {client}:{_port - 1} > {server}:445");
            return;
        }

        var endpoint = 49_700 + _random.Next(200);
        Tell(path, clients, servers, sensors, _port++, 135, at);
        Tell(path, clients, servers, sensors, _port++, endpoint, at + 300);
        _stories.Add($"Car {client}:{_port - 1} > {server}:{endpoint} after {_port - 2}");
    }

    private Kind[] Path()
    {
        while (true)
        {
            var path = Enumerable.Range(0, _random.Next(3)).Select(_ => (Kind)_random.Next(1, 3)).ToArray();

            // A device that translates the server behind one that translates the client knows the true client no more.
            if (path.Length < 2 || path[0] != Kind.Client || path[1] != Kind.Server) return path;
        }
    }

    private void Tell(Kind[] path, string[] clients, string[] servers, int[] sensors, int clientPort, int serverPort, long at)
    {
        var ports = new int[path.Length + 1];
        ports[0] = clientPort;
        for (var i = 0; i < path.Length; i++)
            ports[i + 1] = path[i] == Kind.Client ? 60_000 + _random.Next(5_000) : ports[i];
        foreach (var place in sensors) TellBothHalves($"192.0.2.{100 + place}", place, place);
        for (var i = 0; i < path.Length && !IsDeviceSilent; i++) TellBothHalves($"192.0.2.{50 + i}", i, i + 1);

        void TellBothHalves(string exporter, int before, int after)
        {
            var start = at + _random.Next(-20, 20);
            Record(
                exporter, (clients[before], ports[before], servers[before], serverPort),
                (clients[after], ports[after], servers[after], serverPort), start, 0x1B);
            Record(
                exporter, (servers[after], serverPort, clients[after], ports[after]),
                (servers[before], serverPort, clients[before], ports[before]), start + 1, 0x1B);
        }
    }

    private void Record(
        string exporter, (string Source, int SourcePort, string Destination, int DestinationPort) before,
        (string Source, int SourcePort, string Destination, int DestinationPort) after, long start, int flags) =>
        _datagrams.Add(MessageBuilder.Ipfix()
            .Template(256, [.. Layout.Flow, (225, 4), (226, 4), (227, 2), (228, 2)])
            .Set(256, set => set
                .FlowRecord(before.Source, before.SourcePort, before.Destination, before.DestinationPort, start, start + 5_000, 6, flags)
                .Address(after.Source).Address(after.Destination).U16(after.SourcePort).U16(after.DestinationPort))
            .From(exporter));
}
