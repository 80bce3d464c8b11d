using System.ComponentModel.DataAnnotations;
using RpcCollector.Options;

namespace RpcCollector.Tests.Options;

public sealed class HttpOptionsTests
{
    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.53")]
    [InlineData("::1")]
    [InlineData("::ffff:127.0.0.1")]
    public void Loopback_is_served_without_a_word(string address) => Assert.Empty(Problems(new HttpOptions { Address = address }));

    [Theory]
    [InlineData("*")]
    [InlineData("0.0.0.0")]
    [InlineData("::")]
    [InlineData("::ffff:0.0.0.0")]
    [InlineData("::ffff:192.0.2.1")]
    [InlineData("::127.0.0.1")]
    [InlineData("192.0.2.1")]
    [InlineData("10.0.0.1")]
    [InlineData("169.254.0.1")]
    [InlineData("2001:db8::1")]
    [InlineData("fe80::1")]
    [InlineData("128.0.0.1")]
    public void Whatever_others_reach_is_served_only_when_everybody_may_ask(string address)
    {
        var problem = Assert.Single(Problems(new HttpOptions { Address = address }));

        Assert.Contains("AllowAnonymous=true", problem.ErrorMessage, StringComparison.Ordinal);
        Assert.Empty(Problems(new HttpOptions { Address = address, AllowAnonymous = true }));
    }

    // A name may mean another machine, or another address tomorrow.
    [Theory]
    [InlineData("localhost")]
    [InlineData("sensor.example")]
    [InlineData("")]
    public void Name_is_no_address_to_serve_on(string address) =>
        Assert.Contains(
            "is not an IP address", Assert.Single(Problems(new HttpOptions { Address = address, AllowAnonymous = true })).ErrorMessage,
            StringComparison.Ordinal);

    [Fact]
    public void Each_item_of_Hosts_that_is_no_host_is_named()
    {
        var problems = Problems(new HttpOptions { Hosts = ["sensor.example", "*", "sensor.example:8055"] });

        Assert.Equal(["Hosts:1", "Hosts:2"], problems.Select(problem => Assert.Single(problem.MemberNames)));
    }

    private static List<ValidationResult> Problems(HttpOptions options) => [.. options.Validate(new ValidationContext(options))];
}
