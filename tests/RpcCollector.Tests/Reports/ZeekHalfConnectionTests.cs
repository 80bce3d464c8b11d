namespace RpcCollector.Tests.Reports;

/// <summary>Who Zeek calls originator may only have spoken first: the SYN, the SYN with ACK and the mapper flow say who began.</summary>
public class ZeekHalfConnectionTests
{
    private const string Folder = "12-zeek-synack-first";

    [Theory]
    [InlineData("half-duplex-only-server.json.log")]
    [InlineData("midstream-data-from-server.json.log")]
    [InlineData("flipped-with-caret.json.log")]
    public void Connection_of_which_Zeek_missed_the_beginning_goes_from_the_client_to_the_server(string file)
    {
        var replay = ReportReplay.Of(Folder, file);

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal(
            (2, 2), (replay.Summary.GetProperty("zeek_lines").GetInt32(), replay.Summary.GetProperty("flow_starts").GetInt32()));
    }

    [Fact]
    public void Scan_that_resets_what_nobody_answered_is_unanswered()
    {
        var replay = ReportReplay.Of(Folder, "rstos0-scan.json.log");

        Assert.Contains("none answered", Assert.Single(replay.Findings).GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(2, replay.Summary.GetProperty("flow_starts").GetInt32());
    }
}
