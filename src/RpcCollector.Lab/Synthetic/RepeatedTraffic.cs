namespace RpcCollector.Lab.Synthetic;

/// <summary>
/// Makes up flows of any clients to any servers in the shares that a load asks for, to be sent again and again: the same ones at every run,
/// but for their times.
/// </summary>
internal sealed class RepeatedTraffic(SyntheticLoad load)
{
    private const ushort OtherPort = 443;
    private const uint DynamicPorts = 16_000;

    // 10.0.0.0/16 to 10.1.0.0/16; those with RPC activity are clients of 10.128.0.0/9.
    private const uint Clients = 0x0A00_0000;
    private const uint Servers = 0x0A01_0000;
    private const uint ActiveClients = 0x0A80_0000;
    private const uint NumActiveClients = 1 << 23;

    // The share of records that begin a pair, among those that do not end one.
    private readonly double _pairs = load.ActivityShare / (2 - load.ActivityShare);
    private SyntheticRandom _random = new();
    private SyntheticFlow? _second;

    /// <summary>Pairs that are complete.</summary>
    public long Activities { get; private set; }

    /// <summary>Fills in flows that ended just now.</summary>
    public void Make(Span<SyntheticFlow> flows, long nowUnixMilliseconds)
    {
        foreach (ref var flow in flows) flow = Next(nowUnixMilliseconds);
    }

    private SyntheticFlow Next(long now)
    {
        if (_second is { } second)
        {
            (_second, Activities) = (null, Activities + 1);
            return second;
        }

        var draw = (_random.Next() & 0xFFFFF) / (double)0x100000;
        if (draw < _pairs) return BeginPair(now);
        draw -= _pairs;
        var (client, server) = (Clients | (_random.Next() & 0xFFFF), Servers | (_random.Next() & 0xFFFF));
        var start = now - SyntheticFlow.Milliseconds - (_random.Next() % 1_000);
        var serverPort = draw < load.MapperShare
            ? SyntheticFlow.MapperPort
            : draw < load.MapperShare + load.DynamicShare ? DynamicPort() : OtherPort;
        return new SyntheticFlow(client, server, DynamicPort(), serverPort, start);
    }

    private SyntheticFlow BeginPair(long now)
    {
        var (client, server) = (ActiveClients + (uint)(Activities % NumActiveClients), Servers | (_random.Next() & 0xFFFF));
        var start = now - SyntheticFlow.Milliseconds - 100;
        _second = new SyntheticFlow(client, server, DynamicPort(), DynamicPort(), start + 50);
        return new SyntheticFlow(client, server, DynamicPort(), SyntheticFlow.MapperPort, start);
    }

    private ushort DynamicPort() => (ushort)(SyntheticFlow.FirstDynamicPort + (_random.Next() % DynamicPorts));
}
