using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Benchmarks;

/// <summary>
/// A shard in steady state: so many open mapper flows and as many candidates that wait, the oldest of which goes whenever a new one
/// comes.
/// </summary>
internal sealed class JoinRun
{
    private const uint Clients = 0x0A00_0000;
    private const uint Servers = 0xAC10_0000;

    // Of the fresh load: clients, the servers among which each has some of its own, and those.
    private const int FreshClients = 20_000;
    private const int FreshServers = 400;
    private const int ServersOfClient = 8;

    // Of 705 records that are no HTTPS so many are between two dynamic ports, and so many go to Kerberos, LDAP and SMB; the rest is RPC.
    private const int FreshKinds = 705;
    private const int FreshDynamic = 500;
    private const int FreshFamily = 200;
    private const ushort AllFlags = 0x1B;

    private static readonly ushort[] FamilyPorts = [88, 389, 445, 445];
    private const ushort FirstPort = 49_152;

    private static readonly TimeSpan Hold = TimeSpan.FromMinutes(5);

    // As many as a shard's thread finds in its ring under load.
    private readonly FlowStart[] _group = new FlowStart[256];
    private readonly int _open;
    private readonly ClientShard _shard;
    private readonly CountingSink _sink = new();
    private readonly long _began = new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero).ToUnixTimeMilliseconds();
    private long _next;
    private int _grouped;

    public JoinRun(int open)
    {
        _open = open;
        var options = new JoinOptions
        {
            MapperHold = Hold,
            EndpointHold = Hold,
            ContactHold = Hold,
            MapperOnlyAfter = Hold * 2,
            MaxMapperFlows = 100_000_000,
            MaxEndpointFlows = 100_000_000,
        };
        _shard = new ClientShard(options, _sink, Counters);
        OfferUnrelated(2 * open);
    }

    public HopCounters Counters { get; } = new();

    public long Activities => _sink.Added;

    public int OpenMapperFlows => _shard.OpenMapperFlows;

    public int WaitingEndpointFlows => _shard.WaitingEndpointFlows;

    public double BytesAFlow => (double)_shard.StateBytes / (_shard.OpenMapperFlows + _shard.WaitingEndpointFlows);

    /// <summary>
    /// Records of the fresh load (RpcCollector.Lab load) that are no HTTPS, as the orienting of records hands them over: each is a new
    /// connection of which nothing says who the client is, offered from either end.
    /// </summary>
    public void OfferFresh(int records)
    {
        for (var i = 0; i < records; i++, _next++)
        {
            var random = new HostAddress(0, (ulong)_next).Hash();
            var (client, kind) = ((int)(random % FreshClients), (int)((random >> 20) % FreshKinds));
            var (clientHost, server) = (Clients + (uint)client, ServerOf(client, (int)(random >> 40)));
            if (kind < FreshDynamic)
            {
                var other = Clients + (uint)((random >> 40) % FreshClients);
                OfferBothWays(clientHost, other, Port((long)(random >> 32)), DirectionConfidence.Uncertain);
            }
            else if (kind < FreshDynamic + FreshFamily)
            {
                OfferBothWays(clientHost, server, FamilyPorts[random >> 62], DirectionConfidence.ServerPort);
            }
            else
            {
                var mapper = Start(clientHost, server, WellKnownPort.EndpointMapper, Port(_next), Now);
                Offer(OneWay(mapper, DirectionConfidence.ServerPort));
                OfferBothWays(clientHost, server, (ushort)(49_664 + (server % 5)), DirectionConfidence.Uncertain);
            }
        }

        OfferGroup();
    }

    /// <summary>Mapper flows and candidates in turn that have nothing to do with each other.</summary>
    public void OfferUnrelated(int flowStarts)
    {
        for (var i = 0; i < flowStarts; i++, _next++) Offer(Unrelated(_next, Now));
        OfferGroup();
    }

    /// <summary>A mapper flow and its endpoint flow in turn: each second one is an RPC activity.</summary>
    public void OfferPairs(int flowStarts)
    {
        for (var i = 0; i < flowStarts; i++, _next++)
        {
            var pair = _next / 2;
            Offer(Start(
                Host(pair), Servers + (uint)(pair & 0xFFFF), _next % 2 == 0 ? WellKnownPort.EndpointMapper : Port(_next), Port(pair), Now));
        }

        OfferGroup();
    }

    /// <summary>Further sightings of flows that are held.</summary>
    public void OfferKnown(int flowStarts)
    {
        // Time stands still, so that they stay.
        for (var i = 0; i < flowStarts; i++)
        {
            var known = _next - 1 - (i * 7_919L % _open);
            Offer(Unrelated(known, ArrivalOf(known)));
        }

        OfferGroup();
    }

    private long Now => ArrivalOf(_next);

    private long ArrivalOf(long number) => _began + (long)(number * Hold.TotalMilliseconds / (2.0 * _open));

    private void Offer(in FlowStart start)
    {
        _group[_grouped++] = start;
        if (_grouped == _group.Length) OfferGroup();
    }

    private void OfferGroup()
    {
        _shard.Offer(_group.AsSpan(0, _grouped));
        _grouped = 0;
    }

    // A mapper flow and a candidate of two clients that nothing else is of.
    private static FlowStart Unrelated(long number, long arrival) =>
        Start(Host(number), Servers + (uint)(number * 31 & 0xFFFF), number % 2 == 0 ? WellKnownPort.EndpointMapper : Port(number),
            Port(number * 17), arrival);

    private void OfferBothWays(uint client, uint server, ushort serverPort, DirectionConfidence direction) =>
        Offer(OneWay(Start(client, server, serverPort, Port(_next), Now), direction) with { HasMirror = true });

    /// <summary>As a record of one direction says it.</summary>
    private static FlowStart OneWay(FlowStart start, DirectionConfidence direction) => start with
    {
        ClientTcpFlags = AllFlags,
        ClientOctets = 1_000,
        ClientPackets = 10,
        Direction = direction,
        Half = FlowHalf.FromClient,
    };

    private static uint ServerOf(int client, int choice) =>
        Servers + (uint)((((long)client * ServersOfClient) + (choice & (ServersOfClient - 1))) * 2_654_435_761L % FreshServers);

    private static uint Host(long number) => Clients + (uint)(number & 0xFF_FFFF);

    private static ushort Port(long number) => (ushort)(FirstPort + (number & 0x3FFF));

    private static FlowStart Start(uint client, uint server, ushort serverPort, ushort clientPort, long arrival) => new()
    {
        Client = HostAddress.FromIPv4(client),
        Server = HostAddress.FromIPv4(server),
        ClientPort = clientPort,
        ServerPort = serverPort,
        StartUnixMilliseconds = arrival - 500,
        EndUnixMilliseconds = arrival - 300,
        ArrivalUnixMilliseconds = arrival,
        ResolutionMilliseconds = 1,
        SamplingInterval = 1,
        Direction = DirectionConfidence.Stated,
        Half = FlowHalf.Both,
    };

    // A mapper flow that is let go alone is no join.
    private sealed class CountingSink : IActivitySink
    {
        public long Added { get; private set; }

        public void Publish(in ActivityChange change) =>
            Added += change.Kind == ActivityChangeKind.Added && change.Activity.Basis != JoinBasis.MapperOnly ? 1 : 0;
    }
}
