namespace RpcCollector.Lab.Synthetic;

/// <summary>
/// Makes up flows as a network has them: every one is a new connection, and hosts have habits. The same ones at every run, but for their
/// times.
/// </summary>
/// <remarks>
/// Each host asks eight servers of its own, takes its client ports in turn, and comes back: to a collector the connection is new and the
/// pair of hosts is mostly known. Flows between two dynamic ports are of any two hosts, and what is left goes to port 443 of a few others.
/// </remarks>
internal sealed class FreshTraffic
{
    private const int ServersPerHost = 8;
    private const int HostsPerServer = 50;
    private const uint DynamicPorts = 16_000;
    private const ushort OtherPort = 443;
    private const uint EndpointPorts = 5;
    private const ushort FirstEndpointPort = 49_664;

    // 10.0.0.0/9, 10.128.0.0/9 and, for what does not matter, the documentation range 198.51.100.0/24.
    private const uint Hosts = 0x0A00_0000;
    private const uint Servers = 0x0A80_0000;
    private const uint Others = 0xC633_6400;

    // An RPC connection's endpoint flow begins so much later, and the second of its two records comes so many records after the first.
    private const int EndpointDelay = 5;
    private const int SecondRecordAfter = 64;

    private const int LongestAgo = 2_000;

    // Kerberos, LDAP and, twice as often, SMB.
    private static readonly ushort[] FamilyPorts = [88, 389, 445, 445];

    private readonly SyntheticLoad _load;
    private readonly uint _numServers;
    private readonly ushort[] _nextPorts;
    private readonly Queue<(SyntheticFlow Flow, long Due)> _second = new();
    private SyntheticRandom _random = new();
    private long _made;

    public FreshTraffic(SyntheticLoad load)
    {
        _load = load;
        _numServers = Math.Max(ServersPerHost, (uint)load.Hosts / HostsPerServer);
        _nextPorts = new ushort[load.Hosts];
        foreach (ref var port in _nextPorts.AsSpan()) port = (ushort)_random.NextBelow(DynamicPorts);
    }

    /// <summary>RPC connections both of whose flows have been made.</summary>
    public long Activities { get; private set; }

    /// <summary>Fills in flows that ended in the last seconds.</summary>
    public void Make(Span<SyntheticFlow> flows, long nowUnixMilliseconds)
    {
        foreach (ref var flow in flows)
        {
            flow = Next(nowUnixMilliseconds);
            _made++;
        }
    }

    private SyntheticFlow Next(long now)
    {
        if (_second.TryPeek(out var second) && second.Due <= _made)
        {
            Activities++;
            return _second.Dequeue().Flow;
        }

        var (host, draw) = (_random.NextBelow((uint)_load.Hosts), _random.NextShare());
        var start = now - SyntheticFlow.Milliseconds - EndpointDelay - _random.NextBelow(LongestAgo);
        if (draw < _load.RpcShare) return BeginRpc(host, start);
        draw -= _load.RpcShare;
        if (draw < _load.FamilyShare)
            return new SyntheticFlow(Hosts + host, ServerOf(host), NextPort(host), FamilyPorts[_random.Next() >> 30], start);
        return draw < _load.FamilyShare + _load.DynamicShare
            ? new SyntheticFlow(Hosts + host, Hosts + _random.NextBelow((uint)_load.Hosts), NextPort(host), DynamicPort(), start)
            : new SyntheticFlow(Hosts + host, Others + _random.NextBelow(256), NextPort(host), OtherPort, start);
    }

    /// <summary>A mapper flow and its endpoint flow, the records of which come in either order.</summary>
    private SyntheticFlow BeginRpc(uint host, long start)
    {
        var server = ServerOf(host);
        var mapper = new SyntheticFlow(Hosts + host, server, NextPort(host), SyntheticFlow.MapperPort, start);
        var endpoint = new SyntheticFlow(
            Hosts + host, server, NextPort(host), (ushort)(FirstEndpointPort + (server % EndpointPorts)), start + EndpointDelay);
        var isMapperFirst = _random.Next() >> 31 == 0;
        _second.Enqueue((isMapperFirst ? endpoint : mapper, _made + SecondRecordAfter));
        return isMapperFirst ? mapper : endpoint;
    }

    // The same eight of each host for ever, spread over all servers (Knuth's multiplicative hash).
    private uint ServerOf(uint host) =>
        Servers + (((host * ServersPerHost) + _random.NextBelow(ServersPerHost)) * 2_654_435_761u % _numServers);

    private ushort NextPort(uint host)
    {
        var port = (ushort)(SyntheticFlow.FirstDynamicPort + _nextPorts[host]);
        _nextPorts[host] = (ushort)((_nextPorts[host] + 1) % DynamicPorts);
        return port;
    }

    private ushort DynamicPort() => (ushort)(SyntheticFlow.FirstDynamicPort + _random.NextBelow(DynamicPorts));
}
