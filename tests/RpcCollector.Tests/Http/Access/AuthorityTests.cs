using RpcCollector.Options;

namespace RpcCollector.Tests.Http.Access;

public sealed class AuthorityTests
{
    [Theory]
    [InlineData("sensor.example", "sensor.example")]
    [InlineData("SENSOR.Example.:8055", "sensor.example:8055")]
    [InlineData("localhost:", "localhost")]
    [InlineData("127.0.0.1:8055", "127.0.0.1:8055")]
    [InlineData("127.0.0.1.", "127.0.0.1")]
    [InlineData("[::1]:80", "[::1]:80")]
    [InlineData("[0:0:0:0:0:0:0:1]", "[::1]")]
    [InlineData("[2001:DB8::7]", "[2001:db8::7]")]
    [InlineData("[::ffff:127.0.0.1]:8055", "127.0.0.1:8055")]
    [InlineData("a_b-c.example", "a_b-c.example")]
    public void Host_is_read_in_one_form(string text, string form)
    {
        Assert.True(Authority.TryParse(text, out var authority));
        Assert.Equal(form, authority.ToString());
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData(".")]
    [InlineData("a..b")]
    [InlineData("sensor..")]
    [InlineData(".sensor")]
    [InlineData(":8055")]
    [InlineData("sensor:0")]
    [InlineData("sensor:65536")]
    [InlineData("sensor:+80")]
    [InlineData("sensor:80:80")]
    [InlineData("user@sensor")]
    [InlineData("sensor/path")]
    [InlineData("sensor,evil")]
    [InlineData("sensor evil")]
    [InlineData("sénsor")]
    [InlineData("sensor%2e")]
    [InlineData("::1")]
    [InlineData("[::1")]
    [InlineData("[]")]
    [InlineData("[::1]8055")]
    [InlineData("[fe80::1%eth0]")]
    [InlineData("[127.0.0.1]")]
    [InlineData("127.1")]
    [InlineData("127.0.0.01")]
    [InlineData("0x7f.0.0.1")]
    [InlineData("0x7f000001")]
    [InlineData("2130706433")]
    [InlineData("256.0.0.1")]
    [InlineData("sensor.1")]
    public void What_is_no_host_is_not_read(string? text) => Assert.False(Authority.TryParse(text, out _));

    [Fact]
    public void Host_longer_than_a_name_can_be_is_not_read() =>
        Assert.False(Authority.TryParse(string.Join('.', Enumerable.Repeat("label", 100)), out _));

    [Theory]
    [InlineData("sensor.example", false)]
    [InlineData("https://sensor.example", true)]
    [InlineData("192.0.2.7", false)]
    [InlineData("2001:db8::7", false)]
    [InlineData("[2001:db8::7]", false)]
    public void Item_of_Hosts_is_a_name_or_an_address(string text, bool isSecure)
    {
        Assert.True(HttpHost.TryParse(text, out var host));
        Assert.Equal(isSecure, host.IsSecure);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("*.example")]
    [InlineData("http://sensor.example")]
    [InlineData("https://sensor.example/")]
    [InlineData("sensor.example:8055")]
    [InlineData("")]
    public void Item_of_Hosts_that_would_let_others_in_or_is_no_host_is_refused(string text) =>
        Assert.False(HttpHost.TryParse(text, out _));
}
