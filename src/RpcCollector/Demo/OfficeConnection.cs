using System.Globalization;
using System.Text;
using RpcCollector.Flows;

namespace RpcCollector.Demo;

/// <summary>A connection of the recorded office; times in Unix milliseconds.</summary>
/// <param name="State">conn_state and history as Zeek writes them, separated by a blank.</param>
internal readonly record struct OfficeConnection(
    long Start, long Duration, HostAddress Client, int ClientPort, HostAddress Server, int ServerPort, string State, long Sent,
    long Answered)
{
    private const int PacketOctets = 1_400;

    public long End => Start + Duration;

    /// <summary>The line that Zeek would have written into conn.log.</summary>
    /// <param name="number">Makes the line unlike every other.</param>
    /// <param name="moved">By how many milliseconds it happened later than it was recorded.</param>
    public byte[] ZeekLine(int number, long moved)
    {
        var blank = State.IndexOf(' ', StringComparison.Ordinal);
        return Encoding.ASCII.GetBytes(string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"ts":{{(Start + moved) / 1_000m}},"uid":"C{{number:x8}}","id.orig_h":"{{Client}}","id.orig_p":{{ClientPort}},
            """ +
            $$"""
            "id.resp_h":"{{Server}}","id.resp_p":{{ServerPort}},"proto":"tcp","duration":{{Duration / 1_000m}},
            """ +
            $$"""
            "conn_state":"{{State[..blank]}}",
            """ +
            $$"""
            "history":"{{State[(blank + 1)..]}}","orig_pkts":{{Packets(Sent)}},"orig_ip_bytes":{{Sent}},"resp_pkts":{{Packets(Answered)}},
            """ +
            $$"""
            "resp_ip_bytes":{{Answered}}}
            """));
    }

    private static long Packets(long octets) => octets == 0 ? 0 : 1 + (octets / PacketOctets);
}
