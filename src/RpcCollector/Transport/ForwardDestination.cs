using System.Net.Sockets;
using RpcCollector.Options;

namespace RpcCollector.Transport;

/// <summary>One collector that every datagram goes on to, from the exporter's own address where that is possible.</summary>
internal sealed unsafe class ForwardDestination : IDisposable
{
    private readonly ForwardSocket _own;
    private readonly ForwardSocket? _raw;
    private readonly ForwardSessions _sessions;
    private readonly ForwardBatch _batch;
    private readonly bool _isIPv4;

    /// <exception cref="SocketException">There is no socket for it.</exception>
    public ForwardDestination(ForwardTarget target)
    {
        Target = target;
        _isIPv4 = target.Address.AddressFamily == AddressFamily.InterNetwork;
        _sessions = new ForwardSessions(target);
        _batch = new ForwardBatch(target, Counters);
        _own = ForwardSocket.Own(target);
        try
        {
            _raw = ForwardSocket.Raw(target);
        }
        catch (SocketException e)
        {
            AddressesLostBecause = e.Message;
        }
    }

    public ForwardTarget Target { get; }

    public ForwardCounters Counters { get; } = new();

    /// <summary>Why datagrams come from this machine's address and not from the exporters'; null when they do not.</summary>
    public string? AddressesLostBecause { get; }

    /// <summary>Sends the datagrams of a turn.</summary>
    public void Send(ForwardTurn turn)
    {
        if (_raw is null)
        {
            for (var i = 0; i < turn.Count; i++) _batch.Add(_own, turn[i]);
        }
        else
        {
            for (var chain = 0; chain < turn.NumChains; chain++) SendChain(turn, chain, _raw);
        }

        _batch.Send();
        _sessions.CloseIdle();
    }

    public void Dispose()
    {
        _batch.Dispose();
        _sessions.Dispose();
        _own.Dispose();
        _raw?.Dispose();
    }

    /// <summary>The datagrams of one Transport Session go through one socket, so that they stay in order.</summary>
    private void SendChain(ForwardTurn turn, int chain, ForwardSocket raw)
    {
        var first = turn.FirstOf(chain);
        var (address, port) = (turn[first]->Address, turn[first]->Port);
        var socket = address.IsIPv4 != _isIPv4 ? _own : _sessions.Find(address, port, turn.CountOf(chain)) ?? raw;
        for (var i = first; i >= 0; i = turn.NextOf(i)) _batch.Add(socket, turn[i]);
    }
}
