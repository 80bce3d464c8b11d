namespace RpcCollector.Transport;

/// <summary>Why a datagram did not go on to a collector: a closed list. The metric label is the name in snake_case.</summary>
internal enum NotForwarded
{
    /// <summary>There was no room to wait (Udp:ForwardBufferBytes): forwarding is slower than what comes in.</summary>
    QueueFull,

    /// <summary>It was longer than Udp:MaxDatagramBytes, so only a part of it was there.</summary>
    Cut,

    /// <summary>The way there takes no datagram of its length.</summary>
    TooLong,

    /// <summary>There is no way to the collector.</summary>
    Unreachable,

    /// <summary>The kernel's send buffer stayed full.</summary>
    BufferFull,

    /// <summary>The kernel would not send it, for another reason.</summary>
    Other,
}
