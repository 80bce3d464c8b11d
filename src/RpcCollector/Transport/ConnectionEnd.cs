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

    /// <summary>Refused: the TLS handshake failed, such as for want of a client certificate.</summary>
    HandshakeFailed,

    /// <summary>Refused: as many are open as may be.</summary>
    TooManyConnections,

    /// <summary>Refused: the sender is not among the exporters that may export.</summary>
    ExporterNotAllowed,

    /// <summary>This process ends.</summary>
    Stopped,
}
