namespace RpcCollector.Flows.Zeek;

/// <summary>
/// Which end of a connection began it, as far as Zeek saw: the end that Zeek calls originator may only have spoken first.
/// </summary>
/// <remarks>
/// A SYN tells its sender, and a SYN with ACK the other end, for only the passive end sends it (RFC 9293, 3.5). But a SYN with ACK, a reset
/// or data that nothing answers are cheap for whoever would pass for a server: they state nothing.
/// </remarks>
internal static class ConnInitiator
{
    private const byte Unknown = 0;
    private const byte Originator = 1;
    private const byte Responder = 2;

    /// <returns>As biflowDirection (IE 239): 1 the originator, 2 the responder, 0 not known.</returns>
    public static byte Of(ReadOnlySpan<byte> history, ReadOnlySpan<byte> state)
    {
        if (history.IsEmpty) return OfState(state);
        return history[FirstOfHandshake(history)..] switch
        {
            [(byte)'S', ..] => Originator,
            [(byte)'s', ..] => Responder,
            [(byte)'h', ..] when history.ContainsAny("SADF"u8) => Originator,
            [(byte)'H', ..] when history.ContainsAny("sadf"u8) => Responder,
            _ => Unknown,
        };
    }

    private static int FirstOfHandshake(ReadOnlySpan<byte> history) =>
        history.IndexOfAny("SsHh"u8) is >= 0 and var first ? first : history.Length;

    /// <summary>OTH, RSTRH and SHR: no SYN of the originator was seen.</summary>
    private static byte OfState(ReadOnlySpan<byte> state) =>
        state.SequenceEqual("OTH"u8) || state.SequenceEqual("RSTRH"u8) || state.SequenceEqual("SHR"u8) ? Unknown : Originator;
}
