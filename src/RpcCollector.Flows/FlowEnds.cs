namespace RpcCollector.Flows;

/// <summary>The addresses and ports of both ends of a connection.</summary>
public readonly record struct FlowEnds(HostAddress Source, ushort SourcePort, HostAddress Destination, ushort DestinationPort)
{
    public FlowEnds Turn() => new(Destination, DestinationPort, Source, SourcePort);

    /// <summary>The same whichever end comes first.</summary>
    /// <param name="isTurned">True when source and destination have changed places.</param>
    public FlowEnds Sorted(out bool isTurned)
    {
        var order = Source.CompareTo(Destination);
        isTurned = order > 0 || (order == 0 && SourcePort > DestinationPort);
        return isTurned ? Turn() : this;
    }

    /// <summary>True when the other has the same address and port as its source.</summary>
    public bool HasSourceOf(in FlowEnds other) => Source == other.Source && SourcePort == other.SourcePort;

    /// <summary>True when the other has the same address and port as its destination.</summary>
    public bool HasDestinationOf(in FlowEnds other) => Destination == other.Destination && DestinationPort == other.DestinationPort;
}
