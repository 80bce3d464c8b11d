using RpcCollector.Flows.Elements;

namespace RpcCollector.Flows.Templates;

/// <summary>What a field means to the collector, whichever Information Element carries it.</summary>
internal enum FieldRole : byte
{
    None,
    Protocol,
    SourcePort,
    DestinationPort,
    SourceIPv4,
    DestinationIPv4,
    SourceIPv6,
    DestinationIPv6,
    TcpFlags,
    ReverseTcpFlags,
    Octets,
    Packets,
    ReverseOctets,
    ReversePackets,
    EndReason,
    BiflowDirection,
    FirewallEvent,
    ExtendedFirewallEvent,
    ForwardingStatus,

    // What states a sampling interval, from here to the probability.
    SamplingInterval,
    SamplerRandomInterval,
    SamplingPacketInterval,
    SamplingPacketSpace,
    SamplingTimeInterval,
    SamplingTimeSpace,
    SamplingSize,
    SamplingPopulation,
    SamplingProbability,
    Selector,
    IngressInterface,
    SystemInitTime,
    StartMilliseconds,
    EndMilliseconds,
    StartMicroseconds,
    EndMicroseconds,
    StartSeconds,
    EndSeconds,
    StartSysUpTime,
    EndSysUpTime,
    StartDeltaMicroseconds,
    EndDeltaMicroseconds,
    DurationMilliseconds,
    DurationMicroseconds,
    ObservationSeconds,
    ObservationMilliseconds,
    ObservationMicroseconds,
    ExporterIPv4,
    ExporterIPv6,
    PostSourceIPv4,
    PostDestinationIPv4,
    PostSourceIPv6,
    PostDestinationIPv6,
    PostSourcePort,
    PostDestinationPort,
    NatEvent,
}

/// <summary>The one table from Information Elements to roles.</summary>
internal static class FieldRoles
{
    public static readonly int Count = Enum.GetValues<FieldRole>().Length;

    public static FieldRole Of(FieldSpecifier field)
    {
        // A variable-length field has no fixed place in a record, and none of the elements below is ever sent with variable length.
        if (field.IsVariableLength || field.Length == 0) return FieldRole.None;
        var role = field.EnterpriseNumber switch
        {
            0 => Forward(field.ElementId),
            InformationElement.ReverseEnterprise => Reverse(field.ElementId),
            _ => FieldRole.None,
        };
        return Fits(role, field.Length) ? role : FieldRole.None;
    }

    /// <summary>What a Scope field means: it says of what the other fields of an options record speak.</summary>
    public static FieldRole OfScope(FieldSpecifier field) =>
        field.IsVariableLength || field.EnterpriseNumber != 0 || field.Length is 0 or > 8
        ? FieldRole.None
        : field.ElementId switch
        {
            InformationElement.SelectorId or InformationElement.SamplerId => FieldRole.Selector,
            InformationElement.IngressInterface or InformationElement.InterfaceScope => FieldRole.IngressInterface,
            _ => FieldRole.None,
        };

    /// <summary>
    /// Addresses have one length, NTP-coded times eight octets, floating points four or eight; integers may be reduced in size (RFC
    /// 7011, 6.2).
    /// </summary>
    private static bool Fits(FieldRole role, int length) => role switch
    {
        FieldRole.SourceIPv4 or FieldRole.DestinationIPv4 or FieldRole.ExporterIPv4 or FieldRole.PostSourceIPv4
            or FieldRole.PostDestinationIPv4 => length == 4,
        FieldRole.SourceIPv6 or FieldRole.DestinationIPv6 or FieldRole.ExporterIPv6 or FieldRole.PostSourceIPv6
            or FieldRole.PostDestinationIPv6 => length == 16,
        FieldRole.SamplingProbability => length is 4 or 8,
        FieldRole.StartMicroseconds or FieldRole.EndMicroseconds or FieldRole.ObservationMicroseconds => length == 8,
        _ => length <= 8,
    };

