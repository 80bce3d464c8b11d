using RpcCollector.Flows.Tests;
using RpcCollector.Options;

namespace RpcCollector.Tests.Reports;

/// <summary>Times in elements that exporters fill otherwise than the elements ask.</summary>
public class TimeElementTests
{
    private const string Folder = "05-time-elements";
    private const string SameSecond = "extended 10.20.1.15:49732 -> 10.20.0.10:49667, 09:15:01.000 then 09:15:01.000";

    [Theory]
    [InlineData("delta-us")]
    [InlineData("duration-and-end")]
    [InlineData("end-before-start")]
    [InlineData("ms-4-octets-truncated")]
    [InlineData("ms-and-us")]
    [InlineData("ms-are-unix-microseconds")]
    [InlineData("ms-zero-us-real")]
    [InlineData("ns")]
    [InlineData("ns-plain-unix-nanoseconds")]
    [InlineData("observation-ns-325")]
    [InlineData("start-only-end-0")]
    [InlineData("us-fraction-of-1e6")]
    [InlineData("us-plain-unix-microseconds")]
    [InlineData("us-start-ms-end")]
    [InlineData("us-unix-epoch")]
    public void Times_that_can_be_known_tell_the_story_after_car(string name) =>
        Assert.Equal([ReportReplay.BaseStory], ReportReplay.Of(Folder, name + ".pcap").Stories);

    [Theory]
    [InlineData("seconds-8-octets")]
    [InlineData("ms-are-unix-seconds")]
    [InlineData("seconds-end-2042")]
    public void Whole_seconds_tell_it_extended(string name) =>
        Assert.Equal([SameSecond], ReportReplay.Of(Folder, name + ".pcap").Stories);

    [Theory]
    [InlineData("no-times", "no_start_time")]
    [InlineData("duration-only", "no_start_time")]
    [InlineData("ms-are-boot-nanoseconds", "implausible_time")]
    public void Times_that_cannot_be_known_are_rejected_by_a_reason(string name, string reason)
    {
        var replay = ReportReplay.Of(Folder, name + ".pcap");

        Assert.Empty(replay.Stories);
        Assert.Equal(4, replay.Rejected(reason));
    }

    [Fact]
    public void Uptime_in_place_of_milliseconds_keeps_the_order_and_is_late_by_as_much_as_the_flows_waited_for_their_export() =>
        Assert.Equal(
            ["car 10.20.1.15:49732 -> 10.20.0.10:49667, 09:15:19.999 then 09:15:20.004"],
            ReportReplay.Of(Folder, "ms-of-uptime.pcap").Stories);

    [Fact]
    public void A_start_after_its_export_is_not_known_and_joins_as_such() =>
        Assert.Equal(
            ["extended 10.20.1.15:49732 -> 10.20.0.10:49667, 09:15:31.000 then 09:15:31.000"],
            ReportReplay.Of(Folder, "seconds-start-2042.pcap").Stories);

    [Fact]
    public void A_fraction_that_counts_nanoseconds_cannot_be_told_from_a_right_one() =>
        Assert.StartsWith("car ", Assert.Single(ReportReplay.Of(Folder, "ns-fraction-of-1e9.pcap").Stories), StringComparison.Ordinal);

    [Theory]
    [InlineData("no-times", "09:15:31.000")]
    [InlineData("duration-only", "09:15:19.000")]
    public void Records_without_times_are_extended_at_best_where_the_arrival_may_stand_for_them(string name, string start)
    {
        var options = new CollectorOptions();
        options.Flows.UseArrivalTime = true;

        var replay = ReportReplay.Of(options, SharedData.PathOf("reports", Folder, name + ".pcap"));

        Assert.StartsWith(
            $"extended 10.20.1.15:49732 -> 10.20.0.10:49667, {start} then", Assert.Single(replay.Stories), StringComparison.Ordinal);
        Assert.Equal(0, replay.Rejected("no_start_time"));
    }
}
