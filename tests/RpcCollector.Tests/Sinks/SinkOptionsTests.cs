using Microsoft.Extensions.Configuration;
using RpcCollector.Options;
using RpcCollector.Tests.Commands;

namespace RpcCollector.Tests.Sinks;

public sealed class SinkOptionsTests
{
    [Theory]
    [InlineData("Url: say where to post to", "Kind=webhook")]
    [InlineData("Url: it is no address", "Kind=webhook", "Url=ftp://hooks.example/")]
    [InlineData("Url: it must not name a user", "Kind=webhook", "Url=https://ada:secret@hooks.example/")]
    [InlineData("UrlFile: the address is in one of them", "Kind=webhook", "Url=https://hooks.example/", "UrlFile=/f")]
    [InlineData("Sends: Alertmanager is told of incidents only", "Kind=alertmanager", "Url=http://127.0.0.1:9093", "Sends=both")]
    [InlineData("SecretFile: a sink of the kind alertmanager has no such setting", "Kind=alertmanager", "Url=http://a", "SecretFile=/f")]
    [InlineData("BasicFile: one of them, not both", "Kind=webhook", "Url=http://a", "BearerFile=/f", "BasicFile=/f")]
    [InlineData("Address: '' is no server", "Kind=syslog")]
    [InlineData("Address: 'siem.example:99999' is no server", "Kind=syslog", "Address=siem.example:99999")]
    [InlineData("Protocol: certificates are shown over TLS only", "Kind=syslog", "Address=siem.example", "CaFile=/f", "Protocol=tcp")]
    [InlineData("File: name the file to write to", "Kind=file")]
    [InlineData("Name: 'a b' is no name of a sink", "Kind=file", "File=/f", "Name=a b")]
    [InlineData("Kind: 'carrier-pigeon' is not one of none, alertmanager, webhook, syslog, file", "Kind=carrier-pigeon")]
    [InlineData("Kind: say what it is", "Url=http://127.0.0.1:9093")]
    [InlineData("MinSeverity: 'dreadful' is not one of", "Kind=file", "File=/f", "MinSeverity=dreadful")]
    [InlineData("MaxBytes: 12 is out of bounds", "Kind=file", "File=/f", "MaxBytes=12")]
    public void What_is_wrong_is_said_on_one_line_that_names_the_setting(string problem, params string[] settings)
    {
        var error = Assert.Single(Bind([.. settings.Select(setting => "0:" + setting)]).Errors);

        Assert.Contains($":{problem}", error);
        Assert.StartsWith("RpcCollector:Sinks:0:", error);
        Assert.DoesNotContain("secret@", error);
    }

    [Fact]
    public void Two_sinks_of_one_name_are_refused()
    {
        var (_, errors) = Bind("0:Kind=file", "0:File=/a", "3:Kind=file", "3:File=/b");

        Assert.Equal(
            "RpcCollector:Sinks:3:Name: Sinks:0 is called 'file' already; give each sink a name of its own", Assert.Single(errors));
    }

    [Theory]
    [InlineData("RpcCollector:Sinks:1:Urll", "RpcCollector:Sinks:1:Url")]
    [InlineData("RpcCollector:Sinks:0:MinSeverty", "RpcCollector:Sinks:0:MinSeverity")]
    public void Name_that_is_no_setting_is_refused_with_the_one_that_is_meant(string key, string meant)
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection([KeyValuePair.Create(key, (string?)"x")]).Build();

        Assert.Contains(
            SettingBinder.Bind(configuration).Errors, error => error == $"{key}: no such setting; did you mean {meant}?");
    }

    [Fact]
    public void All_that_is_right_is_taken()
    {
        var (options, errors) = Bind(
            "0:Kind=Alertmanager", "0:Url=http://[::1]:9093/am", "0:AlertFor=00:01:00", "1:Kind=syslog", "1:Address=siem.example",
            "1:Protocol=tls", "1:Facility=auth", "2:Kind=webhook", "2:UrlFile=/f", "2:Format=teams", "2:Sends=both", "7:Kind=file",
            "7:File=/f", "7:From=beginning");

        Assert.Empty(errors);
        Assert.Equal((SinkKind.Alertmanager, TimeSpan.FromMinutes(1)), (options.Sinks[0].Kind, options.Sinks[0].AlertFor));
        Assert.Equal((SyslogFacility.Auth, "syslog"), (options.Sinks[1].Facility, options.Sinks[1].KnownAs));
        Assert.True(SinkAddress.TryParse(options.Sinks[1].Address, options.Sinks[1].Protocol, out var address));
        Assert.Equal("siem.example:6514", address.ToString());
    }

    [Fact]
    public async Task Check_shows_sinks_without_what_may_be_secret_and_refuses_files_that_are_not_there()
    {
        string[] sink = ["--Sinks:0:Kind=webhook", "--Sinks:0:Url=https://hooks.example/services/T0/s3cr3t"];
        var (code, output, _) = await CollectorProgram.RunAsync(["check", .. sink]);
        Assert.Equal(0, code);
        Assert.Contains("https://hooks.example/…", output);
        Assert.DoesNotContain("s3cr3t", output);
        Assert.DoesNotContain("Sinks:1", output);

        var (refused, _, errors) = await CollectorProgram.RunAsync(
            ["check", .. sink, "--Sinks:0:SecretFile=/nowhere/secret", "--Sinks:0:CaFile=/nowhere/ca.pem"]);
        Assert.Equal(2, refused);
        Assert.Contains("cannot read '/nowhere/ca.pem': there is no such file", Assert.Single(errors.Trim().Split('\n')));
    }

    [Fact]
    public async Task Sinks_test_says_of_each_whether_it_took_the_example()
    {
        using var receiver = new HttpReceiver();
        string[] sinks =
        [
            "--Sinks:0:Kind=webhook", $"--Sinks:0:Url={receiver.Url}", "--Sinks:1:Kind=syslog", "--Sinks:1:Protocol=tcp",
            "--Sinks:1:Address=127.0.0.1:1",
        ];

        var (code, output, errors) = await CollectorProgram.RunAsync(["sinks", "test", .. sinks]);

        Assert.Equal(1, code);
        Assert.Contains("webhook: ", output);
        Assert.Contains("syslog: tcp 127.0.0.1:1 did not take it", errors);
        Assert.True(Assert.Single(receiver.Taken).Json.GetProperty("rpc_collector").GetProperty("test").GetBoolean());
        Assert.Equal(0, (await CollectorProgram.RunAsync(["sinks", "test", "webhook", .. sinks])).ExitCode);
        var (unknown, _, why) = await CollectorProgram.RunAsync(["sinks", "test", "nobody", .. sinks]);
        Assert.Equal((2, "There is no sink 'nobody': webhook, syslog."), (unknown, why.Trim()));
        Assert.Contains(receiver.Root, (await CollectorProgram.RunAsync(["sinks", "list", .. sinks])).Output);
    }

    private static (CollectorOptions Options, IReadOnlyList<string> Errors) Bind(params string[] settings) => SettingBinder.Bind(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(
            "RpcCollector:Sinks:" + setting[..setting.IndexOf('=', StringComparison.Ordinal)],
            (string?)setting[(setting.IndexOf('=', StringComparison.Ordinal) + 1)..]))).Build());
}