    private static FieldRole Forward(ushort elementId) => elementId switch
    {
        InformationElement.ProtocolIdentifier => FieldRole.Protocol,
        InformationElement.SourceTransportPort or InformationElement.TcpSourcePort => FieldRole.SourcePort,
        InformationElement.DestinationTransportPort or InformationElement.TcpDestinationPort => FieldRole.DestinationPort,
        InformationElement.SourceIPv4Address => FieldRole.SourceIPv4,
        InformationElement.DestinationIPv4Address => FieldRole.DestinationIPv4,
        InformationElement.SourceIPv6Address => FieldRole.SourceIPv6,
        InformationElement.DestinationIPv6Address => FieldRole.DestinationIPv6,
        InformationElement.ExporterIPv4Address => FieldRole.ExporterIPv4,
        InformationElement.ExporterIPv6Address => FieldRole.ExporterIPv6,
        InformationElement.PostNatSourceIPv4Address or InformationElement.XlateSourceAddress => FieldRole.PostSourceIPv4,
        InformationElement.PostNatDestinationIPv4Address or InformationElement.XlateDestinationAddress => FieldRole.PostDestinationIPv4,
        InformationElement.PostNatSourceIPv6Address => FieldRole.PostSourceIPv6,
        InformationElement.PostNatDestinationIPv6Address => FieldRole.PostDestinationIPv6,
        InformationElement.PostNaptSourceTransportPort or InformationElement.XlateSourcePort => FieldRole.PostSourcePort,
        InformationElement.PostNaptDestinationTransportPort or InformationElement.XlateDestinationPort => FieldRole.PostDestinationPort,
        InformationElement.NatEvent => FieldRole.NatEvent,
        InformationElement.TcpControlBits => FieldRole.TcpFlags,
        InformationElement.OctetDeltaCount or InformationElement.OctetTotalCount or InformationElement.InitiatorOctets => FieldRole.Octets,
        InformationElement.PacketDeltaCount or InformationElement.PacketTotalCount or InformationElement.InitiatorPackets =>
            FieldRole.Packets,
        InformationElement.ResponderOctets => FieldRole.ReverseOctets,
        InformationElement.ResponderPackets => FieldRole.ReversePackets,
        InformationElement.FlowEndReason => FieldRole.EndReason,
        InformationElement.BiflowDirection => FieldRole.BiflowDirection,
        InformationElement.FirewallEvent or InformationElement.FormerFirewallEvent => FieldRole.FirewallEvent,
        InformationElement.ExtendedFirewallEvent => FieldRole.ExtendedFirewallEvent,
        InformationElement.ForwardingStatus => FieldRole.ForwardingStatus,
        InformationElement.SamplingInterval => FieldRole.SamplingInterval,
        InformationElement.SamplerRandomInterval => FieldRole.SamplerRandomInterval,
        InformationElement.SamplingPacketInterval => FieldRole.SamplingPacketInterval,
        InformationElement.SamplingPacketSpace => FieldRole.SamplingPacketSpace,
        InformationElement.SamplingTimeInterval => FieldRole.SamplingTimeInterval,
        InformationElement.SamplingTimeSpace => FieldRole.SamplingTimeSpace,
        InformationElement.SamplingSize => FieldRole.SamplingSize,
        InformationElement.SamplingPopulation => FieldRole.SamplingPopulation,
        InformationElement.SamplingProbability => FieldRole.SamplingProbability,
        // IPFIX calls v9's samplers selectors, and deprecates the former for the latter: ids of both are the same ones.
        InformationElement.SelectorId or InformationElement.SamplerId => FieldRole.Selector,
        InformationElement.IngressInterface => FieldRole.IngressInterface,
        InformationElement.SystemInitTimeMilliseconds => FieldRole.SystemInitTime,
        InformationElement.FlowStartMilliseconds => FieldRole.StartMilliseconds,
        InformationElement.FlowEndMilliseconds => FieldRole.EndMilliseconds,
        // Microseconds and nanoseconds have the same NTP coding (RFC 7011, 6.1.9 and 6.1.10).
        InformationElement.FlowStartMicroseconds or InformationElement.FlowStartNanoseconds => FieldRole.StartMicroseconds,
        InformationElement.FlowEndMicroseconds or InformationElement.FlowEndNanoseconds => FieldRole.EndMicroseconds,
        InformationElement.FlowStartSeconds => FieldRole.StartSeconds,
        InformationElement.FlowEndSeconds => FieldRole.EndSeconds,
        InformationElement.FlowStartSysUpTime => FieldRole.StartSysUpTime,
        InformationElement.FlowEndSysUpTime => FieldRole.EndSysUpTime,
        InformationElement.FlowStartDeltaMicroseconds => FieldRole.StartDeltaMicroseconds,
        InformationElement.FlowEndDeltaMicroseconds => FieldRole.EndDeltaMicroseconds,
        InformationElement.FlowDurationMilliseconds => FieldRole.DurationMilliseconds,
        InformationElement.FlowDurationMicroseconds => FieldRole.DurationMicroseconds,
        InformationElement.ObservationTimeSeconds => FieldRole.ObservationSeconds,
        InformationElement.ObservationTimeMilliseconds => FieldRole.ObservationMilliseconds,
        InformationElement.ObservationTimeMicroseconds or InformationElement.ObservationTimeNanoseconds =>
            FieldRole.ObservationMicroseconds,
        _ => FieldRole.None,
    };

    private static FieldRole Reverse(ushort elementId) => elementId switch
    {
        InformationElement.TcpControlBits => FieldRole.ReverseTcpFlags,
        InformationElement.OctetDeltaCount or InformationElement.OctetTotalCount => FieldRole.ReverseOctets,
        InformationElement.PacketDeltaCount or InformationElement.PacketTotalCount => FieldRole.ReversePackets,
        _ => FieldRole.None,
    };
}
