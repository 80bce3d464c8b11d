using RpcCollector.Detection.Tables;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Tables;

public sealed class HostPairsTests
{
    [Theory]
    [InlineData("10.0.0.7")]
    [InlineData("240.0.0.7")]
    [InlineData("2001:db8::7")]
    public void Server_is_remembered_while_it_has_a_pair(string address)
    {
        var pairs = new HostPairs(remembersServers: true);
        var (server, client) = (HostAddress.Parse(address), HostAddress.Parse("192.0.2.1"));
        Assert.False(pairs.MayHaveServer(server));
        var first = pairs.Add(client, server);
        var second = pairs.Add(HostAddress.Parse("2001:db8::1"), server);
        Assert.True(pairs.MayHaveServer(server));
        Assert.False(pairs.MayHaveServer(client));

        pairs.Remove(first);
        Assert.True(pairs.MayHaveServer(server));
        pairs.Remove(second);
        Assert.False(pairs.MayHaveServer(server));
    }
}
