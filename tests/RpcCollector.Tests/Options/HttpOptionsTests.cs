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
    public void Whatever_others_reach_is_served_only_when_the_settings_say_how_it_is_guarded(string address)
    {
        var problem = Assert.Single(Problems(new HttpOptions { Address = address }));

        foreach (var way in (string[])["Tls:Certificate", "Proxy:Addresses", "AllowPlainLogin=true", "AllowAnonymous=true"])
            Assert.Contains(way, problem.ErrorMessage, StringComparison.Ordinal);
        var (overTls, proxied) = (new HttpOptions { Address = address }, new HttpOptions { Address = address });
        overTls.Tls.Certificate = "sensor.pem";
        proxied.Proxy.Addresses = ["192.0.2.7"];
        Assert.Empty(Problems(overTls));
        Assert.Empty(Problems(proxied));
        Assert.Empty(Problems(new HttpOptions { Address = address, AllowPlainLogin = true }));
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

    [Fact]
    public void Everybody_cannot_be_let_in_and_have_to_log_in() =>
        Assert.Equal(
            ["Login"], Assert.Single(Problems(new HttpOptions { AllowAnonymous = true, Login = HttpLogin.Always })).MemberNames);

    [Fact]
    public void Login_that_would_never_be_idle_for_so_long_is_named() =>
        Assert.Equal(
            ["SessionIdle"],
            Assert.Single(Problems(new HttpOptions { SessionLifetime = TimeSpan.FromHours(1) })).MemberNames);

    [Fact]
    public void Each_setting_of_a_proxy_that_makes_no_sense_is_named()
    {
        Assert.Equal(["Addresses"], Names(new HttpProxyOptions { Addresses = ["proxy.example"] }));
        Assert.Equal(["Addresses"], Names(new HttpProxyOptions { Addresses = ["0.0.0.0/0"] }));
        Assert.Equal(["Addresses"], Names(new HttpProxyOptions { Addresses = ["10.0.0.1", "::/0"] }));
        Assert.Equal(["UserHeader"], Names(new HttpProxyOptions { UserHeader = "X-Remote-User" }));
        Assert.Equal(["UserHeader"], Names(new HttpProxyOptions { Addresses = ["10.0.0.1"], UserHeader = "X Remote" }));
        Assert.Equal(["UserHeader"], Names(new HttpProxyOptions { Addresses = ["10.0.0.1"], UserHeader = "Host" }));
        Assert.Equal(["UserHeader"], Names(new HttpProxyOptions { Addresses = ["10.0.0.1"], UserHeader = "authorization" }));
        Assert.Equal(["GroupsHeader"], Names(new HttpProxyOptions { Addresses = ["10.0.0.1"], GroupsHeader = "X-Groups" }));
        Assert.Equal(["Roles"], Names(new HttpProxyOptions { Roles = ["soc=analyst"] }));
        var wrong = new HttpProxyOptions { Addresses = ["10.0.0.1"], UserHeader = "X-User", GroupsHeader = "X-Groups" };
        wrong.Roles = ["soc=analyst", "soc=boss", "=admin", "soc", "soc=None", "soc=3", "cn=soc,ou=x=admin"];
        Assert.Equal(["Roles:1", "Roles:2", "Roles:3", "Roles:4", "Roles:5"], Names(wrong));

        static string[] Names(HttpProxyOptions options) =>
            [.. options.Validate(new ValidationContext(options)).SelectMany(problem => problem.MemberNames)];
    }

    [Fact]
    public void Settings_of_TLS_without_a_certificate_are_named()
    {
        var options = new HttpTlsOptions { Key = "key.pem", Hsts = true };

        Assert.Equal(
            ["Key", "Hsts"], options.Validate(new ValidationContext(options)).SelectMany(problem => problem.MemberNames));
    }

    private static List<ValidationResult> Problems(HttpOptions options) => [.. options.Validate(new ValidationContext(options))];
}
