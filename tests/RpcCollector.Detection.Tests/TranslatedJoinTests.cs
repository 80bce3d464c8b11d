using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests;

/// <summary>
/// What is joined between the ends that a device translated is not joined between those that others see, whichever came last: the flows,
/// or what the device states of the mapper flow.
/// </summary>
public class TranslatedJoinTests
{
    private const int Device = 1;
    private const int Other = 2;

    /// <summary>What the others see in the server's place.</summary>
    private static readonly HostAddress Public = HostAddress.Parse("192.0.2.7");

    [Fact]
    public void An_endpoint_flow_from_port_135_is_joined_once_between_its_true_ends()
    {
        // The client took port 135 as its source port, so that by its ports it could be a mapper flow the other way round.
        var endpoint = Lab.Endpoint(0.5, clientPort: 135, serverPort: 60_000);
        FlowStart[] starts =
        [
            .. ToldByDevice(Lab.Mapper(0, 1)),
            .. ToldByDevice(endpoint),
            SeenByOther(UntoldMapper(0.1, 1)),
            SeenByOther(endpoint),
        ];
        AssertOneInAnyOrder(starts, endpointStart: 0.5);
    }

    [Fact]
    public void A_late_statement_of_an_earlier_part_of_a_mapper_flow_concerns_what_follows_all_of_it()
    {
        // The earlier part's time is told to the second, and by that alone the endpoint flow fits, which another clock timed.
        var (mapper, endpoint) = (Lab.Mapper(0, 1), Lab.Endpoint(5.5) with { ClockKey = 5 });
        var earlier = Lab.Mapper(-1.9, -0.9, resolution: 1_000);
        FlowStart[] starts =
        [
            .. ToldByDevice(mapper),
            .. ToldByDevice(earlier),
            .. ToldByDevice(endpoint),
            SeenByOther(UntoldMapper(0, 3.6)),
            SeenByOther(endpoint),
        ];
        AssertOneInAnyOrder(starts, endpointStart: 5.5);
    }

    [Fact]
    public void Flows_that_are_each_others_other_side_hide_nothing_even_when_one_is_told_the_other_way_round()
    {
        var between = new FlowEnds(Lab.Client, 50_001, Lab.Server, 49_668);
        var other = new FlowEnds(Lab.Client, 50_002, Lab.Server, 49_668);
        FlowStart[] starts =
        [
            Lab.Mapper(0, 1),
            Lab.Endpoint(0.5),
            Statement(Lab.Mapper(0, 1) with { Server = Public }, between: new FlowEnds(Lab.Client, 50_000, Lab.Server, 135)),
            Statement(Lab.Endpoint(0.5, exporter: 1), between: other),
            Statement(Lab.Endpoint(0.5, clientPort: 50_002, exporter: 2), between: between.Turn()),
        ];
        AssertOneInAnyOrder(starts, endpointStart: 0.5);
    }

    /// <summary>What a flow's exporter states of it: that it is a connection between other ends.</summary>
    private static FlowStart Statement(FlowStart seen, FlowEnds between) =>
        seen with { IsTranslation = true, IsMirror = true, Connection = between };

    /// <summary>
    /// A mapper flow that the device does not tell of: what the endpoint flow is joined with before more is known.
    /// </summary>
    private static FlowStart UntoldMapper(double start, double end) => Lab.Mapper(start, end, clientPort: 50_002);

    /// <summary>The flow between its true ends, and the statement that it is elsewhere seen with another server.</summary>
    private static FlowStart[] ToldByDevice(FlowStart flow)
    {
        var told = flow with { ExporterId = Device };
        var connection = new FlowEnds(flow.Client, flow.ClientPort, flow.Server, flow.ServerPort);
        return [told, Statement(told with { Server = Public }, connection)];
    }

    private static FlowStart SeenByOther(FlowStart flow) => flow with { Server = Public, ExporterId = Other, ClockKey = 9 };

    private static void AssertOneInAnyOrder(FlowStart[] starts, double endpointStart)
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var ledger = ArrivalOrderTests.Shuffled(starts, seed, numShards: 1 + (seed % 4));
            ArrivalOrderTests.AssertSame(starts, ledger);
            Assert.Equal((Lab.Server, Lab.At(endpointStart)), (ledger.Single.Server, ledger.Single.Endpoint!.Value.StartUnixMilliseconds));
        }
    }
}
