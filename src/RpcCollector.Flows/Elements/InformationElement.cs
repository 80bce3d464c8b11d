namespace RpcCollector.Flows.Elements;

/// <summary>Ids of the Information Elements that the collector reads, spelled as IANA spells them.</summary>
internal static class InformationElement
{
    /// <summary>Enterprise number under which every IANA element stands for the reverse direction of a biflow (RFC 5103, 6.1).</summary>
    public const uint ReverseEnterprise = 29305;

    /// <summary>
    /// The scope type of NetFlow v9 for an interface (RFC 3954, 6.1); as an element it counts packets, which are no scope.
    /// </summary>
    public const ushort InterfaceScope = 2;

    public const ushort OctetDeltaCount = 1;
    public const ushort PacketDeltaCount = 2;
    public const ushort ProtocolIdentifier = 4;
    public const ushort IpClassOfService = 5;
    public const ushort TcpControlBits = 6;
    public const ushort SourceTransportPort = 7;
    public const ushort SourceIPv4Address = 8;
    public const ushort SourceIPv4PrefixLength = 9;
    public const ushort IngressInterface = 10;
    public const ushort DestinationTransportPort = 11;
    public const ushort DestinationIPv4Address = 12;
    public const ushort DestinationIPv4PrefixLength = 13;
    public const ushort EgressInterface = 14;
    public const ushort IpNextHopIPv4Address = 15;
    public const ushort BgpSourceAsNumber = 16;
    public const ushort BgpDestinationAsNumber = 17;
    public const ushort FlowEndSysUpTime = 21;
    public const ushort FlowStartSysUpTime = 22;
    public const ushort SourceIPv6Address = 27;
    public const ushort DestinationIPv6Address = 28;
    public const ushort SamplingInterval = 34;
    public const ushort SamplerId = 48;
    public const ushort SamplerRandomInterval = 50;
    public const ushort OctetTotalCount = 85;
    public const ushort PacketTotalCount = 86;
    public const ushort ForwardingStatus = 89;
    public const ushort ExporterIPv4Address = 130;
    public const ushort ExporterIPv6Address = 131;
    public const ushort FlowEndReason = 136;
    public const ushort FlowStartSeconds = 150;
    public const ushort FlowEndSeconds = 151;
    public const ushort FlowStartMilliseconds = 152;
    public const ushort FlowEndMilliseconds = 153;
    public const ushort FlowStartMicroseconds = 154;
    public const ushort FlowEndMicroseconds = 155;
    public const ushort FlowStartNanoseconds = 156;
    public const ushort FlowEndNanoseconds = 157;
    public const ushort FlowStartDeltaMicroseconds = 158;
    public const ushort FlowEndDeltaMicroseconds = 159;
    public const ushort SystemInitTimeMilliseconds = 160;
    public const ushort FlowDurationMilliseconds = 161;
    public const ushort FlowDurationMicroseconds = 162;
    public const ushort TcpSourcePort = 182;
    public const ushort TcpDestinationPort = 183;
    public const ushort PaddingOctets = 210;
    public const ushort PostNatSourceIPv4Address = 225;
    public const ushort PostNatDestinationIPv4Address = 226;
    public const ushort PostNaptSourceTransportPort = 227;
    public const ushort PostNaptDestinationTransportPort = 228;
    public const ushort NatEvent = 230;
    public const ushort InitiatorOctets = 231;
    public const ushort ResponderOctets = 232;
    public const ushort FirewallEvent = 233;
    public const ushort BiflowDirection = 239;
    public const ushort InitiatorPackets = 298;
    public const ushort ResponderPackets = 299;

    /// <summary>Cisco's NF_F_FW_EXT_EVENT, sent without an enterprise number: why ASA created, denied or ended a session.</summary>
    public const ushort ExtendedFirewallEvent = 33_002;
    public const ushort PostNatSourceIPv6Address = 281;
    public const ushort PostNatDestinationIPv6Address = 282;

    /// <summary>Cisco's NF_F_XLATE_SRC_ADDR_IPV4, which ASA sent before 8.4(5) in place of 225; the three that follow likewise.</summary>
    public const ushort XlateSourceAddress = 40_001;
    public const ushort XlateDestinationAddress = 40_002;
    public const ushort XlateSourcePort = 40_003;
    public const ushort XlateDestinationPort = 40_004;

    /// <summary>NF_F_FW_EVENT as ASA sent it before IANA had assigned 233.</summary>
    public const ushort FormerFirewallEvent = 40_005;
    public const ushort SelectorId = 302;
    public const ushort SamplingPacketInterval = 305;
    public const ushort SamplingPacketSpace = 306;
    public const ushort SamplingTimeInterval = 307;
    public const ushort SamplingTimeSpace = 308;
    public const ushort SamplingSize = 309;
    public const ushort SamplingPopulation = 310;
    public const ushort SamplingProbability = 311;
    public const ushort ObservationTimeSeconds = 322;
    public const ushort ObservationTimeMilliseconds = 323;
    public const ushort ObservationTimeMicroseconds = 324;
    public const ushort ObservationTimeNanoseconds = 325;
}
