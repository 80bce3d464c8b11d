using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>
/// Sends the datagrams of a capture to a collector, and keeps Transport Sessions separate so that their Templates stay separate.
/// </summary>
internal interface IExportTransport : IDisposable
{
    /// <summary>Datagrams that the target host refused because no process listened on the port.</summary>
    long Refused { get; }

    /// <summary>False when this transport cannot carry it.</summary>
    /// <exception cref="StartupException">The target cannot be reached at all.</exception>
    bool Send(in TransportSession session, ReadOnlySpan<byte> datagram);

    /// <summary>Called after the last datagram: makes sure that everything is on its way, and finds out what was refused.</summary>
    void Settle();
}
