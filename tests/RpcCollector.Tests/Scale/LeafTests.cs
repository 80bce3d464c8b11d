using NATS.Client.Core;
using NATS.Client.JetStream.Models;
using RpcCollector.Flows.Time;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Scale.Nats;
using RpcCollector.Scale.Sensors;
using RpcCollector.Tests.Scale.Sensors;

namespace RpcCollector.Tests.Scale;

/// <summary>Leaves as sensors and judges know them.</summary>
public sealed class LeafTests
{
    // What nats-server 2.9.10 writes beside messages of the stream of the domain oslo.
    private const string FromOslo = "FLOW:TDFkjj19 17";

    [Theory]
    [InlineData("oslo", true)]
    [InlineData("oslo-1", true)]
    [InlineData("oslo-west-2", true)]
    [InlineData("oslo2", false)]
    [InlineData("rome-1", false)]
    [InlineData("os", false)]
    public void Leaf_speaks_for_sensors_called_as_its_domain_and_for_no_others(string sensor, bool isOfLeaf)
    {
        var sourced = new NatsHeaders { ["Nats-Stream-Source"] = FromOslo };
        var (flow, told) = ($"FLOW.3.sensor.{sensor}", $"ACT.told.{sensor}");

        Assert.Equal(LogSubject.Flow(3, sensor), NatsSubjects.Read(LogStream.Flow, flow, null));
        Assert.Equal(LogSubject.Told(sensor), NatsSubjects.Read(LogStream.Act, told, null));
        Assert.Equal(isOfLeaf ? LogSubject.Flow(3, sensor) : Nobodys(LogStream.Flow), NatsSubjects.Read(LogStream.Flow, flow, sourced));
        Assert.Equal(isOfLeaf ? LogSubject.Told(sensor) : Nobodys(LogStream.Act), NatsSubjects.Read(LogStream.Act, told, sourced));
        Assert.Equal(isOfLeaf, NatsOptions.IsOfLeaf(sensor, "oslo"));
    }

    [Theory]
    [InlineData("FLOW:TDFkjj19")]
    [InlineData("FLOW:TDFkjj19 17 > > FLOW.3.sensor.oslo")]
    public void Leaf_is_known_by_what_later_servers_write_too(string source) => Assert.True(LeafOrigin.MayBeOf(source, "oslo-1"));

    [Theory]
    [InlineData("")]
    [InlineData("FLOW")]
    [InlineData("FLOW 17")]
    [InlineData("FLOW: 17")]
    [InlineData("$JS.ACK.FLOW.x.1.17.1.1700000000000000000.0")]
    public void Message_of_a_leaf_that_is_not_named_is_nobodys(string source) => Assert.False(LeafOrigin.MayBeOf(source, "oslo"));

    [Fact]
    public void What_came_from_a_leaf_was_said_by_no_judge_and_no_correlator_whatever_it_is_called()
    {
        var sourced = new NatsHeaders { ["Nats-Stream-Source"] = FromOslo };
        var twice = new NatsHeaders { ["Nats-Stream-Source"] = new[] { FromOslo, FromOslo } };

        Assert.Equal(LogSubject.Said, NatsSubjects.Read(LogStream.Act, "ACT.said", null));
        Assert.Equal(LogSubject.Said, NatsSubjects.Read(LogStream.Act, "ACT.said", new NatsHeaders { ["Other"] = "x" }));
        Assert.Equal(LogSubject.Act(3), NatsSubjects.Read(LogStream.Act, "ACT.3", null));
        Assert.Equal(LogSubject.KnownEndpoints(3), NatsSubjects.Read(LogStream.Flow, "FLOW.3.judge", null));
        foreach (var subject in (string[])["ACT.said", "ACT.3", "FLOW.3.judge"])
            Assert.Equal(LogWriter.None, NatsSubjects.Read(LogStream.Act, subject, sourced).Writer);
        Assert.Equal(LogWriter.None, NatsSubjects.Read(LogStream.Flow, "FLOW.3.sensor.oslo", twice).Writer);
    }

    [Theory]
    [InlineData("FLOW.3")]
    [InlineData("FLOW.3.sensor")]
    [InlineData("FLOW.3.sensor.a.b")]
    [InlineData("FLOW.x.sensor.a")]
    [InlineData("FLOW.3.judge.a")]
    [InlineData("ACT.told")]
    [InlineData("ACT.told.a.b")]
    [InlineData("ACT.x")]
    public void Subject_of_another_form_is_nobodys(string subject) =>
        Assert.Equal(LogWriter.None, NatsSubjects.Read(LogStream.Act, subject, null).Writer);

    [Fact]
    public void Subject_of_each_who_writes_is_read_as_it_was_written()
    {
        foreach (var subject in (LogSubject[])
            [LogSubject.Flow(15, "a_b-C"), LogSubject.KnownEndpoints(0), LogSubject.Act(7), LogSubject.Told("a"), LogSubject.Said])
            Assert.Equal(subject, NatsSubjects.Read(subject.Stream, NatsSubjects.Of(subject), null));
        Assert.Equal("FLOW.3.>", NatsSubjects.Of(LogSubject.Flow(3)));
        Assert.Equal("ACT.>", NatsSubjects.Of(LogSubject.AllActs));
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

    private static LogSubject Nobodys(LogStream stream) => new(stream, null, LogWriter.None);
}
