using RpcCollector.Flows;

namespace RpcCollector.Detection.Advice;

/// <summary>
/// Filters for traffic: packets, Zeek's logs, flows in Elastic and Splunk. They hold addresses, numbers and words of the table.
/// </summary>
internal static class TrafficFilters
{
    private static readonly ushort[] Administration =
    [
        WellKnownPort.EndpointMapper, WellKnownPort.NetBiosSession, WellKnownPort.Smb, WellKnownPort.RpcOverHttp, WellKnownPort.WinRmHttp,
        WellKnownPort.WinRmHttps,
    ];

    public static IEnumerable<AdviceFilter> For(KindAdvice advice, AdviceSubject subject, AdviceWindow window)
    {
        var ends = TrafficEnds.Of(advice, subject, Administration);
        var (packets, calls) = WiresharkFilter.Of(advice, ends, window);
        yield return new AdviceFilter(AdviceTool.Wireshark, null, packets, "All packets between these ends in these minutes.");
        yield return new AdviceFilter(
            AdviceTool.Wireshark, null, calls,
            "The calls themselves. What is encrypted shows its interface in the bind, and numbers only.");
        var layer = ends.IsIPv4 ? "ip" : "ipv6";
        yield return new AdviceFilter(
            AdviceTool.Tshark, null,
            $"tshark -r capture.pcapng -Y '{calls}' -T fields -e frame.time_epoch -e {layer}.src -e tcp.srcport -e {layer}.dst " +
            "-e tcp.dstport -e dcerpc.cn_bind_to_uuid -e dcerpc.opnum",
            "Put the capture's name in place of capture.pcapng. Times are Unix seconds.");
        yield return new AdviceFilter(
            AdviceTool.ZeekColumns, null,
            $"zeek-cut ts uid id.orig_h id.orig_p id.resp_h id.resp_p service conn_state < conn.log | awk -F'\\t' " +
                $"'{ZeekFilter.Awk(ends, window)}'\n"
            + $"zeek-cut ts uid id.orig_h id.orig_p id.resp_h id.resp_p named_pipe endpoint operation < dce_rpc.log | awk -F'\\t' " +
                $"'{ZeekFilter.Awk(ends, window)}'",
            "For logs in columns, with times as Zeek writes them (Unix seconds).");
        yield return new AdviceFilter(
            AdviceTool.ZeekJson, null, $"jq -c '{ZeekFilter.Jq(ends, window)}' conn.log dce_rpc.log",
            "For logs in JSON, with times in Unix seconds or ISO 8601.");
        yield return new AdviceFilter(
            AdviceTool.KibanaFlows, null, FlowQuery.Kibana(ends, window),
            "For flows in ECS (Packetbeat, Zeek, Suricata, this product's exports).");
        yield return new AdviceFilter(
            AdviceTool.SplunkFlows, null, FlowQuery.Splunk(ends, window),
            "Fields as the Common Information Model names them; name your index in place of the asterisk.");
    }
}
