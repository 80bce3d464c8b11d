using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Transport;

/// <summary>A listener for TCP on loopback with the hops behind it.</summary>
internal sealed class StreamHost : IDisposable
{
    public StreamHost(TcpOptions? options = null)
    {
        options ??= new TcpOptions();
        options.Listen = ["127.0.0.1:0"];
        try
        {
            Listener = new StreamListener(
                options, Hops.Catalog, Hops.Decoder, Hops.Router, new ArrivalClock(TimeProvider.System), NullLogger.Instance);
        }
        catch
        {
            Hops.Dispose();
            throw;
        }

        Listener.Start();
    }

    public ListenerHops Hops { get; } = new();

    public HopCounters Counters => Hops.Counters;

    public StreamListener Listener { get; }

    public TcpClient Connect()
    {
        var client = new TcpClient { NoDelay = true };
        client.Connect(IPAddress.Loopback, Listener.Endpoints.Single().Port);
        return client;
    }

    public void AwaitMessages(int count) => ListenerHops.Await(() => Counters.Received(Hop.Datagram) == count);

    public void AwaitEnd(ConnectionEnd end, int count = 1) => ListenerHops.Await(() => Listener.Connections.Ended(end) == count);

    public void End()
    {
        Listener.Stop();
        Listener.Join();
        Hops.Finish();
    }

    public void Dispose()
    {
        if (Listener.IsRunning) End();
        Hops.Dispose();
        Listener.Dispose();
    }
}
