using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using RpcCollector.Flows.Time;
using RpcCollector.Scale;
using RpcCollector.Scale.Nats;
using RpcCollector.Scale.Sensors;
using RpcCollector.Tests.Scale.Sensors;

namespace RpcCollector.Tests.Scale;

/// <summary>Leaves as sensors and judges know them.</summary>
public sealed class LeafTests
{
    [Fact]
    public void What_came_from_a_leaf_was_said_by_no_judge_and_no_correlator_whatever_it_is_called()
    {
        var sourced = new NatsHeaders { ["Nats-Stream-Source"] = "ACT:x 1" };

        Assert.Equal(LogSubject.Said, NatsStreams.ActOf("ACT.said", null));
        Assert.Equal(LogSubject.Said, NatsStreams.ActOf("ACT.said", new NatsHeaders { ["Other"] = "x" }));
        Assert.Equal(LogSubject.Act(3), NatsStreams.ActOf("ACT.3", null));
        Assert.Equal(LogSubject.Told, NatsStreams.ActOf("ACT.told", null));
        foreach (var subject in (string[])["ACT.said", "ACT.3", "ACT.told"])
            Assert.Equal(LogSubject.Told, NatsStreams.ActOf(subject, sourced));
    }

    [Theory]
    [InlineData("$JS.oslo.API", "oslo")]
    [InlineData("$JS.API", null)]
    [InlineData("$JS..API", null)]
    [InlineData("other", null)]
    public void Leaf_of_a_source_is_its_domain(string api, string? leaf) =>
        Assert.Equal(leaf, NatsStreams.LeafOf(new ExternalStreamSource { Api = api }));

    [Fact]
    public void Silent_leaf_is_a_complaint_and_no_reason_not_to_be_ready()
    {
        var log = new LogGauges(1)
        {
            Leaves = [new LeafStanding("oslo", 7, TimeSpan.FromSeconds(59)), new LeafStanding("rome", 0, TimeSpan.FromMinutes(5))],
        };
        var view = new SensorView(new SensorReports(), log, new ArrivalClock(TimeProvider.System));

        Assert.Equal("the hubs have not heard of the leaf rome for 5 minutes", Assert.Single(view.Complaints()));
        Assert.Equal(7, view.LeafOf("oslo")!.Waiting);
        Assert.Null(view.LeafOf("paris"));
    }

    [Fact]
    public void Report_of_what_a_leaf_holds_makes_sense_or_is_refused()
    {
        var said = SensorSamples.Said(100_000) with { Leaf = ReportedLeaf.Of("oslo", new OwnLeaf(3, 300, 1_000, 50_000)) };

        Assert.True(said.MakesSense);
        Assert.False((said with { Leaf = said.Leaf! with { Bytes = -1 } }).MakesSense);
        Assert.False((said with { Leaf = said.Leaf! with { Domain = "a b" } }).MakesSense);
        Assert.False((said with { Leaf = said.Leaf! with { OldestAt = -1 } }).MakesSense);
    }
}
