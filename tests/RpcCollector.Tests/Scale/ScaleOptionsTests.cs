using Microsoft.Extensions.Configuration;
using RpcCollector.Options;

namespace RpcCollector.Tests.Scale;

public sealed class ScaleOptionsTests
{
    [Theory]
    [InlineData("Role=sensor", "Scale:Nats:Urls: the role sensor needs a broker")]
    [InlineData("Role=judge", "Scale:Nats:Urls: the role judge needs a broker")]
    [InlineData("Role=both", "Scale:Role: 'both' is not one of all, sensor, correlator, judge")]
    [InlineData("Name=a b", "Scale:Name: 'a b' is no name")]
    [InlineData("Partitions=257", "Scale:Partitions: 257 is out of bounds")]
    [InlineData("Nats:Urls:0=http://host:1", "Scale:Nats:Urls:0: 'http://host:1' is no server of NATS")]
    [InlineData("Nats:Urls:0=nats://user:secret@host:1", "Scale:Nats:Urls:0: it must not name a user")]
    [InlineData("Nats:CertificateFile=own.pem", "Scale:Nats:CertificateFile, RpcCollector:Scale:Nats:CertificateKeyFile: both of them")]
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

    private static IReadOnlyList<string> Problems(params string[] settings)
    {
        var values = settings.Select(setting => setting.Split('=', 2)).ToDictionary(
            pair => pair[0].StartsWith("../", StringComparison.Ordinal) ? $"RpcCollector:{pair[0][3..]}" : $"RpcCollector:Scale:{pair[0]}",
            pair => (string?)pair[1]);
        return SettingBinder.Bind(new ConfigurationBuilder().AddInMemoryCollection(values).Build()).Errors;
    }
}
