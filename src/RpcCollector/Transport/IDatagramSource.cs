using System.Net;
using RpcCollector.Flows;

namespace RpcCollector.Transport;

/// <summary>A bound UDP socket that one thread reads in batches; a datagram's octets are valid until the next batch.</summary>
internal interface IDatagramSource : IDisposable
{
    /// <summary>Where it is bound, with the port that the system chose if the settings say 0.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Receive buffer that the kernel granted.</summary>
    int ReceiveBufferBytes { get; }

    /// <summary>The most datagrams that it takes at once.</summary>
    int BatchSize { get; }

    /// <summary>Datagrams that the kernel dropped because the receive buffer was full; from any thread.</summary>
    long KernelDrops { get; }

    /// <summary>Takes the datagrams that have arrived.</summary>
    /// <param name="wait">Waits for the first of them, but no longer than <see cref="DatagramWait.Longest"/>.</param>
    /// <returns>How many; 0 when none came.</returns>
    int Receive(bool wait);

    /// <summary>
    /// Takes, without waiting, datagrams that have arrived at another socket of the same kind and port, which its own thread reads too.
    /// </summary>
    /// <returns>How many; 0 when none were there.</returns>
    int ReceiveFrom(IDatagramSource sibling);

    /// <summary>
    /// Ends the current wait, or the next one; from any thread. On systems that cannot do this, a wait lasts until its time is over.
    /// </summary>
    void EndWait();

    /// <summary>A datagram of the last batch.</summary>
    ReceivedDatagram Datagram(int index);
}

/// <summary>One datagram as the kernel gave it.</summary>
internal readonly ref struct ReceivedDatagram
{
    /// <summary>What was sent, cut to the longest datagram that is read.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    public required HostAddress ExporterAddress { get; init; }

    public required ushort ExporterPort { get; init; }

    /// <summary>True when it was longer than the longest datagram that is read.</summary>
    public required bool IsTruncated { get; init; }
}

/// <summary>How long a source waits for a datagram before it lets its thread look at the clock.</summary>
internal static class DatagramWait
{
    public static readonly TimeSpan Longest = TimeSpan.FromMilliseconds(250);
}
