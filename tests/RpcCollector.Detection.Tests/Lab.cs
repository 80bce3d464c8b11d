using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.Detection.Tests;

/// <summary>One shard, what it published, and flow starts between two hosts with times in seconds after the lab's own epoch.</summary>
internal sealed class Lab
{
    public const long Epoch = 1_600_000_000_000;

    public static readonly HostAddress Client = HostAddress.Parse("10.0.1.5");
    public static readonly HostAddress Server = HostAddress.Parse("10.0.1.6");

    private long _arrival = Epoch;
    private long _ahead;
    private byte _era;

    public Lab(JoinOptions? options = null, int numShards = 1) =>
        Shard = new ClientShard(options ?? new JoinOptions(), Ledger, Counters, numShards);

    public ActivityLedger Ledger { get; } = new();

    public HopCounters Counters { get; } = new();

    public ClientShard Shard { get; }

    public static long At(double seconds) => Epoch + (long)Math.Round(seconds * 1000);

    public static FlowStart Flow(
        double start, double end, ushort clientPort, ushort serverPort, int exporter = 0, int resolution = 1, uint sampling = 1,
        HostAddress? client = null, HostAddress? server = null) => new()
        {
            Client = client ?? Client,
            Server = server ?? Server,
            ClientPort = clientPort,
            ServerPort = serverPort,
            StartUnixMilliseconds = At(start),
            EndUnixMilliseconds = At(end),
            ResolutionMilliseconds = resolution,
            ExporterId = exporter,
            ClockKey = (ulong)exporter,
            SamplingInterval = sampling,
            ClientOctets = 1000,
            ServerOctets = 500,
            ClientTcpFlags = 0x1B,
            ServerTcpFlags = 0x1B,
            Half = FlowHalf.Both,
            Direction = DirectionConfidence.Stated,
        };

    /// <summary>A mapper flow that lives from one second to another.</summary>
    public static FlowStart Mapper(double start, double end, ushort clientPort = 50_000, int exporter = 0, int resolution = 1) =>
        Flow(start, end, clientPort, 135, exporter, resolution);

    /// <summary>An endpoint flow that lives for one second.</summary>
    public static FlowStart Endpoint(
        double start, ushort clientPort = 50_001, ushort serverPort = 49_668, int exporter = 0, int resolution = 1) =>
        Flow(start, start + 1, clientPort, serverPort, exporter, resolution);

    /// <summary>Offers flow starts, each a millisecond after the last.</summary>
    public Lab Offer(params ReadOnlySpan<FlowStart> starts)
    {
        foreach (var start in starts) Shard.Offer(start with { ArrivalUnixMilliseconds = ++_arrival + _ahead, ArrivalEra = _era });
        return this;
    }

    /// <summary>Offers one flow start that arrives this many seconds after the epoch.</summary>
    public Lab OfferAt(double seconds, FlowStart start)
    {
        _arrival = At(seconds);
        Shard.Offer(start with { ArrivalUnixMilliseconds = _arrival + _ahead, ArrivalEra = _era });
        return this;
    }

    /// <summary>
    /// The clock of arrivals is set so many seconds further, or back; the seconds of all that follows stay those of the flows.
    /// </summary>
    public Lab SetClock(double bySeconds)
    {
        _ahead += (long)(bySeconds * 1000);
        _era++;
        return this;
    }

    public Lab AdvanceTo(double seconds)
    {
        _arrival = At(seconds);
        Shard.AdvanceTo(new ArrivalTime(_era, _arrival + _ahead));
        return this;
    }
}
