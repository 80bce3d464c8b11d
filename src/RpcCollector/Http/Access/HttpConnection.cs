using Microsoft.AspNetCore.Connections;
using RpcCollector.Flows;

namespace RpcCollector.Http.Access;

/// <summary>A connection that has a place among the <see cref="HttpConnections"/>.</summary>
internal sealed class HttpConnection
{
    private readonly HttpConnections _owner;

    public HttpConnection(HttpConnections owner, HostAddress client, ConnectionContext connection)
    {
        (_owner, Client, Connection) = (owner, client, connection);
        Idle = new LinkedListNode<HttpConnection>(this);
    }

    public HostAddress Client { get; }

    public ConnectionContext Connection { get; }

    /// <summary>Its place among those that no request is being answered on.</summary>
    public LinkedListNode<HttpConnection> Idle { get; }

    /// <summary>True once another has its place.</summary>
    public bool HasLeft { get; set; }

    /// <summary>A request has come in.</summary>
    public void Begin() => _owner.Begin(this);

    /// <summary>It has been answered.</summary>
    public void End() => _owner.End(this);
}
