using RpcCollector.Flows;
using RpcCollector.Flows.Tests;

namespace RpcCollector.Tests.Reports;

/// <summary>Headers whose time of day, or uptime, is not the exporter's.</summary>
public class HeaderClockTests
{
    private const string Folder = "06-header-clock";
    private const long Export = MessageBuilder.ExportMilliseconds;

    private static readonly (int, int)[] UpTimes = [(22, 4), (21, 4)];
    private static readonly (int, int)[] Milliseconds = [(152, 8), (153, 8)];

    // In seconds: wrong by years, hours, a time zone; constant; ahead.
    private static readonly long[] Wrong =
        [-Export / 1000, -1_500_000_000, -86_400 * 400L, -3 * 3600, -3600, -1200, 1200, 3600, 7200, 86_400, 300_000_000, 2_000_000_000];

    [Theory]
    [InlineData("ipfix-export-time-2037")]
    [InlineData("ipfix-export-time-is-uptime")]
    [InlineData("v5-nanoseconds-beyond-1e9")]
    [InlineData("v5-plain")]
    [InlineData("v5-secs-is-4699318")]
    [InlineData("v5-uptime-wrapped")]
    [InlineData("v9-8-octet-switched")]
    [InlineData("v9-absolute-times-header-secs-0")]
    [InlineData("v9-first-last-swapped")]
    [InlineData("v9-plain")]
    [InlineData("v9-secs-is-4699318")]
    [InlineData("v9-uptime-wrapped")]
    public void A_wrong_header_overwrites_no_time_that_can_be_known(string name)
    {
        var replay = ReportReplay.Of(Folder, name + ".pcap");

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.Single(replay.Findings);
    }

    [Fact]
    public void Seconds_do_not_depend_on_the_header_either() =>
        Assert.Equal(
            ["extended 10.20.1.15:49732 -> 10.20.0.10:49667, 09:15:01.000 then 09:15:01.000"],
            ReportReplay.Of(Folder, "ipfix-export-time-0-seconds-elements.pcap").Stories);

    [Fact]
    public void Uptimes_without_a_start_of_the_exporter_are_placed_by_the_ends_of_flows() =>
        Assert.StartsWith(
            "car ", Assert.Single(ReportReplay.Of(Folder, "ipfix-relative-without-160.pcap").Stories), StringComparison.Ordinal);

    [Theory]
    [InlineData("v9-uptime-always-0")]
    [InlineData("v9-uptime-in-seconds")]
    public void Uptimes_after_the_uptime_of_their_header_are_known_no_better_than_their_export(string name) =>
        Assert.Equal(
            ["extended 10.20.1.15:49732 -> 10.20.0.10:49667, 09:15:31.000 then 09:15:31.000"],
            ReportReplay.Of(Folder, name + ".pcap").Stories);

    [Fact]
    public void Uptime_0_for_first_and_last_packet_long_after_the_start_is_no_time()
    {
        var replay = ReportReplay.Of(Folder, "v9-first-0.pcap");

        Assert.Empty(replay.Stories);
        Assert.Equal(4, replay.Rejected("no_start_time"));
    }

    /// <remarks>
    /// Absolute times that are right, absolute times as wrong as the header, and uptimes; in two datagrams, in either order.
    /// </remarks>
    [Theory]
    [InlineData(Kind.AbsoluteAndRight, true)]
    [InlineData(Kind.AbsoluteAndRight, false)]
    [InlineData(Kind.AbsoluteAndWrong, true)]
    [InlineData(Kind.AbsoluteAndWrong, false)]
    [InlineData(Kind.UpTime, true)]
    [InlineData(Kind.UpTime, false)]
    public void Headers_that_are_wrong_by_anything_tell_what_a_right_header_tells(Kind kind, bool isMapperFirst)
    {
        var plain = new JoinedStory(Datagrams(kind, wrongBy: 0, isMapperFirst)).Activities;
        Assert.Equal("Car -30000..-18000 -29995..-27600", Assert.Single(plain));
        foreach (var wrongBy in Wrong)
        {
            // A clock before 1970 cannot be written.
            if (kind == Kind.AbsoluteAndWrong && MessageBuilder.ExportSeconds + wrongBy < 60) continue;
            var story = new JoinedStory(Datagrams(kind, wrongBy, isMapperFirst));
            Assert.Equal((wrongBy, plain[0]), (wrongBy, Assert.Single(story.Activities)));
            Assert.Equal(2, story.Counters.Noted(Irregularity.HeaderTimeWrong));
            Assert.Equal(0, story.Counters.Noted(Irregularity.TimeClamped));
        }
    }

    [Fact]
    public void One_forged_header_turns_no_clock_of_its_exporter()
    {
        List<CapturedDatagram> datagrams = [.. Datagrams(Kind.UpTime, wrongBy: 0, isMapperFirst: true)];
        datagrams.Insert(1, Message(Kind.UpTime, wrongBy: -1_000_000_000).From(arrival: Export));

        Assert.Equal("Car -30000..-18000 -29995..-27600", Assert.Single(new JoinedStory(datagrams).Activities));
    }

    private static IEnumerable<CapturedDatagram> Datagrams(Kind kind, long wrongBy, bool isMapperFirst)
    {
        CapturedDatagram[] both =
        [
            Told(kind, wrongBy, 49_731, 135, -30_000, -18_000),
            Told(kind, wrongBy, 49_732, 49_667, -29_995, -27_600),
        ];
        return isMapperFirst ? both : both.Reverse();
    }

    private static CapturedDatagram Told(Kind kind, long wrongBy, int clientPort, int serverPort, long start, long end)
    {
        var absolute = kind == Kind.AbsoluteAndWrong ? Export + (wrongBy * 1000) : Export;
        return Message(kind, wrongBy)
            .Template(256, [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), .. kind == Kind.UpTime ? UpTimes : Milliseconds])
            .Set(256, set =>
            {
                set.Address("10.0.0.1").Address("10.0.0.2").U16(clientPort).U16(serverPort).U8(6);
                if (kind == Kind.UpTime) set.U32((uint)(100_000 + start)).U32((uint)(100_000 + end));
                else set.U64((ulong)Math.Max(0, absolute + start)).U64((ulong)Math.Max(0, absolute + end));
            }).From(arrival: Export);
    }

    private static MessageBuilder Message(Kind kind, long wrongBy)
    {
        var seconds = (uint)(MessageBuilder.ExportSeconds + wrongBy);
        return kind == Kind.UpTime
            ? MessageBuilder.NetFlowV9(sysUpTime: 100_000, exportSeconds: seconds)
            : MessageBuilder.Ipfix(exportSeconds: seconds);
    }

    public enum Kind
    {
        AbsoluteAndRight,
        AbsoluteAndWrong,
        UpTime,
    }
}
