using static RpcCollector.Flows.TcpFlags;

namespace RpcCollector.Flows.Zeek;

/// <summary>The TCP flags of both ends, as far as Zeek's history and conn_state show them.</summary>
internal readonly record struct ConnFlags(ushort Originator, ushort Responder)
{
    private const ushort Established = Syn | Ack;

    public static ConnFlags Of(ReadOnlySpan<byte> history, ReadOnlySpan<byte> state) =>
        history.IsEmpty ? OfState(state) : OfHistory(history);

    /// <summary>
    /// One letter per event, upper case for the originator: S a SYN, H a SYN with ACK, A an ACK, D data, F a FIN, R a RST.
    /// </summary>
    private static ConnFlags OfHistory(ReadOnlySpan<byte> history)
    {
        var (originator, responder) = ((ushort)0, (ushort)0);
        foreach (var letter in history)
        {
            var flags = (char)(letter & ~0x20) switch
            {
                'S' => Syn,
                'H' => (ushort)(Syn | Ack),
                'A' => Ack,
                'D' => (ushort)(Psh | Ack),
                'F' => (ushort)(Fin | Ack),
                'R' => Rst,
                _ => (ushort)0,
            };
            if (letter < 'a') originator |= flags;
            else responder |= flags;
        }

        return new ConnFlags(originator, responder);
    }

    private static ConnFlags OfState(ReadOnlySpan<byte> state)
    {
        if (state.SequenceEqual("S0"u8)) return new(Syn, 0);
        if (state.SequenceEqual("REJ"u8)) return new(Syn, Rst | Ack);
        if (state.SequenceEqual("SF"u8)) return new(Established | Fin, Established | Fin);
        if (state.SequenceEqual("S1"u8)) return new(Established, Established);
        if (state.SequenceEqual("S2"u8)) return new(Established | Fin, Established);
        if (state.SequenceEqual("S3"u8)) return new(Established, Established | Fin);
        if (state.SequenceEqual("RSTO"u8)) return new(Established | Rst, Established);
        if (state.SequenceEqual("RSTR"u8)) return new(Established, Established | Rst);
        if (state.SequenceEqual("RSTOS0"u8)) return new(Syn | Rst, 0);
        if (state.SequenceEqual("RSTRH"u8)) return new(0, Established | Rst);
        if (state.SequenceEqual("SH"u8)) return new(Syn | Fin, 0);
        if (state.SequenceEqual("SHR"u8)) return new(0, Established | Fin);
        return default;
    }
}
