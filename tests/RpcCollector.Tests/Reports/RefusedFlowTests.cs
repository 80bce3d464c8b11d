namespace RpcCollector.Tests.Reports;

/// <summary>What a firewall denied carried nothing (ASA's event 3).</summary>
public class RefusedFlowTests
{
    private const string Folder = "08-asa-update-and-denied-events";

    [Fact]
    public void Denied_mapper_and_endpoint_flow_are_two_refusals_and_no_join()
    {
        var replay = ReportReplay.Of(Folder, "denied.pcap");

        Assert.Equal(["mapper-only 10.20.1.15 -> 10.20.0.10, 09:15:01.000 then none"], replay.Stories);
        Assert.True(Assert.Single(replay.Activities).GetProperty("refused").GetBoolean());
        Assert.Equal(2, replay.Summary.GetProperty("refused").GetInt32());
        Assert.Contains(
            "refused by a firewall", Assert.Single(replay.Findings).GetProperty("reason").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Denied_message_of_ICMP_is_no_flow_between_transport_endpoints()
    {
        var replay = ReportReplay.Of(Folder, "denied-icmp-no-ports.pcap");

        Assert.Empty(replay.Activities);
        Assert.Empty(replay.Findings);
        Assert.Equal(1, replay.Rejected("not_a_transport_flow"));
    }

    [Fact]
    public void Carried_activity_is_not_called_refused()
    {
        var replay = ReportReplay.Of("00-base", "base.pcap");

        Assert.False(Assert.Single(replay.Activities).TryGetProperty("refused", out _));
        Assert.False(replay.Summary.TryGetProperty("refused", out _));
    }
}
