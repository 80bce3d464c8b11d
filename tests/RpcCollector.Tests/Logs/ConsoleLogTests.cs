using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RpcCollector.Logs;
using RpcCollector.Tests.Commands;
using RpcCollector.Tests.Store;

namespace RpcCollector.Tests.Logs;

public sealed partial class ConsoleLogTests
{
    private const string Hostile = "router\n<2>crit: forged\r\u001b[2Jgone\u2028more\u0085";

    private static readonly string[] Names = ["simple", "json", "systemd"];

    [Theory]
    [InlineData("simple", "2026-01-01T00:00:00.000Z warn: RpcCollector.Part[7] From router <2>crit: forged??[2Jgone?more? came")]
    [InlineData("systemd", "<4>RpcCollector.Part[7] From router <2>crit: forged??[2Jgone?more? came")]
    public void A_line_break_in_a_message_ends_no_line_and_a_terminal_is_not_moved(string name, string expected)
    {
        var formatter = new LineFormatter(isForJournal: name == "systemd", new ManualTime());

        Assert.Equal(expected + "\n", Formatted(formatter, LogLevel.Warning, $"From {Hostile} came", failure: null));
    }

    [Fact]
    public void A_failure_with_its_stack_is_one_line()
    {
        Exception? thrown = null;
        try
        {
            throw new InvalidOperationException("It is\nbroken.");
        }
        catch (InvalidOperationException failure)
        {
            thrown = failure;
        }

        var line = Formatted(new LineFormatter(isForJournal: true, TimeProvider.System), LogLevel.Error, "Failed.", thrown);

        Assert.StartsWith("<3>RpcCollector.Part[7] Failed. System.InvalidOperationException: It is broken.    at ", line);
        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(LogLevel.Trace, "<7>", "trce")]
    [InlineData(LogLevel.Debug, "<7>", "dbug")]
    [InlineData(LogLevel.Information, "<6>", "info")]
    [InlineData(LogLevel.Warning, "<4>", "warn")]
    [InlineData(LogLevel.Error, "<3>", "fail")]
    [InlineData(LogLevel.Critical, "<2>", "crit")]
    public void Each_level_has_its_priority_in_the_journal_and_its_word_for_people(LogLevel level, string priority, string word)
    {
        Assert.StartsWith(priority, Formatted(new LineFormatter(isForJournal: true, TimeProvider.System), level, "x", failure: null));
        Assert.Contains($" {word}: ", Formatted(new LineFormatter(isForJournal: false, TimeProvider.System), level, "x", failure: null));
    }

    [Fact]
    public void Each_form_has_one_formatter_that_is_used_and_the_forms_of_lines_are_ours()
    {
        foreach (var name in Names)
        {
            using var provider = Provider(("Logging:Console:FormatterName", name.ToUpperInvariant()));

            Assert.Equal(
                name, provider.GetRequiredService<Microsoft.Extensions.Options.IOptions<ConsoleLoggerOptions>>().Value.FormatterName);
            var first = provider.GetServices<ConsoleFormatter>().First(formatter => formatter.Name == name);
            Assert.Equal(name != "json", first is LineFormatter);
        }
    }

