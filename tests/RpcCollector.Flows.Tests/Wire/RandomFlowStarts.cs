namespace RpcCollector.Flows.Tests.Wire;

/// <summary>Flow starts of a sensor with some exporters: usual ones, and such as have the largest value in any field.</summary>
internal sealed class RandomFlowStarts
{
    public const long Began = 1_767_225_600_000;

    private readonly Random _random;
    private readonly int[] _exporterIds;

    public RandomFlowStarts(int seed, int numExporters = 5)
    {
        _random = new Random(seed);
        Exporters.TryGetId(HostAddress.Parse("192.0.2.254"), out _);
        _exporterIds = new int[numExporters];
        for (var i = 0; i < numExporters; i++) Exporters.TryGetId(Address(), out _exporterIds[i]);
    }

    public ExporterDirectory Exporters { get; } = new();

    public FlowStart[] Take(int count) => [.. Enumerable.Range(0, count).Select(_ => Next())];

    private FlowStart Next()
    {
        var arrival = Began + _random.Next(600_000);
        var start = new FlowStart
        {
            Client = Address(),
            Server = Address(),
            ClientPort = (ushort)_random.Next(65_536),
            ServerPort = _random.Next(2) == 0 ? WellKnownPort.EndpointMapper : (ushort)_random.Next(65_536),
            ClientTcpFlags = (ushort)_random.Next(65_536),
            ServerTcpFlags = (ushort)_random.Next(65_536),
            ArrivalUnixMilliseconds = _random.Next(20) == 0 ? _random.NextInt64(1L << 48) : arrival,
            StartUnixMilliseconds = Often(arrival - _random.Next(90_000)),
            EndUnixMilliseconds = Often(arrival - _random.Next(90_000)),
            ClientOctets = Counter(),
            ServerOctets = Counter(),
            ClientPackets = Counter(),
            ServerPackets = Counter(),
            ResolutionMilliseconds = _random.Next(4) == 0 ? _random.Next() : 1,
            ClockKey = (ulong)_random.Next(4) * 0x9E37_79B9_7F4A_7C15,
            ClockCorrectionMilliseconds = _random.Next(4) == 0 ? _random.Next(int.MinValue, int.MaxValue) : -20,
            ExporterId = _random.Next(30) == 0 ? Exporters.Unnamed : _exporterIds[_random.Next(_exporterIds.Length)],
            SamplingInterval = _random.Next(4) == 0 ? (uint)_random.NextInt64(1L << 32) : 1,
            Direction = (DirectionConfidence)_random.Next(6),
            Half = (FlowHalf)_random.Next(4),
            ArrivalEra = (byte)(_random.Next(10) == 0 ? _random.Next(256) : 3),
            IsEndAlone = _random.Next(2) == 0,
            IsMirror = _random.Next(2) == 0,
            IsTranslation = _random.Next(10) == 0,
        };
        if (!start.IsTranslation) return start;
        start.Connection = new FlowEnds(Address(), start.ClientPort, Address(), start.ServerPort);
        (start.StartUnixMilliseconds, start.EndUnixMilliseconds) = (arrival - _random.Next(90_000), arrival - _random.Next(90_000));
        return start;
    }

    private HostAddress Address() => _random.Next(2) == 0
        ? HostAddress.FromIPv4((uint)_random.NextInt64(1, 1L << 32))
        : new HostAddress((ulong)_random.NextInt64(long.MinValue, long.MaxValue), (ulong)_random.NextInt64());

    private long Often(long usual) => _random.Next(20) == 0 ? _random.NextInt64(long.MinValue, long.MaxValue) : usual;

    private ulong Counter() => _random.Next(20) switch
    {
        0 => ulong.MaxValue,
        1 => uint.MaxValue,
        2 => uint.MaxValue + 1UL,
        _ => (ulong)_random.Next(100_000),
    };
}
