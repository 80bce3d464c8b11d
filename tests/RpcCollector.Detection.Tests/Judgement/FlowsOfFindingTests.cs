using RpcCollector.Detection.Judgement;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>The flows that a finding comes with: each once, and the same for every order of arrival.</summary>
public sealed class FlowsOfFindingTests
{
    private const string Client = "10.0.1.5";
    private const string Server = "10.0.1.6";

    [Theory]
    [InlineData(0.05, false)]
    [InlineData(0.05, true)]
    [InlineData(1.5, false)]
    public void Mapper_flow_that_two_activities_know_by_different_exporters_stands_once_whichever_came_first(
        double hoursBetween, bool areAsMany)
    {
        // Activities keep what was known of their mapper flow when they were joined.
        var (one, both) = (ExporterSet.Of(1), ExporterSet.Of(1));
        both.Add(0);
        if (areAsMany) one.Add(2);
        var known = Court.Rpc(1, Client, Server) with { Exporters = both };
        var later = Court.Rpc(1 + hoursBetween, Client, Server);
        var joinedBefore = later with { Basis = JoinBasis.Extended, Mapper = known.Mapper, Exporters = one, SamplingInterval = 10 };

        var (ahead, behind) = (FlowsOf(known, joinedBefore), FlowsOf(joinedBefore, known));

        Assert.Equal(ahead, behind);
        Assert.Equal(3, ahead.Count);
        Assert.Equal((both, 1u), (ahead[0].Exporters, ahead[0].SamplingInterval));
    }

    private static IReadOnlyList<ContributingFlow> FlowsOf(RpcActivity first, RpcActivity second) =>
        Assert.IsType<Finding>(new Court().Take(first).Take(second).AdvanceTo(5).Find(FindingKind.PeerToPeerRpc, Client, Server)).Flows;
}
