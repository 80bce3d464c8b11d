using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Commands;

/// <summary>Carries datagrams of a capture to a collector, each Transport Session apart so that Templates stay apart.</summary>
internal interface IExportTransport : IDisposable
{
    /// <summary>Datagrams that the target host gave back: no process had the port.</summary>
    long Refused { get; }

    /// <summary>False when this transport cannot carry it.</summary>
    /// <exception cref="StartupException">The target cannot be reached at all.</exception>
    bool Send(in TransportSession session, ReadOnlySpan<byte> datagram);

    /// <summary>Nothing more comes: makes sure that what was sent is on its way, and learns what was refused.</summary>
    void Settle();
}
