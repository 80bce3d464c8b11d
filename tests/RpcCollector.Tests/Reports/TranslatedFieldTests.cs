namespace RpcCollector.Tests.Reports;

public class TranslatedFieldTests
{
    [Fact]
    public void Template_with_addresses_twice_and_translated_ones_tells_the_story_once()
    {
        var replay = ReportReplay.Of("04-sets-and-lengths", "duplicate-8-12-postnat.pcap");

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Equal(0, replay.Rejected("no_start_time"));
    }
}
