using RpcCollector.Flows.Elements;

namespace RpcCollector.Flows.Templates;

/// <summary>The one record layout of NetFlow v5, written as a Template, so that its records are read like all others.</summary>
internal static class NetFlowV5Layout
{
    /// <summary>Octets of a record.</summary>
    public const int RecordLength = 48;

    public static Template Template { get; } = new(0, isOptions: false, new RecordPlan(
    [
        new(InformationElement.SourceIPv4Address, 0, 4),
        new(InformationElement.DestinationIPv4Address, 0, 4),
        new(InformationElement.IpNextHopIPv4Address, 0, 4),
        new(InformationElement.IngressInterface, 0, 2),
        new(InformationElement.EgressInterface, 0, 2),
        new(InformationElement.PacketDeltaCount, 0, 4),
        new(InformationElement.OctetDeltaCount, 0, 4),
        new(InformationElement.FlowStartSysUpTime, 0, 4),
        new(InformationElement.FlowEndSysUpTime, 0, 4),
        new(InformationElement.SourceTransportPort, 0, 2),
        new(InformationElement.DestinationTransportPort, 0, 2),
        new(InformationElement.PaddingOctets, 0, 1),
        new(InformationElement.TcpControlBits, 0, 1),
        new(InformationElement.ProtocolIdentifier, 0, 1),
        new(InformationElement.IpClassOfService, 0, 1),
        new(InformationElement.BgpSourceAsNumber, 0, 2),
        new(InformationElement.BgpDestinationAsNumber, 0, 2),
        new(InformationElement.SourceIPv4PrefixLength, 0, 1),
        new(InformationElement.DestinationIPv4PrefixLength, 0, 1),
        new(InformationElement.PaddingOctets, 0, 2),
    ]), receivedUnixMilliseconds: 0);
}
