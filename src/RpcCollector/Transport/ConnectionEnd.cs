namespace RpcCollector.Transport;

/// <summary>Why a TCP connection is no longer open, or never was: a closed list, one counter each.</summary>
internal enum ConnectionEnd
{
    /// <summary>The exporter closed it.</summary>
    ClosedByExporter,

    /// <summary>What it sent is no IPFIX: a wrong version, or a length shorter than the header.</summary>
    Malformed,

    /// <summary>No whole Message for too long.</summary>
    Idle,

    /// <summary>Reset, or broken otherwise.</summary>
    Broken,

    /// <summary>Refused: the TLS handshake failed, for example because the client certificate was missing.</summary>
    HandshakeFailed,

    /// <summary>Refused: the largest number of connections allowed is open.</summary>
    TooManyConnections,

    /// <summary>Refused: the sender is not among the exporters that may export.</summary>
    ExporterNotAllowed,

    /// <summary>This process is stopping.</summary>
    Stopped,
}
