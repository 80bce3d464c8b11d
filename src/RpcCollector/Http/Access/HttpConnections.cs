using System.Net;
using Microsoft.AspNetCore.Connections;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Http.Access;

/// <summary>Bounds the connections, in all and for each client.</summary>
/// <remarks>
/// One too many takes the place of the one that has been idle longest: of the same client where that has its share, else of anybody. Half
/// a request is idle, too, so whoever opens connections and sends nothing, or an octet a second, only closes his own.
/// </remarks>
internal sealed class HttpConnections(HttpOptions options, AccessGauges gauges)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<HostAddress, int> _ofClients = [];
    private readonly LinkedList<HttpConnection> _idle = [];
    private int _open;

    /// <summary>Serves a connection as long as it lasts, or closes it.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (TryEnter(connection) is not { } entered)
        {
            gauges.CountRefused(HttpRefusal.TooManyConnections);
            connection.Abort();
            return;
        }

        gauges.CountOpened();
        connection.Features.Set(entered);
        try
        {
            await next(connection);
        }
        finally
        {
            Leave(entered);
            gauges.CountClosed();
        }
    }

    internal void Begin(HttpConnection connection)
    {
        lock (_lock)
        {
            if (connection.Idle.List is not null) _idle.Remove(connection.Idle);
        }
    }

    internal void End(HttpConnection connection)
    {
        lock (_lock)
        {
            if (connection.Idle.List is null && !connection.HasLeft) _idle.AddLast(connection.Idle);
        }
    }

    private HttpConnection? TryEnter(ConnectionContext connection)
    {
        var client = Client.Of((connection.RemoteEndPoint as IPEndPoint)?.Address);
        HttpConnection? victim = null;
        HttpConnection entered;
        lock (_lock)
        {
            var own = _ofClients.GetValueOrDefault(client);
            var hasShare = own >= options.MaxConnectionsPerClient;
            if (hasShare || _open >= options.MaxConnections)
            {
                victim = LongestIdle(client, ofClientAlone: hasShare);
                if (victim is null) return null;

                // Its place is free from now on, however long its end takes.
                Remove(victim);
            }

            entered = new HttpConnection(this, client, connection);
            _ofClients[client] = _ofClients.GetValueOrDefault(client) + 1;
            _open++;
            _idle.AddLast(entered.Idle);
        }

        if (victim is not null)
        {
            gauges.CountEvicted();
            victim.Connection.Abort();
        }

        return entered;
    }

    private HttpConnection? LongestIdle(HostAddress client, bool ofClientAlone)
    {
        for (var node = _idle.First; node is not null; node = node.Next)
        {
            if (!ofClientAlone || node.Value.Client == client) return node.Value;
        }

        return null;
    }

    private void Leave(HttpConnection connection)
    {
        lock (_lock) Remove(connection);
    }

    private void Remove(HttpConnection connection)
    {
        if (connection.Idle.List is not null) _idle.Remove(connection.Idle);
        if (connection.HasLeft) return;
        connection.HasLeft = true;
        _open--;
        if (_ofClients[connection.Client] == 1) _ofClients.Remove(connection.Client);
        else _ofClients[connection.Client]--;
    }
}
