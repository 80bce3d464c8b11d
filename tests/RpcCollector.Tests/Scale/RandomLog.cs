using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Wire;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

/// <summary>A log of one of four partitions in which everything happens that can, drawn by chance.</summary>
internal sealed class RandomLog
{
    public const int NumPartitions = 4;
    public const int Partition = 1;

    /// <summary>Short, and few: so that flows come due and are evicted within a log.</summary>
    public static readonly JoinOptions Join = new()
    {
        SameConnectionGap = TimeSpan.FromSeconds(1),
        MapperOnlyAfter = TimeSpan.FromSeconds(3),
        KnownEndpointAfter = TimeSpan.FromSeconds(1),
        EndpointHold = TimeSpan.FromSeconds(8),
        MapperHold = TimeSpan.FromSeconds(20),
        ContactHold = TimeSpan.FromSeconds(20),
        MaxMapperFlows = NumPartitions * 60,
        MaxEndpointFlows = NumPartitions * 60,
        MaxContacts = NumPartitions * 30,
        MaxFlowsPerPair = 16,
    };

    // Three of the partition, two of others.
    private static readonly HostAddress[] Hosts =
    [
        .. Enumerable.Range(1, 100).Select(i => HostAddress.Parse(i % 2 == 0 ? $"10.0.0.{i}" : $"2001:db8::{i:x}"))
            .GroupBy(host => ClientShard.Of(host, NumPartitions) == Partition).SelectMany(hosts => hosts.Take(hosts.Key ? 3 : 2)),
    ];

    private static readonly ushort[] ServerPorts = [135, 135, 135, 135, 49_152, 49_152, 49_664, 60_000, 60_000, 445, 88, 5_985, 1_024];

    private static readonly ushort[] ClientPorts = [49_152, 49_153, 60_000, 50_001, 50_002, 445, 135];

    private readonly Random _random;
    private readonly List<LogEntry> _entries = [];
    private readonly List<(byte[] Octets, LogSubject Subject)> _batches = [];
    private readonly Sensor[] _sensors;
    private readonly int _numExporters;
    private readonly Queue<byte[]> _told = new();
    private long _now = 1_800_000_000_000;
    private ulong _version;

    private RandomLog(int seed, int numExporters)
    {
        (_random, _numExporters) = (new Random(seed), numExporters);
        _sensors = [.. Enumerable.Range(0, 3).Select(number => new Sensor($"sensor-{number}", numExporters, new Random(number)))];
    }

    public static IReadOnlyList<LogEntry> Of(int seed, int numEntries, int numExporters = 6)
    {
        var log = new RandomLog(seed, numExporters);
        while (log._entries.Count < numEntries) log.Step();
        return log._entries;
    }

    private void Step()
    {
        _now += _random.Next(300);
        if (_random.Next(60) == 0) _now += _random.Next(30_000);
        if (_random.Next(400) == 0) _now += 1_200_000;
        var sensor = _sensors[_random.Next(4) == 0 ? 2 : _random.Next(2)];
        switch (_random.Next(100))
        {
            case < 4 when _batches.Count > 0:
                var again = _batches[_random.Next(_batches.Count)];
                Append(again.Octets, again.Subject);
                break;
            case < 7:
                // A gap.
                Batch(sensor);
                break;
            case < 9:
                sensor.Begin((ulong)_random.Next(1, 1_000));
                break;
            case < 11:
                Append(RandomOctets(), Own(sensor.Name));
                break;
            case < 15:
                foreach (var message in Endpoints()) _told.Enqueue(message);
                break;
            default:
                if (_told.Count > 0 && _random.Next(3) == 0) Append(_told.Dequeue(), LogSubject.KnownEndpoints(Partition));
                var batch = Batch(sensor);
                _batches.Add((batch, Own(sensor.Name)));
                Append(batch, Own(sensor.Name));

                // The same under the name of another one, to which it is not to be said.
                if (_batches.Count % 40 == 0) Append(batch, Own("sensor-of-nobody"));
                break;
        }
    }

    private void Append(byte[] message, LogSubject to) => _entries.Add(new LogEntry(_entries.Count + 1, _now, message, 0, to));

    private static LogSubject Own(string sensor) => LogSubject.Flow(Partition, sensor);

    private byte[] RandomOctets()
    {
        var octets = _batches.Count > 0 && _random.Next(2) == 0 ? [.. _batches[^1].Octets] : new byte[100];
        octets[_random.Next(octets.Length)] ^= 0x55;
        return octets;
    }

