using RpcCollector.Flows;
using static RpcCollector.Flows.TcpFlags;

namespace RpcCollector.Detection.Tables;

/// <summary>
/// Decides by the ranking of <see cref="DirectionConfidence"/> how sure the direction of a connection is, from all its records but without
/// mapper flows.
/// </summary>
/// <remarks>Both orientations of a connection are decided alike: what speaks for one speaks against the other.</remarks>
internal static class RowDirection
{
    private const byte Shown = Fin | Syn | Rst | Psh | Ack;

    // Clients of the family take no ports below it.
    private const ushort LowestClientPort = 1_024;

    public static DirectionConfidence Of(in FlowRow row)
    {
        // 1. What was stated, and SYNs without ACK. Where records contradict each other, as forged ones do, none of that counts: who forges
        // a statement shall not turn the connection, only make it less sure.
        if (IsStated(row)) return DirectionConfidence.Stated;
        if (row.For == DirectionEvidence.None && row.Against != DirectionEvidence.None)
            return row.Against == DirectionEvidence.StatedBesideSilence ? DirectionConfidence.Uncertain : DirectionConfidence.Refuted;

        // 2. Whose first packet came first. Between two ports of the family, or two others, no port speaks. Two others are told apart by
        // mapper flows, and the order only helps there (see Orientation).
        var order = OrderOf(row);
        var (isServerFamily, isClientFamily) = (WellKnownPort.IsFamily(row.ServerPort), WellKnownPort.IsFamily(row.ClientPort));
        if (!isServerFamily && !isClientFamily) return DirectionConfidence.Uncertain;
        if (order > 0) return DirectionConfidence.FirstPacket;
        if (isClientFamily) return order < 0 ? DirectionConfidence.Refuted : DirectionConfidence.Uncertain;

        // 3. A port of the family at the server's end alone. Where line cards have clocks of their own the order may be wrong, so that it
        // only takes the port's certainty. And the port is its owner's choice: the other end must be seen to send to it, not only to accept
        // or refuse, from a port that clients have.
        return order == 0 && row.Half != FlowHalf.FromServer && !IsPassive(row.ClientTcpFlags) && row.ClientPort >= LowestClientPort
            ? DirectionConfidence.ServerPort
            : DirectionConfidence.Uncertain;
    }

    /// <summary>True when records state this direction, or show it by a SYN without ACK, and none states or shows the other.</summary>
    public static bool IsStated(in FlowRow row) => row.For != DirectionEvidence.None && row.Against == DirectionEvidence.None;

    /// <summary>True when records contradict each other.</summary>
    public static bool IsContested(in FlowRow row) => row.For != DirectionEvidence.None && row.Against != DirectionEvidence.None;

    /// <summary>
    /// Above 0 when the client's first packet was seen before the server's, below 0 when it was seen after it, 0 when that is not known.
    /// </summary>
    public static int OrderOf(in FlowRow row)
    {
        // A record that goes on without the SYN began when the exporter cut it.
        if (row.Timed != FlowHalf.Both || row.First == FlowHalf.Both) return 0;
        if (row.First == FlowHalf.FromClient) return (row.ClientTcpFlags & Syn) != 0 ? 1 : 0;
        return row.First == FlowHalf.FromServer && (row.ServerTcpFlags & Syn) != 0 ? -1 : 0;
    }

    /// <summary>True when an end only ever accepted a connection or refused one: neither is what a client does.</summary>
    private static bool IsPassive(byte flags) => (flags & Shown) is (Syn | Ack) or Rst or (Rst | Ack);
}
