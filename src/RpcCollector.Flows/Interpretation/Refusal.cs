using RpcCollector.Flows.Templates;

namespace RpcCollector.Flows.Interpretation;

/// <summary>Whether a record states that its exporter did not let the connection through.</summary>
/// <remarks>
/// <list type="bullet">
/// <item>firewallEvent (IE 233): 3, flow denied.</item>
/// <item>Cisco's extended event: 1001 and 1002 by an access list, 1003 to the firewall itself, 1004 for a first packet that is no
/// SYN.</item>
/// <item>forwardingStatus (IE 89; RFC 7270, 4.12): its highest two bits are 10, dropped, for whatever reason. Consumed (11) is no refusal:
/// the device took the packets for itself, or sent them on by another way.</item>
/// </list>
/// </remarks>
internal static class Refusal
{
    private const int FlowDenied = 3;
    private const int FirstDenied = 1_001;
    private const int FirstPacketIsNoSyn = 1_004;
    private const int Dropped = 2;
    private const int StatusShift = 6;
    private const int OctetBits = 8;

    /// <param name="record">The first octet of a complete record, or of the scratch record.</param>
    public static bool IsStated(RecordPlan plan, ref readonly byte record) =>
        (byte)plan.Read(FieldRole.FirewallEvent, in record) == FlowDenied
        || plan.Read(FieldRole.ExtendedFirewallEvent, in record) is >= FirstDenied and <= FirstPacketIsNoSyn
        || StatusOf(plan[FieldRole.ForwardingStatus], plan.Read(FieldRole.ForwardingStatus, in record)) == Dropped;

    /// <summary>True when what was denied did not begin a connection: its source may be either end.</summary>
    public static bool IsOfNoSyn(RecordPlan plan, ref readonly byte record) =>
        plan.Read(FieldRole.ExtendedFirewallEvent, in record) == FirstPacketIsNoSyn;

    /// <summary>
    /// The status lies in the least significant octet, however many there are (IANA); who fills the others as well puts it into the first.
    /// </summary>
    private static int StatusOf(Slot slot, ulong value)
    {
        var octet = (byte)value;
        if (octet == 0 && slot.Length > 1) octet = (byte)(value >> (OctetBits * (slot.Length - 1)));
        return octet >> StatusShift;
    }
}
