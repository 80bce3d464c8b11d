using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Reads what a device made of the ends of a packet on its way through (IE 225 to 228, 281 and 282).</summary>
/// <remarks>
/// Most devices send these fields in every record, and in nearly all they are zero or say what the packet had before: such a record is
/// as any other. A packet's true ends are its source before, and its destination after translation, whichever way it goes. Where both ends
/// are said to be others the record is as any other too: no one saw its true ends together, and some exporters state one pair of addresses
/// in both directions.
/// </remarks>
internal static class AddressTranslation
{
    private const uint FirstMulticastIPv4 = 0xE000_0000;
    private const uint LoopbackIPv4 = 127;
    private const ulong MulticastIPv6 = 0xFF;

    /// <summary>
    /// True when a translator logs that a session began (RFC 8158, natEvent): of NAT44 and NAT64, and as it was once numbered.
    /// </summary>
    public static bool IsBeginning(byte natEvent) => natEvent is 0 or 1 or 4 or 6;

    /// <returns>False when not one end alone was translated, or what is stated cannot be.</returns>
    /// <param name="after">The ends behind the device.</param>
    public static bool TryRead(RecordPlan plan, ref readonly byte record, in FlowRecord flow, out FlowEnds after)
    {
        var source = ReadAddress(plan, FieldRole.PostSourceIPv4, FieldRole.PostSourceIPv6, in record, flow.Source);
        var destination = ReadAddress(plan, FieldRole.PostDestinationIPv4, FieldRole.PostDestinationIPv6, in record, flow.Destination);
        var sourcePort = (ushort)plan.Read(FieldRole.PostSourcePort, in record);
        var destinationPort = (ushort)plan.Read(FieldRole.PostDestinationPort, in record);
        if (sourcePort == 0) sourcePort = flow.SourcePort;
        if (destinationPort == 0) destinationPort = flow.DestinationPort;
        after = new FlowEnds(source, sourcePort, destination, destinationPort);
        var isSourceSame = source == flow.Source && sourcePort == flow.SourcePort;
        var isDestinationSame = destination == flow.Destination && destinationPort == flow.DestinationPort;
        if (isSourceSame == isDestinationSame) return false;

        // No host connects to itself through another.
        return source != destination && flow.Source != destination && flow.Source != flow.Destination;
    }

    private static HostAddress ReadAddress(
        RecordPlan plan, FieldRole ipv4, FieldRole ipv6, ref readonly byte record, HostAddress before)
    {
        var stated = default(HostAddress);
        if (plan[ipv4].IsPresent) stated = HostAddress.FromIPv4((uint)plan.Read(ipv4, in record));
        if (plan[ipv6].IsPresent && (stated.IsUnspecified || !before.IsIPv4)
            && FlowReader.ReadIPv6(in record, plan[ipv6]) is { IsUnspecified: false } other) stated = other;
        return stated.IsUnspecified || !IsOfHost(stated) ? before : stated;
    }

    private static bool IsOfHost(HostAddress address) => address.IsIPv4
        ? (uint)address.Low < FirstMulticastIPv4 && (uint)address.Low >> 24 != LoopbackIPv4
        : !address.IsReservedForSites && address.High >> 56 != MulticastIPv6 && (address.High != 0 || address.Low > 1);
}
