namespace RpcCollector.Flows.Tests.Sites;

/// <summary>Sites as tests have them.</summary>
internal static class Site
{
    public static SiteName Named(string text)
    {
        Assert.True(SiteName.TryParse(text, out var name));
        return name;
    }

    /// <summary>A site with the usual networks, of which 10.0.0.0/24 is all sites'.</summary>
    public static SiteNetworks Networks(string name) => new(Named(name), Filter([.. SiteNetworks.Usual]), Filter("10.0.0.0/24"));

    private static AddressFilter Filter(params string[] entries)
    {
        Assert.True(AddressFilter.TryParse(entries, out var filter, out _));
        return filter!;
    }
}