    private IReadOnlyList<byte[]> Endpoints()
    {
        _version += (ulong)_random.Next(3);
        var all = new List<LearnedEndpoint>();
        foreach (var host in Hosts.Order())
        {
            if (_random.Next(2) == 0) continue;
            foreach (var port in (ushort[])[49_152, 49_664, 60_000])
            {
                var from = _now - _random.Next(9_000);
                if (_random.Next(2) == 0) all.Add(new LearnedEndpoint(host, port, (RpcInterfaces)_random.Next(8), from));
            }
        }

        return KnownEndpointsMessages.Of("judge", 1, _version, _now, new ToldEndpoints(all));
    }

    private byte[] Batch(Sensor sensor)
    {
        for (var count = _random.Next(14); count > 0; count--)
        {
            var start = Start(sensor);
            var owners = new int[ClientShard.MostOwners];
            var numOwners = ClientShard.OwnersOf(start, NumPartitions, owners);
            if (owners.AsSpan(0, numOwners).Contains(Partition)) Assert.True(sensor.Writer.TryAdd(start));
        }

        return sensor.Writer.Finish(sensor.NextSequence++, _now - _random.Next(600)).ToArray();
    }

    private FlowStart Start(Sensor sensor)
    {
        var exporter = _random.Next(_numExporters);
        var domain = _random.Next(2);
        var client = _random.Next(Hosts.Length);
        var server = (client + _random.Next(1, Hosts.Length)) % Hosts.Length;
        var at = ((_now - _random.Next(4_000)) / 250 * 250) + (exporter * 70);
        var flow = new FlowStart
        {
            Client = Hosts[client],
            Server = Hosts[server],
            ClientPort = ClientPorts[_random.Next(ClientPorts.Length)],
            ServerPort = ServerPorts[_random.Next(ServerPorts.Length)],
            StartUnixMilliseconds = at,
            EndUnixMilliseconds = at + (_random.Next(5) * 250),
            ArrivalUnixMilliseconds = _now,
            ExporterId = sensor.IdOf(exporter),
            ClockKey = (ulong)(2 * (99 - exporter) + domain),
            ClockCorrectionMilliseconds = _random.Next(10) == 0 ? _random.Next(1_000) : 137 * exporter,
            ResolutionMilliseconds = _random.Next(8) == 0 ? 1_000 : 1,
            SamplingInterval = _random.Next(6) == 0 ? 100u : 1u,
            Half = (FlowHalf)(_random.Next(8) == 0 ? 0 : _random.Next(1, 4)),
            Direction = (DirectionConfidence[])
                [DirectionConfidence.Uncertain, DirectionConfidence.ServerPort, DirectionConfidence.Stated, DirectionConfidence.Stated,
                    DirectionConfidence.Refuted] is var all ? all[_random.Next(all.Length)] : default,
            ClientOctets = (ulong)_random.Next(1_000),
            ServerOctets = (ulong)_random.Next(1_000),
            ClientTcpFlags = (ushort)_random.Next(32),
            ServerTcpFlags = (ushort)_random.Next(32),
            IsMirror = _random.Next(6) == 0,
        };
        if (_random.Next(12) == 0) (flow.IsEndAlone, flow.StartUnixMilliseconds) = (true, flow.EndUnixMilliseconds);
        else if (_random.Next(8) == 0) StateTranslation(ref flow);
        return flow;
    }

    private void StateTranslation(ref FlowStart flow)
    {
        var seen = new FlowEnds(flow.Client, flow.ClientPort, flow.Server, flow.ServerPort);
        var connection = _random.Next(2) == 0
            ? seen with { Source = Hosts[_random.Next(Hosts.Length)], SourcePort = ClientPorts[_random.Next(ClientPorts.Length)] }
            : seen with { Destination = Hosts[_random.Next(Hosts.Length)] };
        if (connection == seen || connection.Source == connection.Destination) return;
        (flow.IsTranslation, flow.IsMirror, flow.Half, flow.Connection) = (true, true, FlowHalf.Both, connection);
    }

    /// <summary>One that has numbers of its own for the exporters.</summary>
    private sealed class Sensor
    {
        private readonly string _name;
        private readonly ExporterDirectory _exporters = new();

        public Sensor(string name, int numExporters, Random random)
        {
            _name = name;
            var addresses = Enumerable.Range(0, numExporters).ToArray();
            random.Shuffle(addresses);
            foreach (var address in addresses) Assert.True(_exporters.TryGetId(AddressOf(address), out _));
            Writer = new FlowBatchWriter(name, null, 1, Partition, _exporters);
        }

        public string Name => _name;

        public FlowBatchWriter Writer { get; private set; }

        public ulong NextSequence { get; set; }

        public int IdOf(int exporter) => _exporters.TryFind(AddressOf(exporter), out var id) ? id : _exporters.Unnamed;

        public void Begin(ulong epoch) => (Writer, NextSequence) = (new FlowBatchWriter(_name, null, epoch, Partition, _exporters), 0);

        private static HostAddress AddressOf(int exporter) => HostAddress.FromIPv4(0xC000_0201 + (uint)exporter);
    }
}
