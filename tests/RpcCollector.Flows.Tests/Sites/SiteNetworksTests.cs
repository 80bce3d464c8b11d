using RpcCollector.Flows.Tests.Wire;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Flows.Tests.Sites;

/// <summary>Which hosts are a site's own.</summary>
public sealed class SiteNetworksTests
{
    private static readonly SiteNetworks A = Site.Networks("site-a");
    private static readonly SiteNetworks B = Site.Networks("site-b");

    [Theory]
    [InlineData("10.0.1.1", "10.0.1.1@site-a")]
    [InlineData("172.31.255.255", "172.31.255.255@site-a")]
    [InlineData("192.168.0.1", "192.168.0.1@site-a")]
    [InlineData("100.64.0.1", "100.64.0.1@site-a")]
    [InlineData("10.0.0.1", "10.0.0.1")]
    [InlineData("172.32.0.1", "172.32.0.1")]
    [InlineData("198.51.100.7", "198.51.100.7")]
    [InlineData("169.254.1.1", "169.254.1.1")]
    [InlineData("fd00::1", "fd00::1")]
    [InlineData("::", "::")]
    [InlineData("10.0.1.1@site-b", "10.0.1.1@site-b")]
    public void Own_addresses_get_the_name_and_shared_and_public_ones_stay(string address, string placed) =>
        Assert.Equal(placed, A.Place(HostAddress.Parse(address)).ToString());

    [Fact]
    public void Own_addresses_of_two_sites_are_two_and_shared_ones_are_one()
    {
        var (own, shared) = (HostAddress.Parse("10.0.1.1"), HostAddress.Parse("10.0.0.1"));

        Assert.NotEqual(A.Place(own), B.Place(own));
        Assert.Equal(A.Place(shared), B.Place(shared));
    }

    [Fact]
    public void A_flow_start_has_both_ends_at_the_site_and_the_clock_of_its_exporter()
    {
        var start = new FlowStart
        {
            Client = HostAddress.Parse("10.0.1.1"), Server = HostAddress.Parse("10.0.0.1"), ClientOctets = 7, ClockKey = 9,
        };
        var (ofA, ofB, shared) = (start, start, start);

        A.Place(ref ofA, HostAddress.Parse("192.168.0.254"));
        B.Place(ref ofB, HostAddress.Parse("192.168.0.254"));
        A.Place(ref shared, HostAddress.Parse("192.0.2.254"));

        Assert.Equal(("10.0.1.1@site-a", "10.0.0.1", 7UL), (ofA.Client.ToString(), ofA.Server.ToString(), ofA.ClientOctets));
        Assert.Equal(3, new HashSet<ulong> { 9, ofA.ClockKey, ofB.ClockKey }.Count);
        Assert.Equal(9UL, shared.ClockKey);
    }

    [Fact]
    public void The_true_ends_of_a_translation_are_at_the_site_too()
    {
        var start = new FlowStart
        {
            Client = HostAddress.Parse("198.51.100.1"), Server = HostAddress.Parse("203.0.113.1"), IsTranslation = true,
            Connection = new FlowEnds(HostAddress.Parse("10.0.1.1"), 50_000, HostAddress.Parse("10.0.0.1"), 135),
        };

        A.Place(ref start, default);

        Assert.Equal(("198.51.100.1", "203.0.113.1"), (start.Client.ToString(), start.Server.ToString()));
        Assert.Equal(
            new FlowEnds(HostAddress.Parse("10.0.1.1@site-a"), 50_000, HostAddress.Parse("10.0.0.1"), 135), start.Connection);
    }

    [Fact]
    public void A_batch_names_the_site_and_exporters_as_they_are_among_those_of_all()
    {
        var (here, there) = (new ExporterDirectory(), new ExporterDirectory());
        here.TryGetId(HostAddress.Parse("10.0.1.254"), out var own);
        here.TryGetId(HostAddress.Parse("10.0.0.254"), out var shared);
        var writer = new FlowBatchWriter("sensor", A, 1, 0, here);
        Assert.True(writer.TryAdd(new FlowStart { ExporterId = own }) && writer.TryAdd(new FlowStart { ExporterId = shared }));
        Assert.True(writer.TryAdd(new FlowStart { ExporterId = here.Unnamed }));
        var reader = new FlowBatchReader(there);

        Assert.True(reader.TryRead(writer.Finish(1, 0).Span, out var header));

        Assert.Equal("site-a", header.Site);
        Assert.Equal(
            ["10.0.1.254@site-a", "10.0.0.254"], reader.FlowStarts[..2].ToArray().Select(start => there[start.ExporterId].ToString()));
        Assert.Equal(there.Unnamed, reader.FlowStarts[2].ExporterId);
    }

    [Fact]
    public void Placing_a_flow_start_allocates_nothing()
    {
        var starts = new RandomFlowStarts(3).Take(500);
        Place();
        var before = GC.GetAllocatedBytesForCurrentThread();

        Place();

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);

        void Place()
        {
            for (var i = 0; i < starts.Length; i++) A.Place(ref starts[i], HostAddress.FromIPv4(0x0A00_0101));
        }
    }

    [Fact]
    public void Nobody_who_exports_can_speak_of_a_host_of_a_site()
    {
        var (host, other) = (HostAddress.Parse("10.0.1.1@site-b"), HostAddress.Parse("198.51.100.7"));

        Assert.True(HostAddress.CanConnect(host.WithoutSite(), other));
        Assert.False(HostAddress.CanConnect(host, other) || HostAddress.CanConnect(other, host));
    }
}
