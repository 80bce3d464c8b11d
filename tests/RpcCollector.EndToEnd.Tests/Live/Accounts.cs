namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>The counters from datagram to activity, as /metrics shows them.</summary>
internal static class Accounts
{
    private static readonly string[] Hops =
        ["datagrams", "sets", "template_records", "data_records", "flow_records", "flow_starts", "zeek_lines", "suricata_lines"];

    // What a hop uses is what the next receives; Sets and Templates branch, so this does not hold for them.
    private static readonly (string Used, string Received)[] Arrows = [("data_records", "flow_records"), ("flow_records", "flow_starts")];

    /// <summary>True once nothing is on its way between two threads.</summary>
    public static bool AreSettled(Exposition metrics) =>
        metrics.Sum("rpc_collector_in_progress") == 0
        && Arrows.All(arrow => Used(metrics, arrow.Used) == Received(metrics, arrow.Received));

    /// <summary>received = used + rejected (and, for Sets, waiting) at every hop, and each hop receives what the one before used.</summary>
    public static void AssertBalanced(Exposition metrics)
    {
        AssertEachHopAddsUp(metrics);
        foreach (var (used, received) in Arrows) Assert.Equal((received, Used(metrics, used)), (received, Received(metrics, received)));

        // No hop was forgotten here.
        Assert.Equal(
            Hops.Order(), metrics.Names.Where(IsReceived).Select(name => name["rpc_collector_".Length..^"_received_total".Length]).Order());
    }

    /// <summary>What holds in every scrape, also while much is on its way.</summary>
    public static void AssertEachHopAddsUp(Exposition metrics)
    {
        foreach (var hop in Hops)
            Assert.Equal((hop, Received(metrics, hop)), (hop, Used(metrics, hop) + Rejected(metrics, hop) + Waiting(metrics, hop)));
    }

    public static double Received(Exposition metrics, string hop) => metrics.Sum($"rpc_collector_{hop}_received_total");

    public static double Used(Exposition metrics, string hop) => metrics.Sum($"rpc_collector_{hop}_used_total");

    public static double Rejected(Exposition metrics, string hop) => metrics.Sum($"rpc_collector_{hop}_rejected_total");

    // Data Sets may wait for their Template.
    private static double Waiting(Exposition metrics, string hop) => hop == "sets" ? metrics.Sum("rpc_collector_waiting_sets") : 0;

    private static bool IsReceived(string name) =>
        name.StartsWith("rpc_collector_", StringComparison.Ordinal) && name.EndsWith("_received_total", StringComparison.Ordinal);
}
