namespace RpcCollector.Flows.Tests.Sites;

/// <summary>Addresses that hosts of several sites have.</summary>
public sealed class SiteAddressTests
{
    [Theory]
    [InlineData("a")]
    [InlineData("7")]
    [InlineData("site-a")]
    [InlineData("0123456789abcdef")]
    [InlineData("zzzzzzzzzzzzzzzz")]
    [InlineData("a---------------")]
    [InlineData("9999999999")]
    [InlineData("warehouse-12")]
    public void Name_is_read_off_an_address_as_it_was_written(string text)
    {
        var address = HostAddress.OfSite(Site.Named(text), 0xFFFF_FFFF);

        Assert.True(address.TryGetSite(out var name));
        Assert.Equal((text, Site.Named(text)), (name.ToString(), name));
        Assert.Equal(HostAddress.FromIPv4(0xFFFF_FFFF), address.WithoutSite());
    }

    [Theory]
    [InlineData("")]
    [InlineData("-a")]
    [InlineData("a b")]
    [InlineData("a.b")]
    [InlineData("a_b")]
    [InlineData("größe")]
    [InlineData("a\0")]
    [InlineData("0123456789abcdefg")]
    public void What_is_no_name_is_refused(string text)
    {
        Assert.False(SiteName.TryParse(text, out _));
        Assert.False(HostAddress.TryParse($"10.1.2.3@{text}", out _));
    }

    [Theory]
    [InlineData("10.1.2.3@site-a", "10.1.2.3@site-a")]
    [InlineData("255.255.255.255@0123456789abcdef", "255.255.255.255@0123456789abcdef")]
    [InlineData("10.1.2.3@SITE-A", "10.1.2.3@site-a")]
    [InlineData("::ffff:10.1.2.3@site-a", "10.1.2.3@site-a")]
    public void Address_of_a_site_is_read_as_it_is_written(string text, string written)
    {
        var address = HostAddress.Parse(text);

        Assert.Equal(written, address.ToString());
        Assert.Equal(written, $"{address}");
        Assert.True(address is { IsOfSite: true, HoldsIPv4: true, IsIPv4: false, IsConnectable: true });

        // Where somebody has to write it as what it is.
        Assert.Equal(address, HostAddress.Parse(address.ToIPAddress().ToString()));
    }

    [Theory]
    [InlineData("@site-a")]
    [InlineData("10.1.2@site-a")]
    [InlineData("2001:db8::1@site-a")]
    [InlineData("10.1.2.3@site-a@site-b")]
    [InlineData("site-a@10.1.2.3")]
    public void Text_that_is_no_address_of_a_site_is_refused(string text) => Assert.False(HostAddress.TryParse(text, out _));

    [Fact]
    public void A_text_that_does_not_fit_is_not_cut()
    {
        var address = HostAddress.Parse("10.1.2.3@site-a");
        const int Length = 15;
        for (var room = 0; room < Length; room++) Assert.False(address.TryFormat(new char[room], out _, default, null));
        Assert.True(address.TryFormat(new char[Length], out var written, default, null));
        Assert.Equal(Length, written);
    }

    [Fact]
    public void Same_address_at_two_sites_is_two()
    {
        var (plain, a, b) = (HostAddress.Parse("10.1.2.3"), HostAddress.Parse("10.1.2.3@site-a"), HostAddress.Parse("10.1.2.3@site-b"));

        Assert.Equal(3, new HashSet<HostAddress> { plain, a, b }.Count);
        Assert.Equal(3, new HashSet<ulong> { plain.Hash(), a.Hash(), b.Hash() }.Count);
        Assert.Equal([plain, plain], [a.WithoutSite(), b.WithoutSite()]);
    }

    /// <summary>So that what is no site's is never shown as one's, and has one text.</summary>
    [Fact]
    public void Every_address_is_read_back_from_its_text_whatever_its_bits_are()
    {
        var (random, sites) = (new Random(7), 0);
        for (var i = 0; i < 20_000; i++)
        {
            var address = new HostAddress(0xF8UL << 56 | (ulong)random.NextInt64(1L << 56), (ulong)random.NextInt64(long.MaxValue));
            if (i % 4 == 0) address = new HostAddress(address.High & ~0UL << random.Next(1, 57), address.Low & uint.MaxValue);
            if (address.IsOfSite) sites++;
            Assert.Equal(address, HostAddress.Parse(address.ToString()));
            Assert.Equal(address.IsOfSite, address.ToString().Contains('@', StringComparison.Ordinal));
        }

        // Only what a name makes is one: of the others few have the bits of any.
        Assert.InRange(sites, 1, 2_000);
    }

    [Theory]
    [InlineData("10.1.0.0/16@site-a", "10.1.2.3@site-a", true)]
    [InlineData("10.1.0.0/16@site-a", "10.2.2.3@site-a", false)]
    [InlineData("10.1.0.0/16@site-a", "10.1.2.3@site-b", false)]
    [InlineData("10.1.0.0/16@site-a", "10.1.2.3", false)]
    [InlineData("10.1.0.0/16", "10.1.2.3@site-a", false)]
    [InlineData("0.0.0.0/0@site-a", "192.168.1.1@site-a", true)]
    [InlineData("0.0.0.0/0", "192.168.1.1@site-a", false)]
    [InlineData("10.1.2.3@site-a", "10.1.2.3@site-a", true)]
    public void A_prefix_holds_addresses_of_its_site_alone(string text, string address, bool expected)
    {
        Assert.True(AddressPrefix.TryParse(text, out var prefix));

        Assert.Equal(expected, prefix.Contains(HostAddress.Parse(address)));
        Assert.Equal(text, prefix.ToString());
    }

    [Theory]
    [InlineData("10.1.0.0/33@site-a")]
    [InlineData("10.1.0.0/@site-a")]
    [InlineData("10.1.0.0/16@")]
    [InlineData("2001:db8::/32@site-a")]
    [InlineData("10.1.0.0/16@site-a@site-b")]
    public void A_prefix_of_a_site_that_is_none_is_refused(string text) => Assert.False(AddressPrefix.TryParse(text, out _));

    [Fact]
    public void The_usual_network_of_a_host_is_one_of_its_site_and_ends_where_the_others_do()
    {
        var prefix = AddressPrefix.Usual(HostAddress.Parse("10.1.2.3@site-a"));

        Assert.Equal("10.1.2.0/24@site-a", prefix.ToString());
        Assert.Equal("10.1.2.255@site-a", prefix.Last.ToString());
    }

    [Fact]
    public void Prefixes_wider_than_a_site_are_written_as_what_they_are()
    {
        foreach (var text in (string[])["f800::/8", "f808::/16", "::/0", "2001:db8::/32"])
        {
            Assert.True(AddressPrefix.TryParse(text, out var prefix));
            Assert.Equal(text, prefix.ToString());
        }

        for (var bits = 0; bits <= AddressPrefix.AllBits; bits++)
        {
            var prefix = AddressPrefix.Around(HostAddress.Parse("10.1.2.3@site-a"), bits);
            Assert.True(AddressPrefix.TryParse(prefix.ToString(), out var again), prefix.ToString());
            Assert.Equal(prefix, again);
        }
    }

    [Fact]
    public void Lists_of_addresses_on_a_network_name_none_of_a_site()
    {
        Assert.False(AddressFilter.TryParse(["10.1.2.3@site-a"], out _, out var wrong));
        Assert.Equal("10.1.2.3@site-a", wrong);
    }
}
