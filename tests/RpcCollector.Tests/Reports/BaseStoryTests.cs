namespace RpcCollector.Tests.Reports;

public class BaseStoryTests
{
    [Fact]
    public void The_story_that_most_reports_tell_is_one_activity_after_car() =>
        Assert.Equal([ReportReplay.BaseStory], ReportReplay.Of("00-base", "base.pcap").Stories);
}
