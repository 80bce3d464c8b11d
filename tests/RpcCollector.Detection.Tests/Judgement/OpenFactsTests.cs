using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What an edge's hour holds, and what of it is a number.</summary>
public sealed class OpenFactsTests
{
    private const int Hour = 444_456;

    [Fact]
    public void Hour_that_holds_as_many_facts_as_can_be_counts_the_others_and_lets_go_of_each()
    {
        var (facts, open, all) = Filled(OpenEdge.MostFacts + 4_000);

        Assert.Equal((OpenEdge.MostFacts, all), (facts[open].NumFacts, facts[open].Count));
        Assert.Equal(60_000, facts[open].NumHeld);
        Assert.Equal((60_000, 60_000), (facts[open].NumAnswered - facts[open].NumTallies, (int)facts[open].NumDriven));

        while (facts[open].Facts >= 0) facts.Remove(facts[open].Facts);
        Assert.Equal((0, 0, 0, 0), (facts[open].NumFacts, facts[open].NumAnswered, facts[open].NumDriven, facts[open].NumTallies));
        Assert.Equal((0, 4_000), (facts.NumFacts, facts[open].Count));
    }

    [Fact]
    public void What_another_process_held_beyond_what_can_be_is_counted()
    {
        var (facts, open, all) = Filled(OpenEdge.MostFacts);
        facts.Restore(facts[open].Edge, Hour, Call(all));
        facts.Restore(facts[open].Edge, Hour, Call(all + 1).AsTally());

        Assert.Equal((OpenEdge.MostFacts, all + 2), (facts[open].NumFacts, facts[open].Count));
    }

    [Fact]
    public void Hour_of_directories_that_are_only_counted_is_dropped_once_it_is_closed()
    {
        var edges = new Edges(new ToldRoles(RoleTable.Empty));
        var facts = new OpenFacts(edges, new JudgementOptions());
        var edge = edges.Add(Host(edges, 1), Host(edges, 2), EdgeService.Kerberos);
        facts.Add(edge, Hour, Call(0) with { Key = 3, Marks = FactMarks.Flow }, mayBeNeeded: false);
        Assert.Equal((0, 1), (facts.NumFacts, facts[facts.FindOpen(edge, Hour)].Count));

        facts.DropDirectories(Hour, long.MaxValue);
        Assert.Equal((0, 0), (facts.Epochs.Count, edges.NumEdges));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(3_599_999)]
    [InlineData(-90_000_000)]
    [InlineData(90_000_000)]
    public void Latest_start_of_an_hour_is_known_to_the_millisecond(long milliseconds)
    {
        var hour = new OpenEdge(edge: 1, Hour);
        Assert.True(hour.LatestStart < Epoch.StartOf(Hour) - (20 * 24 * Epoch.Milliseconds));

        hour.NoteStart(Epoch.StartOf(Hour) + milliseconds);
        hour.NoteStart(Epoch.StartOf(Hour) + milliseconds - 1);
        Assert.Equal(Epoch.StartOf(Hour) + milliseconds, hour.LatestStart);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(long.MaxValue)]
    public void Latest_start_of_an_hour_is_no_further_from_it_than_24_days(long start)
    {
        var hour = new OpenEdge(edge: 1, Hour);
        hour.NoteStart(start);
        Assert.InRange(Math.Abs(hour.LatestStart - Epoch.StartOf(Hour)), 24 * 24 * Epoch.Milliseconds, 25 * 24 * Epoch.Milliseconds);
    }

    // Beyond the bound of an edge each call is the first of its five seconds, and held as that.
    private static (OpenFacts Facts, int Open, int All) Filled(int number)
    {
        var edges = new Edges(new ToldRoles(RoleTable.Empty));
        var facts = new OpenFacts(edges, new JudgementOptions { MaxOpenFactsPerEdge = 60_000 });
        var edge = edges.Add(Host(edges, 1), Host(edges, 2), EdgeService.Rpc);
        for (var i = 0; i < number; i++) facts.Add(edge, Hour, Call(i));
        return (facts, facts.FindOpen(edge, Hour), number);
    }

    private static int Host(Edges edges, byte last) =>
        edges.FindOrAddHost(new HostIdentity(HostAddress.FromIPv4(0x0A00_0000u + last)));

    private static Fact Call(int number) => new()
    {
        Key = 2 * (number + 1L),
        Start = Epoch.StartOf(Hour) + ((long)number * OpenFacts.SliceMilliseconds),
        Marks = FactMarks.Mapper | FactMarks.Flow,
        Basis = JoinBasis.Car,
    };
}
