using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class EdgesTests
{
    [Fact]
    public void Last_edge_between_two_holders_of_one_address_takes_both_with_it_and_what_comes_after_finds_its_place()
    {
        Assert.True(RoleTable.TryParse([], out var told, out _));
        var (edges, address) = (new Edges(new ToldRoles(told)), HostAddress.Parse("10.0.0.1"));
        var first = edges.FindOrAddHost(new HostIdentity(address, 0));
        var next = edges.FindOrAddHost(new HostIdentity(address, 7));

        edges.Remove(edges.Add(next, first, EdgeService.Smb));

        Assert.Equal(0, edges.NumHosts);
        Assert.True(edges.FindHost(new HostIdentity(address, 0)) < 0);
        var again = edges.FindOrAddHost(new HostIdentity(address, 0));
        Assert.Equal(again, edges.FindHost(new HostIdentity(address, 0)));
    }
}
