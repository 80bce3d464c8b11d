using System.Net;
using RpcCollector.Http.Access;
using RpcCollector.Options;

namespace RpcCollector.Tests.Http.Access;

public sealed class ServedHostsTests
{
    private readonly ServedHosts _hosts = new(new HttpOptions { Hosts = ["sensor.example", "https://secure.example", "203.0.113.9"] });

    [Theory]
    [InlineData("localhost", "127.0.0.1")]
    [InlineData("localhost:1234", "::1")]
    [InlineData("127.0.0.1", "127.0.0.1")]
    [InlineData("127.0.0.1", "::ffff:127.0.0.1")]
    [InlineData("[::1]", "::1")]
    [InlineData("[::1]", "127.0.0.1")]
    [InlineData("192.0.2.1:8055", "192.0.2.1")]
    [InlineData("192.0.2.1", "::ffff:192.0.2.1")]
    [InlineData("[2001:db8::1]", "2001:db8::1")]
    [InlineData("Sensor.Example.", "192.0.2.1")]
    [InlineData("secure.example", "127.0.0.1")]
    [InlineData("203.0.113.9", "10.0.0.1")]
    public void Hosts_that_are_ours_are_known(string host, string local) => Assert.True(Knows(host, local));

    [Theory]
    [InlineData("evil.example", "127.0.0.1")]
    [InlineData("localhost.evil.example", "127.0.0.1")]
    [InlineData("evil.localhost", "127.0.0.1")]
    [InlineData("sensor.example.evil", "127.0.0.1")]
    [InlineData("sensor", "127.0.0.1")]
    [InlineData("localhost", "192.0.2.1")] // somebody's name for another machine
    [InlineData("127.0.0.1", "192.0.2.1")]
    [InlineData("[::1]", "2001:db8::1")]
    [InlineData("192.0.2.2", "192.0.2.1")]
    [InlineData("192.0.2.1", "127.0.0.1")]
    [InlineData("0.0.0.0", "127.0.0.1")]
    [InlineData("[::]", "::1")]
    [InlineData("169.254.169.254", "127.0.0.1")]
    public void Hosts_that_are_not_ours_are_foreign(string host, string local) => Assert.False(Knows(host, local));

    [Theory]
    [InlineData("http://127.0.0.1:8055", "127.0.0.1:8055")]
    [InlineData("HTTP://LOCALHOST:8055", "localhost:8055")]
    [InlineData("http://sensor.example", "sensor.example")]
    [InlineData("http://sensor.example:80", "sensor.example")]
    [InlineData("http://[::1]:8055", "[::1]:8055")]
    [InlineData("https://secure.example", "secure.example")]
    [InlineData("https://secure.example:8443", "secure.example:8443")]
    [InlineData("http://secure.example", "secure.example")]
    public void Pages_of_the_host_that_is_asked_are_of_its_origin(string origin, string host) => Assert.True(IsOwn(origin, host));

    [Theory]
    [InlineData("null", "127.0.0.1:8055")]
    [InlineData("", "127.0.0.1:8055")]
    [InlineData("http://evil.example", "127.0.0.1:8055")]
    [InlineData("http://127.0.0.1:8056", "127.0.0.1:8055")]
    [InlineData("http://127.0.0.1", "127.0.0.1:8055")]
    [InlineData("http://localhost:8055", "127.0.0.1:8055")]
    [InlineData("https://127.0.0.1:8055", "127.0.0.1:8055")]
    [InlineData("https://sensor.example", "sensor.example")]
    [InlineData("http://sensor.example", "secure.example")]
    [InlineData("http://127.0.0.1:8055/", "127.0.0.1:8055")]
    [InlineData("http://127.0.0.1:8055 http://evil.example", "127.0.0.1:8055")]
    [InlineData("http://user@127.0.0.1:8055", "127.0.0.1:8055")]
    [InlineData("chrome-extension://abcdefgh", "127.0.0.1:8055")]
    [InlineData("file://", "127.0.0.1:8055")]
    public void Pages_of_others_are_of_a_foreign_origin(string origin, string host) => Assert.False(IsOwn(origin, host));

    private bool Knows(string host, string local) =>
        Authority.TryParse(host, out var authority) && _hosts.Knows(authority, IPAddress.Parse(local));

    [Theory]
    [InlineData("https://127.0.0.1:8055", true)]
    [InlineData("http://127.0.0.1:8055", false)]
    public void Pages_that_are_served_over_TLS_are_of_an_origin_of_https(string origin, bool isOwn)
    {
        Assert.True(Authority.TryParse("127.0.0.1:8055", out var host));
        Assert.Equal(isOwn, _hosts.IsOwnOrigin(origin, host, isTls: true));
    }

    private bool IsOwn(string origin, string host) =>
        Authority.TryParse(host, out var authority) && _hosts.IsOwnOrigin(origin, authority, isTls: false);
}
