using RpcCollector.Options;
using RpcCollector.Tests.Captures;
using RpcCollector.Tests.Commands;

namespace RpcCollector.Tests.Options;

public class StraySettingsTests
{
    [Theory]
    [InlineData("""{ "Udp": { "Listen": ["*:2055"] } }""", "Udp:Listen", "RpcCollector:Udp:Listen")]
    [InlineData("""{ "Http": { "Port": 80 } }""", "Http:Port", "RpcCollector:Http:Port")]
    [InlineData("""{ "Port": 80 }""", "Port", "RpcCollector:Http:Port")]
    [InlineData("""{ "RpcColector": { "Http": { "Port": 80 } } }""", "RpcColector:Http:Port", "RpcCollector:Http:Port")]
    [InlineData("""{ "AllowedHosts": "*" }""", "AllowedHosts", "RpcCollector:Http:Hosts")]
    [InlineData("""{ "Loging": { "LogLevel": { "Default": "Debug" } } }""", "Loging:LogLevel:Default", "Logging:LogLevel:Default")]
    [InlineData("""{ "Kestrel": { "Endpoints": { "A": { "Url": "http://*:1" } } } }""", "Kestrel:Endpoints:A:Url", "below RpcCollector")]
    [InlineData("""{ "Serilog": { "Using": [ "File", "Console" ] } }""", "Serilog:Using", "below RpcCollector")]
    public async Task A_setting_of_a_file_outside_its_section_is_refused_in_one_line_with_the_nearest_name(
        string file, string named, string meant)
    {
        using var folder = new TemporaryFolder();
        folder.Write("appsettings.json", System.Text.Encoding.UTF8.GetBytes(file));

        var outcome = await CollectorProgram.RunAsync([], folder.Path, ["check"]);

        Assert.Equal((2, ""), (outcome.ExitCode, outcome.Output));
        var line = Assert.Single(outcome.ErrorLines);
        Assert.StartsWith($"{named}: no such setting, in appsettings.json; ", line);
        Assert.Contains(meant, line);
    }

    [Theory]
    [InlineData("""{ "$schema": "https://json.schemastore.org/appsettings.json" }""")]
    [InlineData("""{ "Logging": { "LogLevel": { "Default": "Information", "Microsoft.AspNetCore": "Warning" } } }""")]
    [InlineData("""{ "logging": { "console": { "formatterName": "Json", "LogToStandardErrorThreshold": "Error" } } }""")]
    [InlineData("""{ "Logging": { "Console": { "LogLevel": { "Default": "None" } } }, "rpccollector": { "http": { "port": 80 } } }""")]
    [InlineData("{ }")]
    public async Task What_is_heeded_is_accepted(string file)
    {
        using var folder = new TemporaryFolder();
        folder.Write("appsettings.json", System.Text.Encoding.UTF8.GetBytes(file));

        var outcome = await CollectorProgram.RunAsync([], folder.Path, ["check"]);

        Assert.Equal((0, ""), (outcome.ExitCode, outcome.Error));
    }

    [Theory]
    [InlineData(
        "--Logging:Console:FormatterName=jsn",
        "Logging:Console:FormatterName: 'jsn' is not one of simple, json, systemd; did you mean json?")]
    [InlineData(
        "--Logging:Console:Formatter=json", "Logging:Console:Formatter: no such setting; did you mean Logging:Console:FormatterName?")]
    [InlineData(
        "--Logging:LogLevel:Default=Informaton",
        "Logging:LogLevel:Default: 'Informaton' is not one of Trace, Debug, Information, Warning, Error, Critical, None; did you mean " +
        "Information?")]
    [InlineData("--Logging:Console:FormatterOptions:SingleLine=false", "Logging:Console:FormatterOptions:SingleLine: no such setting")]
    [InlineData(
        "--Logging:EventLog:LogLevel:Default=Debug",
        "Logging:EventLog:LogLevel:Default: no such setting; did you mean Logging:Console:LogLevel:Default?")]
    [InlineData(
        "--Loging:LogLevel:Default=Debug", "RpcCollector:Loging:LogLevel:Default: no such setting; did you mean Logging:LogLevel:Default?")]
    public async Task What_is_not_heeded_of_the_log_is_refused(string argument, string line)
    {
        var outcome = await CollectorProgram.RunAsync("check", argument);

        Assert.Equal(2, outcome.ExitCode);
        Assert.Equal([line], outcome.ErrorLines);
    }

    [Theory]
    [InlineData("RpcColector__Http__Port", "RpcCollector__Http__Port")]
    [InlineData("RPC_COLLECTOR__HTTP__PORT", "RpcCollector__Http__Port")]
    [InlineData("Rpc-Collector__Udp__Listen__0", "RpcCollector__Udp__Listen__0")]
    [InlineData("RpcCollector_Http_Port", "RpcCollector__Http__Port")]
    [InlineData("RPCCOLLECTOR_HTTP_PORT", "RpcCollector__Http__Port")]
    public void A_variable_that_is_nearly_ours_is_refused_with_the_name_that_was_meant(string name, string meant) =>
        Assert.Equal([$"{name}: no such setting; did you mean {meant}?"], StraySettings.InEnvironment([name]));

    [Theory]
    [InlineData("RpcCollector__Http__Port")]
    [InlineData("RPCCOLLECTOR__HTTP__PORT")]
    [InlineData("RPC_COLLECTOR_SHARED")]
    [InlineData("RPC_COLLECTOR_PORT_8055_TCP")]
    [InlineData("RPCCOLLECTOR_SERVICE_HOST")]
    [InlineData("Redis__Connection")]
    [InlineData("Collector__Http__Port")]
    [InlineData("Kestrel__Endpoints__Open__Url")]
    [InlineData("Logging__LogLevel__Default")]
    [InlineData("__CF_USER_TEXT_ENCODING")]
    [InlineData("PATH")]
    [InlineData("")]
    public void Variables_of_others_are_none_of_our_business(string name) => Assert.Empty(StraySettings.InEnvironment([name]));
}
