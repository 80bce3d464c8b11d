using RpcCollector.Flows.Tests;
using RpcCollector.Options;

namespace RpcCollector.Tests.Reports;

/// <summary>PAN-OS sends a record for each direction, both with firewallEvent: that says what happened, not who began it.</summary>
public class PaloAltoDirectionTests
{
    private const string Folder = "07-paloalto-both-directions-with-event";
    private const string Phantom = "car 10.20.0.10:49667 -> 10.20.1.15:49732, 09:15:01.000 then 09:15:01.005";

    [Theory]
    [InlineData("event-0-both-halves.pcap", 2)]
    [InlineData("event-2-server-half-first.pcap", 2)]
    [InlineData("event-2-both-mappers.pcap", 3)]
    public void Two_halves_with_an_event_are_one_connection_whose_replication_goes_to_the_client(string file, int flowStarts)
    {
        var replay = Replay(file);

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal(flowStarts, replay.Summary.GetProperty("flow_starts").GetInt32());
        Assert.Equal(2, replay.Rejected("already_known"));
        Assert.Contains("replication-to-client 10.20.0.10 -> 10.20.1.15", Said(replay));
    }

    [Fact]
    public void Half_of_the_server_alone_is_the_same_activity()
    {
        var replay = Replay("event-0-server-half-only.pcap");

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal((2, 1), (replay.Summary.GetProperty("flow_starts").GetInt32(), replay.Rejected("already_known")));
    }

    [Theory]
    [InlineData("event-0-phantom.pcap", 1)]
    [InlineData("event-2-phantom-join.pcap", 0)]
    [InlineData("event-2-phantom-join-with-both-halves.pcap", 1)]
    public void Event_changes_nothing_of_what_the_mapper_flow_tells(string file, int alreadyKnown)
    {
        var replay = Replay(file);

        Assert.Equal([Phantom], replay.Stories);
        Assert.Equal((2, alreadyKnown), (replay.Summary.GetProperty("flow_starts").GetInt32(), replay.Rejected("already_known")));
        Assert.Contains(Said(replay), said => said.StartsWith("server-turns-client", StringComparison.Ordinal));
    }

    private static ReportReplay Replay(string file)
    {
        var options = new CollectorOptions();
        options.Judgement.Roles = ["10.20.0.10=domain-controller"];
        return ReportReplay.Of(options, SharedData.PathOf("reports", Folder, file));
    }

    private static IEnumerable<string> Said(ReportReplay replay) => replay.Findings.Select(finding =>
        $"{finding.GetProperty("kind").GetString()} {finding.GetProperty("server").GetString()} -> " +
            $"{finding.GetProperty("client").GetString()}");
}
