using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using RpcCollector.Options;
using RpcCollector.Tests.Commands;

namespace RpcCollector.Tests.Options;

/// <summary>What image and compose say of HTTP fits what asks them.</summary>
public sealed partial class DeliveredSettingsTests
{
    [Fact]
    public void Image_starts_and_knows_the_hosts_by_which_a_published_port_is_reached()
    {
        var options = Bound(Read("Dockerfile"));

        Assert.True(options.AllowAnonymous);
        Assert.Null(options.Endpoint.Address);
        Assert.Equal(["localhost", "127.0.0.1", "[::1]"], options.Hosts);
    }

    [Fact]
    public void Compose_names_the_host_by_which_its_Prometheus_asks_and_publishes_on_loopback_alone()
    {
        var text = Read("docker/compose.yaml");
        var target = Target().Match(Read("docker/prometheus/targets/collector.yml"));

        var options = Bound(text);

        Assert.True(options.AllowAnonymous);
        Assert.Contains(target.Groups["host"].Value, options.Hosts);
        Assert.Contains("\"127.0.0.1:8055:8055\"", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_in_the_network_of_the_host_serves_this_machine_alone()
    {
        var options = Bound(Read("docker/compose.host.yaml"));

        Assert.False(options.AllowAnonymous);
        Assert.Equal("127.0.0.1", options.Address);
    }

    private static HttpOptions Bound(string text)
    {
        var settings = Variable().Matches(text)
            .ToDictionary(
                match => match.Groups["name"].Value.Replace("__", ":", StringComparison.Ordinal),
                match => (string?)match.Groups["value"].Value);
        var (options, errors) = SettingBinder.Bind(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
        Assert.Empty(errors);
        return options.Http;
    }

    private static string Read(string path) => File.ReadAllText(Path.Combine(CollectorProgram.RepositoryRoot(), path));

    // An ENV of the Dockerfile, or a line of an environment in compose; comments begin with #.
    [GeneratedRegex(
        "^ +(?<name>RpcCollector__Http__\\w+)(=|: )\"?(?<value>[^\"\\s]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Variable();

    [GeneratedRegex("targets: \\[\"(?<host>[^:\"]+):", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Target();
}
