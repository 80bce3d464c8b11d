using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests.Orientation;

/// <summary>
/// The recorded attacks as exporters tell of them that met each connection after its handshake: the endpoints were learned before.
/// </summary>
public sealed class CaughtScenarioTests
{
    private const ushort Syn = 0x02;

    private static readonly string[] Formats = ["netflow5", "netflow9", "ipfix", "ipfix-biflow"];

    public static IEnumerable<TheoryDataRow<string, string>> JoinedScenarios() =>
        from scenario in Scenario.All
        where scenario.DynamicFlows > 0 && scenario.MapperFlows > 0
        from format in Formats
        select new TheoryDataRow<string, string>(scenario.Name, format);

    [Theory]
    [MemberData(nameof(JoinedScenarios))]
    public void Endpoint_flows_caught_in_the_middle_have_the_clients_and_servers_that_their_handshakes_show(string name, string format)
    {
        var starts = StartsOf(name, format);
        var whole = Joined(ActivitiesOf(starts, known: null));
        Assert.NotEmpty(whole);
        var known = LearnedEndpoints.From(whole);
        var expected = RpcPair.Sorted(Joined(ActivitiesOf(starts, known)));

        // 1. With their mapper flows, caught too, the basis is what it was.
        var caught = Caught(starts).ToArray();
        Assert.Equal(expected, RpcPair.Sorted(Joined(ActivitiesOf(caught, known))));
        Assert.Equal(
            whole.Select(activity => activity.Basis).Order(),
            Joined(ActivitiesOf(caught, known: null)).Select(activity => activity.Basis).Order());

        // 2. Without mapper flows it is the known endpoint; and nothing where no endpoint is known.
        var alone = caught.Where(start => !start.IsMapperFlow).ToArray();
        var activities = Joined(ActivitiesOf(alone, known));
        Assert.Equal(expected, RpcPair.Sorted(activities));
        Assert.All(activities, activity => Assert.Equal(JoinBasis.KnownEndpoint, activity.Basis));
        Assert.Empty(Joined(ActivitiesOf(alone, known: null)));
    }

    [Theory]
    [MemberData(nameof(JoinedScenarios))]
    public void Records_that_name_the_server_first_and_records_of_one_half_alone_change_no_client(string name, string format)
    {
        var starts = StartsOf(name, format);
        var whole = Joined(ActivitiesOf(starts, known: null));
        var known = LearnedEndpoints.From(whole);
        var expected = Joined(ActivitiesOf(starts, known));
        var caught = Caught(starts).Where(start => !start.IsMapperFlow).ToArray();

        var turned = caught.Select(start => start with { IsMirror = !start.IsMirror });
        Assert.Equal(RpcPair.Sorted(expected), RpcPair.Sorted(Joined(ActivitiesOf(turned, known))));

        // Some recordings lack packets of the server.
        var pairs = RpcPair.Sorted(expected).ToHashSet();
        foreach (var half in (FlowHalf[])[FlowHalf.FromServer, FlowHalf.FromClient])
        {
            var seen = caught.Select(start => OnlyHalf(start, pairs.Contains(RpcPair.Of(start)) ? half : Other(half)))
                .Where(start => start.Half != FlowHalf.None);
            Assert.Equal(
                RpcPair.Sorted(expected.Where(activity => (activity.Traffic.Half & half) != FlowHalf.None)),
                RpcPair.Sorted(Joined(ActivitiesOf(seen, known))));
        }
    }

    private static List<FlowStart> StartsOf(string name, string format)
    {
        var flows = new ScenarioFlows();
        foreach (var file in Scenario.Named(name).FilesOf(format)) flows.Read(file);
        return flows.Starts;
    }

    /// <summary>The same records without a handshake: no SYN, and so nothing but ports that says who the client is.</summary>
    private static IEnumerable<FlowStart> Caught(IEnumerable<FlowStart> starts)
    {
        foreach (var start in starts.Where(start => !start.IsMirror))
        {
            var isServerFamily = WellKnownPort.IsFamily(start.ServerPort);
            var caught = start with
            {
                ClientTcpFlags = (ushort)(start.ClientTcpFlags & ~Syn),
                ServerTcpFlags = (ushort)(start.ServerTcpFlags & ~Syn),
                Direction = isServerFamily ? DirectionConfidence.ServerPort : DirectionConfidence.Uncertain,
            };
            yield return caught;
            if (!start.IsMapperFlow) yield return caught.Mirror;
        }
    }

    /// <summary>What an exporter tells that sees one direction alone; nothing when it is the other.</summary>
    private static FlowStart OnlyHalf(FlowStart start, FlowHalf half)
    {
        start.Half &= half;
        if (half == FlowHalf.FromServer) (start.ClientTcpFlags, start.ClientOctets) = (0, 0);
        else (start.ServerTcpFlags, start.ServerOctets) = (0, 0);
        return start;
    }

    private static FlowHalf Other(FlowHalf half) => half ^ FlowHalf.Both;

    private static List<RpcActivity> Joined(IEnumerable<RpcActivity> activities) =>
        [.. activities.Where(activity => activity.Endpoint is not null)];

    private static List<RpcActivity> ActivitiesOf(IEnumerable<FlowStart> starts, IKnownEndpoints? known) =>
        ScenarioFlows.Activities(starts, known);
}
