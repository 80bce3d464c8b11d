namespace RpcCollector.Flows;

/// <summary>Reads datagrams into flow starts: the whole way through Flows for one thread, which alone may call it.</summary>
public sealed class DatagramDecoder
{
    public DatagramDecoder(FlowOptions options, ExporterCatalog catalog, HopCounters counters, IFlowStartSink sink)
    {
        ArgumentNullException.ThrowIfNull(options);
        Counters = counters;
        _ = (catalog, sink);
    }

    public HopCounters Counters { get; }

    /// <summary>Options Data Records decoded so far.</summary>
    public long OptionsRecords => 0;

    /// <summary>Takes one datagram; never throws for what is in it.</summary>
    /// <param name="datagram">The UDP payload.</param>
    /// <param name="session">Both ends of the transport.</param>
    /// <param name="arrivalUnixMilliseconds">When it was received, or captured.</param>
    public void Decode(ReadOnlySpan<byte> datagram, in TransportSession session, long arrivalUnixMilliseconds) => Counters.Receive(Hop.Datagram);
}
