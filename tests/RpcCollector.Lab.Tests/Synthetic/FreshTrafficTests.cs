using System.Net;
using RpcCollector.Lab.Synthetic;

namespace RpcCollector.Lab.Tests.Synthetic;

public class FreshTrafficTests
{
    private const long Now = 1_767_225_600_000;
    private const int Hosts = 1_000;

    private readonly SyntheticLoad _load = new()
    {
        Target = new IPEndPoint(IPAddress.Loopback, 1),
        Hosts = Hosts,
        RpcShare = 0.02,
        FamilyShare = 0.2,
        DynamicShare = 0.3,
    };

    private readonly FreshTraffic _traffic;
    private readonly SyntheticFlow[] _flows = new SyntheticFlow[100_000];

    public FreshTrafficTests()
    {
        _traffic = new FreshTraffic(_load);
        _traffic.Make(_flows, Now);
    }

    [Fact]
    public void No_connection_comes_twice() =>
        Assert.Equal(
            _flows.Length, _flows.Select(flow => (flow.Client, flow.Server, flow.ClientPort, flow.ServerPort)).Distinct().Count());

    [Fact]
    public void Records_have_the_shares_that_were_asked_for()
    {
        // An RPC connection gives two records, and only the first is drawn.
        Assert.InRange(_flows.Count(flow => flow.IsToMapper), 1_800, 2_150);
        Assert.InRange(_flows.Count(flow => flow.ServerPort is 88 or 389 or 445), 19_000, 20_500);
        Assert.InRange(_flows.Count(flow => flow.IsBetweenDynamicPorts), 30_500, 32_500);
    }

    [Fact]
    public void Each_host_asks_the_same_few_servers_again_and_again()
    {
        var servers = _flows.Where(flow => flow.ServerPort is 135 or 88 or 389 or 445).ToLookup(flow => flow.Client, flow => flow.Server);
        Assert.Equal(Hosts, servers.Count);
        Assert.All(servers, ofHost => Assert.InRange(ofHost.Distinct().Count(), 1, 8));
        Assert.All(servers, ofHost => Assert.True(ofHost.Count() > ofHost.Distinct().Count()));
    }

    [Fact]
    public void Every_RPC_connection_is_a_mapper_flow_and_an_endpoint_flow_just_after_it_in_either_order_of_arrival()
    {
        var mappers = _flows.Index().Where(flow => flow.Item.IsToMapper).ToList();
        var endpoints = _flows.Index().Where(flow => flow.Item.IsBetweenDynamicPorts)
            .ToLookup(flow => (flow.Item.Client, flow.Item.Server, flow.Item.StartUnixMilliseconds));
        var (before, after) = (0, 0);
        foreach (var (index, mapper) in mappers)
        {
            var found = endpoints[(mapper.Client, mapper.Server, mapper.StartUnixMilliseconds + 5)].Select(flow => flow.Index).ToList();
            if (found.Count == 0) continue;
            if (found[0] < index) before++;
            else after++;
        }

        Assert.Equal(_traffic.Activities, before + after);
        Assert.InRange(mappers.Count - before - after, 0, 10);
        Assert.InRange(before, 800, 1_200);
        Assert.InRange(after, 800, 1_200);
    }

    [Fact]
    public void Fresh_flows_have_ended_when_they_are_sent() =>
        Assert.All(_flows, flow => Assert.InRange(flow.EndUnixMilliseconds, Now - 3_000, Now));

    [Fact]
    public void The_same_flows_come_at_every_run()
    {
        var again = new SyntheticFlow[_flows.Length];
        new FreshTraffic(_load).Make(again, Now);
        Assert.Equal(_flows, again);
    }
}
