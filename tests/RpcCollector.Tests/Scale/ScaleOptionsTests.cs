using Microsoft.Extensions.Configuration;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Tests.Scale;

public sealed class ScaleOptionsTests
{
    [Theory]
    [InlineData("Role=sensor", "Scale:Nats:Urls: the role sensor needs a broker")]
    [InlineData("Role=judge", "Scale:Nats:Urls: the role judge needs a broker")]
    [InlineData("Role=both", "Scale:Role: 'both' is not one of all, sensor, correlator, judge")]
    [InlineData("Name=a b", "Scale:Name: 'a b' is no name; write letters, digits, '-' and '_', at most 58")]
    [InlineData("Name=site.a", "Scale:Name: 'site.a' is no name")]
    [InlineData("Name=*", "Scale:Name: '*' is no name")]
    [InlineData("Name=a-name-that-is-longer-than-the-58-signs-that-a-sensor-may-have", "Scale:Name: 'a-name-that-is-longer-than")]
    [InlineData("Partitions=257", "Scale:Partitions: 257 is out of bounds")]
    [InlineData("Nats:Urls:0=http://host:1", "Scale:Nats:Urls:0: 'http://host:1' is no server of NATS")]
    [InlineData("Nats:Urls:0=nats://user:secret@host:1", "Scale:Nats:Urls:0: it must not name a user")]
    [InlineData("Nats:CertificateFile=own.pem", "Scale:Nats:CertificateFile, RpcCollector:Scale:Nats:CertificateKeyFile: both of them")]
    [InlineData("Site=oslo", "Scale:Site: the role all has no site; sensors have")]
    [InlineData("Nats:LeafDomain=oslo", "Scale:Nats:LeafDomain: the role all has no leaf; sensors have")]
    [InlineData("Nats:Leaves:0=oslo", "Scale:Nats:Leaves: the role all takes from no leaves; a judge has the hubs do so")]
    [InlineData("SiteNetworks:0=10.0.0.0/8", "Scale:SiteNetworks: without a Site no networks are a site's own")]
    [InlineData("SharedNetworks:0=10.0.0.0/8", "Scale:SharedNetworks: without a Site no networks are a site's own")]
    public void Wrong_setting_is_one_line_that_names_it(string setting, string expected)
    {
        var problem = Assert.Single(Problems(setting));

        Assert.StartsWith("RpcCollector:" + expected, problem, StringComparison.Ordinal);
        Assert.DoesNotContain("secret", problem, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("correlator", "Zeek:Folders")]
    [InlineData("judge", "Suricata:Files")]
    public void Logs_are_followed_by_sensors_alone(string role, string setting)
    {
        var problem = Assert.Single(Problems($"Role={role}", "Nats:Urls:0=nats://host:4222", $"../{setting}:0=/logs"));

        Assert.StartsWith($"RpcCollector:{setting}: only a sensor, or a process with Scale:Role=all", problem, StringComparison.Ordinal);
        Assert.Empty(Problems("Role=sensor", "Nats:Urls:0=nats://host:4222", $"../{setting}:0=/logs"));
    }

    [Theory]
    [InlineData("nats://127.0.0.1:4222")]
    [InlineData("tls://nats.example")]
    public void Sensor_with_a_broker_is_valid(string url) => Assert.Empty(Problems("Role=sensor", $"Nats:Urls:0={url}"));

    [Theory]
    [InlineData("judge", "Site=oslo", "Scale:Site: the role judge has no site")]
    [InlineData("correlator", "Site=oslo", "Scale:Site: the role correlator has no site")]
    [InlineData("sensor", "Site=-oslo", "Scale:Site: '-oslo' is no name of a site")]
    [InlineData("sensor", "Site=os lo", "Scale:Site: 'os lo' is no name of a site")]
    [InlineData("sensor", "Site=a-site-of-17-long", "Scale:Site: 'a-site-of-17-long' is no name of a site")]
    [InlineData("sensor", "SiteNetworks:0=fd00::/8", "Scale:SiteNetworks: 'fd00::/8' is neither an IPv4 address nor a prefix")]
    [InlineData("sensor", "SiteNetworks:0=10.0.0.0/8@oslo", "Scale:SiteNetworks: '10.0.0.0/8@oslo' is neither an IPv4 address")]
    [InlineData("sensor", "SharedNetworks:0=ten", "Scale:SharedNetworks: 'ten' is neither an IPv4 address nor a prefix")]
    public void Wrong_site_is_one_line(string role, string setting, string expected) => Assert.StartsWith(
        "RpcCollector:" + expected, Assert.Single(Problems($"Role={role}", "Nats:Urls:0=nats://host:4222", setting)),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("judge", "Nats:LeafDomain=oslo", "Scale:Nats:LeafDomain: the role judge has no leaf")]
    [InlineData("correlator", "Nats:Leaves:0=oslo", "Scale:Nats:Leaves: the role correlator takes from no leaves")]
    [InlineData("sensor", "Nats:Leaves:0=oslo", "Scale:Nats:Leaves: the role sensor takes from no leaves")]
    [InlineData("sensor", "Nats:LeafDomain=os.lo", "Scale:Nats:LeafDomain: 'os.lo' is no domain; write letters, digits, '-' and '_'")]
    [InlineData("sensor", "Nats:LeafDomain=a-domain-that-has-more-than-32-signs", "Scale:Nats:LeafDomain: 'a-domain-that-has-more-than")]
    [InlineData("sensor", "Nats:LeafDomain=oslo", "Scale:Name: 'rome-1' is no name of a sensor at the leaf oslo", "Name=rome-1")]
    [InlineData("sensor", "Nats:LeafDomain=oslo", "Scale:Name: 'oslo2' is no name of a sensor at the leaf oslo", "Name=oslo2")]
    [InlineData("judge", "Nats:Leaves:0=*", "Scale:Nats:Leaves:0: '*' is no domain")]
    public void Wrong_leaf_is_one_line(string role, string setting, string expected, string other = "Name=x") => Assert.StartsWith(
        "RpcCollector:" + expected, Assert.Single(Problems($"Role={role}", "Nats:Urls:0=nats://host:4222", setting, other)),
        StringComparison.Ordinal);

    [Fact]
    public void Leaf_of_a_sensor_and_leaves_of_a_judge_are_valid_each_once()
    {
        Assert.Empty(Problems("Role=sensor", "Nats:Urls:0=nats://h:4222", "Nats:LeafDomain=Oslo_2-a", "Name=Oslo_2-a"));
        Assert.Empty(Problems("Role=sensor", "Nats:Urls:0=nats://h:4222", "Nats:LeafDomain=oslo", "Name=oslo-1"));
        Assert.Empty(Problems("Role=judge", "Nats:Urls:0=nats://h:4222", "Nats:Leaves:0=oslo", "Nats:Leaves:1=Oslo"));
        Assert.StartsWith(
            "RpcCollector:Scale:Nats:Leaves:1: 'oslo' is there twice",
            Assert.Single(Problems("Role=judge", "Nats:Urls:0=nats://h:4222", "Nats:Leaves:0=oslo", "Nats:Leaves:1=oslo")),
            StringComparison.Ordinal);
    }

    [Fact]
    public void Sensor_with_a_site_has_its_networks()
    {
        Assert.Empty(Problems(
            "Role=sensor", "Nats:Urls:0=nats://h:4222", "Site=Oslo-2", "SiteNetworks:0=10.0.0.0/8", "SharedNetworks:0=10.9.9.9"));
        Assert.Null(new ScaleOptions().FindSite());
        var site = new ScaleOptions { Site = "Oslo-2", SharedNetworks = ["10.9.9.9"] }.FindSite()!;

        Assert.Equal(
            ["10.0.0.1@oslo-2", "192.168.0.1@oslo-2", "10.9.9.9", "192.0.2.1"],
            ((string[])["10.0.0.1", "192.168.0.1", "10.9.9.9", "192.0.2.1"])
                .Select(text => site.Place(HostAddress.Parse(text)).ToString()));
    }

    private static IReadOnlyList<string> Problems(params string[] settings)
    {
        var values = settings.Select(setting => setting.Split('=', 2)).ToDictionary(
            pair => pair[0].StartsWith("../", StringComparison.Ordinal) ? $"RpcCollector:{pair[0][3..]}" : $"RpcCollector:Scale:{pair[0]}",
            pair => (string?)pair[1]);
        return SettingBinder.Bind(new ConfigurationBuilder().AddInMemoryCollection(values).Build()).Errors;
    }
}
