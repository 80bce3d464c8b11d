using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Time;

namespace RpcCollector.Flows.Tests;

/// <summary>When the clock of arrivals is set, what is kept of them goes on as if it had always been as it is since.</summary>
public sealed class MovedArrivalsTests
{
    private const long Begin = 1_795_000_020_000;
    private const long Minute = 60_000;

    public static TheoryData<long> Steps() => [-180 * Minute, -10 * Minute, 10 * Minute, 1_440 * Minute, 400L * 1_440 * Minute];

    [Theory]
    [MemberData(nameof(Steps))]
    public void Minutes_of_before_a_step_are_minutes_of_the_hour_since(long by)
    {
        var ring = new MinuteRing();
        for (var minute = 0; minute < 30; minute++) ring.Count(Begin + (minute * Minute), units: 10, sets: 1, unread: 0);
        var from = Begin + (29 * Minute) + 500;
        ring.MoveArrivals(new ClockStep(from, from + by, IsOverRestart: false), from + by);

        Assert.Equal(300, ring.Newest(60)?.Units);
        ring.Count(Begin + by + (30 * Minute), units: 5, sets: 1, unread: 0);
        Assert.Equal((305, 5), (ring.Newest(60)?.Units, ring.Newest(1)?.Units));

        // The one minute that may have been counted in since the step stays where it is.
        var moved = Enumerable.Range(0, 30).Where(minute => ring.At(Begin + by + (minute * Minute))?.Units != 10);
        Assert.InRange(moved.Count(), 0, by == -10 * Minute ? 2 : 0);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Datagram_that_is_counted_between_the_step_and_the_move_does_no_harm(long by)
    {
        var ring = new MinuteRing();
        for (var minute = 0; minute < 30; minute++) ring.Count(Begin + (minute * Minute), units: 10, sets: 1, unread: 0);
        var from = Begin + (29 * Minute) + 500;
        ring.Count(from + by + 100, units: 7, sets: 1, unread: 0);
        ring.MoveArrivals(new ClockStep(from, from + by, IsOverRestart: false), from + by + 200);

        // One that lies within the hour before the step was counted where it belongs, or not at all.
        Assert.InRange(ring.Newest(60)?.Units ?? 0, 290, 307);
        ring.Count(from + by + 300, units: 1, sets: 1, unread: 0);
        Assert.InRange(ring.At(from + by)?.Units ?? 0, 1, 28);
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Exporters_templates_and_offsets_move_with_the_clock(long by)
    {
        var decoder = new DecoderUnderTest();
        DecodeTemplateAt(decoder, Begin);
        var before = Assert.Single(decoder.Catalog.Exporters());
        var step = new ClockStep(Begin + 5_000, Begin + 5_000 + by, IsOverRestart: false);
        decoder.Catalog.MoveArrivals(step, Begin + 5_000 + by);

        var after = Assert.Single(decoder.Catalog.Exporters());
        var moved = TimeSpan.FromMilliseconds(by);
        Assert.Equal((before.FirstSeen + moved, before.LastSeen + moved), (after.FirstSeen, after.LastSeen));
        Assert.Equal(before.ArrivalOffset + moved, after.ArrivalOffset);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(Begin + by), Assert.Single(decoder.Catalog.Templates()).LastReceived);
        Assert.Equal(0, decoder.Catalog.ForgetTemplatesUnusedSince(Begin + by - 1));
        Assert.Equal(Begin + by, Assert.Single(decoder.Catalog.Health()).LastSeenUnixMilliseconds);
    }

    [Fact]
    public void What_arrived_since_the_step_is_not_moved()
    {
        var step = new ClockStep(Begin, Begin - (180 * Minute), IsOverRestart: false);
        var now = step.ToUnixMilliseconds + 200;
        Assert.Equal(now - 100, step.Move(now - 100, now));
        Assert.Equal(Begin - (180 * Minute) - 100, step.Move(Begin - 100, now));
        Assert.Equal(0, step.Move(0, now));
    }

    [Theory]
    [MemberData(nameof(Steps))]
    public void Set_that_waits_for_its_template_goes_on_waiting(long by)
    {
        var decoder = new DecoderUnderTest(new FlowOptions { MaxWaiting = TimeSpan.FromMinutes(5) });
        decoder.Decoder.Enter(new ArrivalTime(0, Begin));
        DecodeDataAt(decoder, Begin);
        Assert.Equal(1, decoder.Decoder.WaitingSets);

        decoder.Decoder.AdvanceTo(decoder.Decoder.Enter(new ArrivalTime(0, Begin + (2 * Minute))));
        decoder.Decoder.AdvanceTo(decoder.Decoder.Enter(new ArrivalTime(1, Begin + (2 * Minute) + by)));
        decoder.Decoder.AdvanceTo(decoder.Decoder.Enter(new ArrivalTime(1, Begin + (5 * Minute) + by - 1_000)));
        Assert.Equal(1, decoder.Decoder.WaitingSets);
        decoder.Decoder.AdvanceTo(decoder.Decoder.Enter(new ArrivalTime(1, Begin + (5 * Minute) + by + 1_000)));
        Assert.Equal(0, decoder.Decoder.WaitingSets);
    }

    [Fact]
    public void Saved_times_that_are_later_than_now_are_taken_as_of_now()
    {
        var decoder = new DecoderUnderTest();
        DecodeTemplateAt(decoder, Begin + (1_440 * Minute));

        var next = new ExporterCatalog(new ExporterDirectory());
        Assert.Equal(ExporterRestored.Taken, next.Restore(Saved(decoder), new FlowOptions(), Begin, Begin));

        var now = DateTimeOffset.FromUnixTimeMilliseconds(Begin);
        var exporter = Assert.Single(next.Exporters());
        Assert.Equal((now, now), (exporter.FirstSeen, exporter.LastSeen));
        Assert.Equal(now, Assert.Single(next.Templates()).LastReceived);
    }

    [Fact]
    public void Exporters_are_not_forgotten_because_the_clock_is_ahead()
    {
        var decoder = new DecoderUnderTest();
        DecodeTemplateAt(decoder, Begin);
        var ahead = Begin + (400L * 1_440 * Minute);

        Assert.Equal(
            ExporterRestored.Taken, new ExporterCatalog(new ExporterDirectory()).Restore(Saved(decoder), new FlowOptions(), ahead, Begin));
        Assert.Equal(
            ExporterRestored.Over, new ExporterCatalog(new ExporterDirectory()).Restore(Saved(decoder), new FlowOptions(), ahead, ahead));
    }

    private static string Saved(DecoderUnderTest decoder)
    {
        var saved = "";
        new ChangedExporters(decoder.Catalog).Write(alsoSeen: false, (_, _, content) => saved = content);
        return saved;
    }

    private static void DecodeTemplateAt(DecoderUnderTest decoder, long arrival) =>
        decoder.Decode(MessageBuilder.Ipfix().Template(256, Layout.Flow).From() with { ArrivalUnixMilliseconds = arrival });

    private static void DecodeDataAt(DecoderUnderTest decoder, long arrival) =>
        decoder.Decode(MessageBuilder.Ipfix().Set(256, set => set.MapperFlow()).From() with { ArrivalUnixMilliseconds = arrival });
}
