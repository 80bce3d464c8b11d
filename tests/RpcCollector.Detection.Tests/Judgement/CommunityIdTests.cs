using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class CommunityIdTests
{
    [Fact]
    public void Published_baseline_example_has_its_published_id_from_either_side()
    {
        var (client, server) = (HostAddress.Parse("128.232.110.120"), HostAddress.Parse("66.35.250.204"));

        Assert.Equal("1:LQU9qZlK+B5F3KDmev6m5PMibrg=", CommunityId.OfTcp(client, 34_855, server, 80));
        Assert.Equal("1:LQU9qZlK+B5F3KDmev6m5PMibrg=", CommunityId.OfTcp(server, 80, client, 34_855));
    }

    [Fact]
    public void Hosts_of_a_site_have_the_id_that_whoever_captures_there_computes()
    {
        var (client, server) = (HostAddress.Parse("128.232.110.120@site-a"), HostAddress.Parse("66.35.250.204"));

        Assert.Equal("1:LQU9qZlK+B5F3KDmev6m5PMibrg=", CommunityId.OfTcp(client, 34_855, server, 80));
        Assert.Equal("1:LQU9qZlK+B5F3KDmev6m5PMibrg=", CommunityId.OfTcp(server, 80, client, 34_855));
    }

    [Fact]
    public void Another_seed_gives_another_id()
    {
        var (client, server) = (HostAddress.Parse("2001:db8::1"), HostAddress.Parse("2001:db8::2"));

        Assert.NotEqual(CommunityId.OfTcp(client, 50_000, server, 135), CommunityId.OfTcp(client, 50_000, server, 135, seed: 1));
    }
}
