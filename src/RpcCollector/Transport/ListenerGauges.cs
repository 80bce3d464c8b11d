namespace RpcCollector.Transport;

/// <summary>One UDP port; several sockets on it are summed.</summary>
/// <param name="ReceiveBufferBytes">What the kernel granted.</param>
/// <param name="AskedBufferBytes">What it was asked for.</param>
/// <param name="KernelDrops">Datagrams that the kernel dropped because the buffer was full.</param>
internal sealed record ListenerGauges(int Port, Func<long> ReceiveBufferBytes, Func<long> AskedBufferBytes, Func<long> KernelDrops)
{
    /// <summary>Datagrams received.</summary>
    public Func<long> Datagrams { get; init; } = static () => 0;

    /// <summary>Address and port; null where only the port is known.</summary>
    public string? Endpoint { get; init; }
}

/// <summary>The endpoints on TCP, which one thread decodes.</summary>
/// <param name="Protocol">tcp or tls.</param>
/// <param name="Endpoint">All of them.</param>
/// <param name="Messages">Messages received.</param>
internal sealed record StreamGauges(string Protocol, string Endpoint, Func<long> Messages);