    [Fact]
    public void Json_has_one_object_a_line_whatever_the_message_holds()
    {
        using var provider = Provider(("Logging:Console:FormatterName", "json"));
        var formatter = provider.GetServices<ConsoleFormatter>().First(formatter => formatter.Name == "json");

        var line = Formatted(formatter, LogLevel.Warning, $"From {Hostile} came", new InvalidOperationException("It is\nbroken."));

        Assert.Equal(line.Length - 1, line.IndexOf('\n', StringComparison.Ordinal));
        var said = JsonElement.Parse(line);
        Assert.Equal("Warning", said.GetProperty("LogLevel").GetString());
        Assert.Equal(7, said.GetProperty("EventId").GetInt32());
        Assert.Equal("RpcCollector.Part", said.GetProperty("Category").GetString());
        Assert.Equal($"From {Hostile} came", said.GetProperty("Message").GetString());
        Assert.Contains("broken", said.GetProperty("Exception").GetString());
        Assert.True(DateTimeOffset.TryParseExact(
            said.GetProperty("Timestamp").GetString(), "yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal, out _));
    }

    [Theory]
    [InlineData("8:12345", "socket:[12345]", true)]
    [InlineData("8:12345", "socket:[54321]", false)]
    [InlineData("8:12345", "pipe:[12345]", false)]
    [InlineData("8:12345", "/dev/pts/0", false)]
    [InlineData("", "socket:[]", false)]
    [InlineData(null, "socket:[12345]", false)]
    [InlineData("8:12345", null, false)]
    public void The_journal_reads_what_is_written_where_systemd_said(string? stream, string? output, bool isRead) =>
        Assert.Equal(isRead, Journal.IsStream(stream, output));

    [Theory]
    [InlineData("arguments")]
    [InlineData("environment")]
    [InlineData("file")]
    public async Task Log_of_run_is_json_wherever_the_setting_stands_and_levels_are_heeded(string place)
    {
        using var folder = new Captures.TemporaryFolder();
        string[] settings = ["run", "--Udp:Listen:0=127.0.0.1:0", $"--Http:Port={FreePort()}", "--Store:Enabled=false"];
        var environment = new Dictionary<string, string>();
        const string Name = "Logging:Console:FormatterName";
        const string Level = "Logging:LogLevel:RpcCollector.Store";
        if (place == "arguments") settings = [.. settings, $"--{Name}=json", $"--{Level}=Error"];
        if (place == "environment")
            environment = new()
            {
                [Name.Replace(":", "__", StringComparison.Ordinal)] = "json",
                ["Logging__LogLevel__RpcCollector.Store"] = "Error",
            };
        if (place == "file") folder.Write(
            "appsettings.json",
            """{ "Logging": { "Console": { "FormatterName": "json" }, "LogLevel": { "RpcCollector.Store": "Error" } } }"""u8.ToArray());

        var line = await FirstLineAsync(environment, folder.Path, settings);

        // Without the level, the store would come first.
        var said = JsonElement.Parse(line);
        Assert.Equal(
            ("Information", "RpcCollector.Http.Access.AuditLog", 7201),
            (said.GetProperty("LogLevel").GetString(), said.GetProperty("Category").GetString(), said.GetProperty("EventId").GetInt32()));
        Assert.Contains("started", said.GetProperty("Message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Log_of_run_is_a_line_for_people_when_nothing_is_said()
    {
        using var folder = new Captures.TemporaryFolder();

        var line = await FirstLineAsync(
            [], folder.Path, ["run", "--Udp:Listen:0=127.0.0.1:0", $"--Http:Port={FreePort()}", "--Store:Enabled=false"]);

        Assert.Matches(ForPeople(), line);
    }

    private static string Formatted(ConsoleFormatter formatter, LogLevel level, string message, Exception? failure)
    {
        using var text = new StringWriter();
        var entry = new LogEntry<string>(level, "RpcCollector.Part", new EventId(7), message, failure, (state, _) => state);
        formatter.Write(entry, scopeProvider: null, text);
        return text.ToString();
    }

    private static ServiceProvider Provider(params (string Key, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
        return new ServiceCollection().AddLogging(logging => logging.AddConsole().AddCollectorLog(configuration)).BuildServiceProvider();
    }

    private static async Task<string> FirstLineAsync(Dictionary<string, string> environment, string folder, string[] arguments)
    {
        using var process = CollectorProgram.Start(environment, folder, arguments);
        try
        {
            return await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken)
                ?? await process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        }
        finally
        {
            process.Kill();
            await process.WaitForExitAsync(CancellationToken.None);
        }
    }

    private static int FreePort()
    {
        using var listener = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z info: RpcCollector\.Store\.ActivityStore\[2006\] Store in memory is open: ",
        RegexOptions.None, 1000)]
    private static partial Regex ForPeople();
}
