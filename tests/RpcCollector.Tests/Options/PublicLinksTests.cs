using System.ComponentModel.DataAnnotations;
using RpcCollector.Options;

namespace RpcCollector.Tests.Options;

public sealed class PublicLinksTests
{
    [Theory]
    [InlineData("", "/#/incidents/0000000000000007")]
    [InlineData("https://sensor.example", "https://sensor.example/#/incidents/0000000000000007")]
    [InlineData("https://sensor.example/", "https://sensor.example/#/incidents/0000000000000007")]
    [InlineData("HTTPS://Sensor.Example:8443/rpc/", "https://sensor.example:8443/rpc/#/incidents/0000000000000007")]
    [InlineData("http://192.0.2.1:8055/a/b", "http://192.0.2.1:8055/a/b/#/incidents/0000000000000007")]
    [InlineData("http://[2001:db8::1]:8055", "http://[2001:db8::1]:8055/#/incidents/0000000000000007")]
    public void Link_begins_with_the_address_that_readers_use(string url, string link)
    {
        Assert.True(PublicLinks.TryParse(url, out var links));
        Assert.Equal(link, links.OfIncident(7));
        Assert.Equal(url.Length > 0, links.AreAbsolute);
    }

    [Fact]
    public void Finding_has_a_link_of_its_own()
    {
        Assert.True(PublicLinks.TryParse("https://sensor.example/rpc", out var links));
        Assert.Equal("https://sensor.example/rpc/#/findings/001fffffffffffff", links.OfFinding(9_007_199_254_740_991));
    }

    [Fact]
    public void Programs_have_a_link_into_the_API()
    {
        Assert.True(PublicLinks.TryParse("https://sensor.example/rpc/", out var links));
        Assert.Equal("https://sensor.example/rpc/api/v1/incidents/0000000000000007", links.ResourceOfIncident(7));
    }

    [Theory]
    [InlineData("sensor.example")]
    [InlineData("/rpc")]
    [InlineData("//sensor.example")]
    [InlineData("ftp://sensor.example")]
    [InlineData("file:///etc/passwd")]
    [InlineData("javascript:alert(1)")]
    [InlineData("http:sensor.example")]
    [InlineData("http://")]
    [InlineData("http:///rpc")]
    [InlineData("http://me@sensor.example")]
    [InlineData("http://me:secret@sensor.example")]
    [InlineData("http://@sensor.example")]
    [InlineData("http://sensor.example/?")]
    [InlineData("http://sensor.example/?a=b")]
    [InlineData("http://sensor.example/#a")]
    [InlineData("http://sensor.example:0/")]
    [InlineData("http://sensor.example:65536/")]
    [InlineData("http://sensor.example/a b")]
    [InlineData(" http://sensor.example")]
    [InlineData("http://sensor.example\n")]
    [InlineData("http://sensor.example\\rpc")]
    [InlineData("http://sensor.example/<b>")]
    [InlineData("http://sensor.example/{{ .Labels }}")]
    public void What_is_no_address_to_link_to_is_one_problem_that_names_the_setting(string url)
    {
        var options = new HttpOptions { PublicUrl = url };

        var problem = Assert.Single(options.Validate(new ValidationContext(options)));

        Assert.Equal(["PublicUrl"], problem.MemberNames);
        Assert.Equal("/#/incidents/0000000000000007", PublicLinks.Of(options).OfIncident(7));
    }

    [Fact]
    public void Address_of_any_length_is_no_link() =>
        Assert.False(PublicLinks.TryParse($"http://sensor.example/{new string('a', 1_000)}", out _));
}
