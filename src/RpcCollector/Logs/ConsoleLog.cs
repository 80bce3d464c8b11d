using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;
using RpcCollector.Options;

namespace RpcCollector.Logs;

/// <summary>Sets up the log: one line an event, in one of three forms.</summary>
internal static class ConsoleLog
{
    /// <param name="configuration">The whole of it; its section Logging is heeded.</param>
    public static void AddCollectorLog(this ILoggingBuilder logging, IConfiguration configuration)
    {
        logging.ClearProviders();
        logging.AddFilter("Microsoft", LogLevel.Warning);

        // A start that fails is reported once, in one line, by the program itself.
        logging.AddFilter("Microsoft.Extensions.Hosting.Internal.Host", LogLevel.None);
        logging.AddConfiguration(configuration.GetSection(LogSettings.RootSection));

        // Before the framework's own, which break lines or keep what ends one: of two with one name the first holds.
        logging.Services.RemoveAll<ConsoleFormatter>();
        logging.Services.AddSingleton<ConsoleFormatter>(new LineFormatter(isForJournal: false, TimeProvider.System));
        logging.Services.AddSingleton<ConsoleFormatter>(new LineFormatter(isForJournal: true, TimeProvider.System));
        var formatter = LogSettings.Formatter(configuration) ?? (Journal.ReadsStandardOutput() ? LogSettings.Systemd : LogSettings.Simple);
        logging.AddConsole(console => console.FormatterName = formatter);
        logging.Services.Configure<JsonConsoleFormatterOptions>(
            json => (json.UseUtcTimestamp, json.TimestampFormat) = (true, LineFormatter.TimestampFormat.TrimEnd()));
    }
}
