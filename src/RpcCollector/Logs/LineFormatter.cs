using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Logging.Console;
using RpcCollector.Naming;
using RpcCollector.Options;

namespace RpcCollector.Logs;

/// <summary>Writes each log event as one line, whatever its message holds: for people, or with the priority that a journal reads.</summary>
/// <remarks>
/// For people: time, level, category, number of the event, message. For the journal of systemd: the priority (sd-daemon(3)) first, and no
/// time, because the journal has its own.
/// </remarks>
internal sealed class LineFormatter(bool isForJournal, TimeProvider time)
    : ConsoleFormatter(isForJournal ? LogSettings.Systemd : LogSettings.Simple)
{
    public const string TimestampFormat = "yyyy-MM-dd'T'HH:mm:ss.fff'Z' ";

    private const string Plain = "\u001B[0m";

    public override void Write<TState>(in LogEntry<TState> logEntry, IExternalScopeProvider? scopeProvider, TextWriter textWriter)
    {
        var message = logEntry.Formatter(logEntry.State, logEntry.Exception);
        if (message is null && logEntry.Exception is null) return;
        if (isForJournal)
        {
            textWriter.Write(Priority(logEntry.LogLevel));
        }
        else
        {
            textWriter.Write(time.GetUtcNow().ToString(TimestampFormat, System.Globalization.CultureInfo.InvariantCulture));
            WriteLevel(logEntry.LogLevel, textWriter);
        }

        textWriter.Write($"{Printable.Of(logEntry.Category)}[{logEntry.EventId.Id}]");
        if (!string.IsNullOrEmpty(message)) textWriter.Write($" {OneLine(message)}");
        if (logEntry.Exception is { } failure) textWriter.Write($" {OneLine(failure.ToString())}");
        textWriter.Write('\n');
    }

    // Our own line breaks (an exception's) become blanks; nothing else that ends a line, or moves the cursor, is left.
    private static string OneLine(string text) => Printable.Of(text.Replace(Environment.NewLine, " ", StringComparison.Ordinal));

    private static void WriteLevel(LogLevel level, TextWriter text)
    {
        var (name, colour) = level switch
        {
            LogLevel.Trace => ("trce", ""),
            LogLevel.Debug => ("dbug", ""),
            LogLevel.Information => ("info", "\u001B[32m"),
            LogLevel.Warning => ("warn", "\u001B[33m"),
            LogLevel.Error => ("fail", "\u001B[31m"),
            _ => ("crit", "\u001B[1;31m"),
        };
        text.Write(colour.Length == 0 || Console.IsOutputRedirected ? $"{name}: " : $"{colour}{name}{Plain}: ");
    }

    private static string Priority(LogLevel level) => level switch
    {
        LogLevel.Trace or LogLevel.Debug => "<7>",
        LogLevel.Information => "<6>",
        LogLevel.Warning => "<4>",
        LogLevel.Error => "<3>",
        _ => "<2>",
    };
}
