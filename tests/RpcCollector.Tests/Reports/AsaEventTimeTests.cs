using RpcCollector.Flows.Tests;

namespace RpcCollector.Tests.Reports;

/// <summary>What the event time (323) of ASA's creations, updates and teardowns says of start and end.</summary>
public class AsaEventTimeTests
{
    private const string Folder = "08-asa-update-and-denied-events";
    private const long Export = MessageBuilder.ExportMilliseconds;

    [Fact]
    public void Creation_updates_and_teardown_are_one_activity_whose_mapper_flow_ends_with_the_teardown()
    {
        var replay = ReportReplay.Of(Folder, "create-updates-teardown.pcap");

        Assert.Equal([ReportReplay.BaseStory], replay.Stories);
        Assert.StartsWith(
            "2026-03-02T09:23:09",
            replay.Activities.Single().GetProperty("mapper").GetProperty("end").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("updates-over-an-hour")]
    [InlineData("updates-with-event-time-only")]
    public void Updates_are_no_further_activities(string name) =>
        Assert.Equal([ReportReplay.BaseStory], ReportReplay.Of(Folder, name + ".pcap").Stories);

    [Fact]
    public void The_same_story_with_end_times_is_one_extended_activity() =>
        Assert.StartsWith(
            "extended ", Assert.Single(ReportReplay.Of(Folder, "same-story-with-end-times.pcap").Stories), StringComparison.Ordinal);

    /// <remarks>The mapper flow is open for 400 s, and the endpoint flow starts 6 s after it: extended, because it is still open.</remarks>
    [Fact]
    public void Events_in_any_order_tell_what_a_record_with_start_and_end_tells()
    {
        var random = new Random(12);
        var plain = new JoinedStory([Mapper(start: -500_000, end: -100_000), Endpoint(start: -494_000, end: -450_000)]).Activities;
        Assert.Equal(["Extended -500000..-100000 -494000..-450000"], plain);
        for (var round = 0; round < 200; round++)
        {
            CapturedDatagram[] events =
            [
                Event(1, 49_731, 135, -500_000, start: random.Next(2) == 0 ? null : -500_000),
                .. Enumerable.Range(0, random.Next(4)).Select(_ => Event(5, 49_731, 135, random.Next(-499_000, -101_000), start: null)),
                Event(2, 49_731, 135, -100_000, start: random.Next(2) == 0 ? null : -500_000),
                Event(1, 49_732, 49_667, -494_000, start: null),
                Event(2, 49_732, 49_667, -450_000, start: null),
            ];
            random.Shuffle(events);

            Assert.Equal(plain, new JoinedStory(events).Activities);
        }
    }

    [Fact]
    public void Without_its_creation_a_teardown_that_states_the_start_tells_it_all() =>
        Assert.Equal(
            ["Extended -500000..-100000 -494000..-494000"],
            new JoinedStory(
                [Event(2, 49_731, 135, -100_000, start: -500_000), Event(1, 49_732, 49_667, -494_000, start: null)]).Activities);

    [Fact]
    public void Without_its_creation_a_teardown_is_no_start()
    {
        var story = new JoinedStory([Event(2, 49_731, 135, -494_001, start: null), Event(1, 49_732, 49_667, -494_000, start: null)]);

        Assert.Empty(story.Activities);
        Assert.Equal(1, story.Counters.Rejected(Flows.Hop.FlowStart, Flows.Rejection.EndWithoutStart));
    }

    [Fact]
    public void Without_its_teardown_a_creation_is_a_flow_of_no_length() =>
        Assert.Equal(
            ["Car -500000..-500000 -499000..-450000"],
            new JoinedStory(
                [Event(1, 49_731, 135, -500_000, null), Event(2, 49_732, 49_667, -450_000, null), Event(1, 49_732, 49_667, -499_000, null)])
                .Activities);

    private static CapturedDatagram Mapper(long start, long end) => Plain(49_731, 135, start, end);

    private static CapturedDatagram Endpoint(long start, long end) => Plain(49_732, 49_667, start, end);

    private static CapturedDatagram Plain(int clientPort, int serverPort, long start, long end) =>
        MessageBuilder.Ipfix().Template(256, (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (152, 8), (153, 8)).Set(256, set =>
            set.Address("10.0.0.1").Address("10.0.0.2").U16(clientPort).U16(serverPort).U8(6)
                .U64((ulong)(Export + start)).U64((ulong)(Export + end))).From();

    /// <summary>An event as ASA tells it; creations have no counts, and the start is not always told.</summary>
    private static CapturedDatagram Event(int kind, int clientPort, int serverPort, long at, long? start)
    {
        var id = start is null ? 257 : 258;
        (int, int)[] fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (233, 1), (33_002, 2), (323, 8)];
        return MessageBuilder.NetFlowV9().Template(id, start is null ? fields : [.. fields, (152, 8)]).Set(id, set =>
        {
            set.Address("10.0.0.1").Address("10.0.0.2").U16(clientPort).U16(serverPort).U8(6).U8(kind).U16(0).U64((ulong)(Export + at));
            if (start is { } stated) set.U64((ulong)(Export + stated));
        }).From();
    }
}
