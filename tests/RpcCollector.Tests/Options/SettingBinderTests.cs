using Microsoft.Extensions.Configuration;
using RpcCollector.Options;

namespace RpcCollector.Tests.Options;

public class SettingBinderTests
{
    [Fact]
    public void Nothing_given_means_the_defaults_without_errors()
    {
        var (options, errors) = Bind();

        Assert.Empty(errors);
        Assert.Equal(["*:2055", "*:4739", "*:9995"], options.Udp.Listen);
        Assert.Equal(64 * 1024 * 1024, options.Udp.ReceiveBufferBytes);
        Assert.Equal(TimeSpan.FromSeconds(2), options.Detection.Join.Window);
        Assert.Equal(Math.Max(1, Environment.ProcessorCount / 2), options.Detection.NumShards);
    }

    [Fact]
    public void Every_mistake_is_reported_at_once_and_names_its_setting()
    {
        var (_, errors) = Bind(
            ("RpcCollector:Udp:Listen:0", "nonsense"),
            ("RpcCollector:Udp:Listen:1", "*:70000"),
            ("RpcCollector:Udp:RecieveBufferBytes", "65536"),
            ("RpcCollector:Udp:MaxDatagramBytes", "12"),
            ("RpcCollector:Detection:Shards", "many"),
            ("RpcCollector:Detection:Join:Window", "2"),
            ("RpcCollector:Detection:Join:ExcludedEndpointPorts", "1-"),
            ("RpcCollector:Store:Enabled", "perhaps"),
            ("RpcCollector:Http:Address", "here"));

        Assert.Collection(
            errors.Order(StringComparer.Ordinal),
            error => Assert.StartsWith("RpcCollector:Detection:Join:ExcludedEndpointPorts: '1-' is not a list of ports", error),
            error => Assert.StartsWith("RpcCollector:Detection:Join:Window: '2' is not a time span", error),
            error => Assert.Equal("RpcCollector:Detection:Shards: 'many' is not a whole number (0 to 256 threads)", error),
            error => Assert.StartsWith("RpcCollector:Http:Address: 'here' is not an IP address", error),
            error => Assert.Equal("RpcCollector:Store:Enabled: 'perhaps' is not true or false", error),
            error => Assert.StartsWith("RpcCollector:Udp:Listen:0: 'nonsense' is not an endpoint", error),
            error => Assert.StartsWith("RpcCollector:Udp:Listen:1: '*:70000' is not an endpoint", error),
            error => Assert.Equal("RpcCollector:Udp:MaxDatagramBytes: 12 is out of bounds (512 to 65535 bytes)", error),
            error => Assert.Equal(
                "RpcCollector:Udp:RecieveBufferBytes: no such setting; did you mean RpcCollector:Udp:ReceiveBufferBytes?", error));
    }

    [Fact]
    public void Each_wrong_entry_of_the_lists_of_exporters_is_named()
    {
        var (_, errors) = Bind(
            ("RpcCollector:Flows:AllowedExporters:0", "192.0.2.0/24"), ("RpcCollector:Flows:AllowedExporters:1", "router1"),
            ("RpcCollector:Flows:AllowedExporters:2", "192.0.2.0/33"),
            ("RpcCollector:Flows:TrustedForwarders", "2001:db8::/32, here"));

        Assert.Collection(
            errors,
            error => Assert.StartsWith("RpcCollector:Flows:AllowedExporters:1: 'router1' is neither an address nor a prefix", error),
            error => Assert.StartsWith("RpcCollector:Flows:AllowedExporters:2: '192.0.2.0/33' is neither", error),
            error => Assert.StartsWith("RpcCollector:Flows:TrustedForwarders:1: 'here' is neither", error));
    }

    [Fact]
    public void Setting_in_the_wrong_section_is_told_where_it_belongs()
    {
        var (_, errors) = Bind(("RpcCollector:Window", "00:00:03"));

        Assert.Equal(["RpcCollector:Window: no such setting; did you mean RpcCollector:Detection:Join:Window?"], errors);
    }

    [Theory]
    [InlineData("http://localhost:4317")]
    [InlineData("")]
    public void Setting_that_is_gone_is_refused_with_what_to_do_instead(string value)
    {
        var (_, errors) = Bind(("RpcCollector:Metrics:OtlpEndpoint", value));

        Assert.Equal(
            ["RpcCollector:Metrics:OtlpEndpoint: no such setting any more: metrics are no longer pushed over OTLP; have /metrics scraped"],
            errors);
    }

    [Fact]
    public void List_replaces_its_default_whether_numbered_or_in_one_value()
    {
        Assert.Equal(
            ["127.0.0.1:1", "[::1]:2"],
            Bind(("RpcCollector:Udp:Listen:0", "127.0.0.1:1"), ("RpcCollector:Udp:Listen:1", "[::1]:2")).Options.Udp.Listen);
        Assert.Equal(["127.0.0.1:1", "[::1]:2"], Bind(("RpcCollector:Udp:Listen", "127.0.0.1:1, [::1]:2")).Options.Udp.Listen);
    }

    [Fact]
    public void Listening_nowhere_or_twice_on_one_endpoint_is_a_mistake()
    {
        Assert.Contains(
            "RpcCollector:Udp:Listen: needs at least one endpoint", Assert.Single(Bind(("RpcCollector:Udp:Listen", "")).Errors));
        Assert.Equal(["RpcCollector:Udp:Listen:1: '*:2055' is listed twice"], Bind(("RpcCollector:Udp:Listen", "*:2055,*:2055")).Errors);
    }

    [Theory]
    [InlineData("00:00:00.1", 0.1)]
    [InlineData("01:00:00", 3600)]
    public void Bounds_are_accepted_themselves(string window, double seconds)
    {
        var (options, errors) = Bind(("RpcCollector:Detection:Join:Window", window));

        Assert.Empty(errors);
        Assert.Equal(seconds, options.Detection.Join.Window.TotalSeconds);
    }

    [Fact]
    public void Names_are_told_apart_by_spelling_not_by_case()
    {
        var (options, errors) = Bind(("rpccollector:UDP:receivebufferbytes", "65536"));

        Assert.Empty(errors);
        Assert.Equal(65_536, options.Udp.ReceiveBufferBytes);
    }

    private static (CollectorOptions Options, IReadOnlyList<string> Errors) Bind(params (string Key, string Value)[] settings) =>
        SettingBinder.Bind(
            new ConfigurationBuilder()
                .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create<string, string?>(setting.Key, setting.Value)))
                .Build());
}
