using RpcCollector.Flows;

namespace RpcCollector.KnownExporters;

/// <summary>The log events about exporters.</summary>
internal static partial class ExporterLog
{
    [LoggerMessage(3001, LogLevel.Information, "{Exporters} exporters and {Templates} templates are known from before")]
    public static partial void Loaded(ILogger logger, int exporters, int templates);

    [LoggerMessage(3002, LogLevel.Warning, "Exporters that are over cannot be deleted ({Reason}); the next start tries again.")]
    public static partial void DeleteFailed(ILogger logger, string reason);

    [LoggerMessage(
        3003, LogLevel.Warning,
        "What is known of the exporters cannot be saved ({Reason}); trying again. After a restart their templates would have to come " +
        "again.")]
    public static partial void SaveFailed(ILogger logger, string reason);

    [LoggerMessage(3004, LogLevel.Information, "What is known of the exporters is saved again.")]
    public static partial void SavesAgain(ILogger logger);

    [LoggerMessage(3006, LogLevel.Information, "The lists of exporters were reloaded: allowed {Allowed}; trusted forwarders {Forwarders}")]
    public static partial void ListsReloaded(ILogger logger, string allowed, string forwarders);

    [LoggerMessage(3007, LogLevel.Warning, "The changed configuration is refused and the previous one stays in force: {Reason}")]
    public static partial void ListsRefused(ILogger logger, string reason);

    [LoggerMessage(3008, LogLevel.Warning, "Exporter {Exporter} is silent: its last datagram came at {LastSeen:yyyy-MM-dd'T'HH:mm:ss'Z'}")]
    public static partial void Silent(ILogger logger, HostAddress exporter, DateTimeOffset lastSeen);

    [LoggerMessage(3009, LogLevel.Information, "Exporter {Exporter} sends again")]
    public static partial void Resumed(ILogger logger, HostAddress exporter);

    [LoggerMessage(
        3010, LogLevel.Warning,
        "Exporter {Exporter} has restarted ({Times} more times): its uptime started over; flows that it held were not exported")]
    public static partial void Restarted(ILogger logger, HostAddress exporter, long times);

    [LoggerMessage(
        3011, LogLevel.Warning, "The clock of exporter {Exporter} was set ({Times} more times): its time of day moved against its uptime")]
    public static partial void ClockStepped(ILogger logger, HostAddress exporter, long times);

    [LoggerMessage(3012, LogLevel.Warning,
        "Several exporters seem to send from {Exporter}: translated addresses (Docker's published ports are one cause) hide who they " +
            "are. Let the collector see the real senders: run the container with the host's network")]
    public static partial void LooksLikeMany(ILogger logger, HostAddress exporter);

    [LoggerMessage(
        3013, LogLevel.Warning, "{Count} more events of exporters are not named here; rpc_collector_exporter_events_total counts them")]
    public static partial void MoreEvents(ILogger logger, int count);

    [LoggerMessage(
        3014, LogLevel.Warning,
        "A different template came from the address of exporter {Exporter} ({Times} more times): both are held, and its data are read " +
        "by the one they fit, or wait for the next when it cannot be used. Either it was configured anew, or somebody forges its address " +
        "(/api/v1/templates shows both)")]
    public static partial void TemplateContested(ILogger logger, HostAddress exporter, long times);

    [LoggerMessage(
        3015, LogLevel.Warning,
        "Options data from the address of exporter {Exporter} contradicted what stood ({Times} more times): it is believed once it has " +
        "been repeated. Either the exporter was configured anew, or somebody forges its address (/api/v1/exporters shows it)")]
    public static partial void OptionsContested(ILogger logger, HostAddress exporter, long times);

    [LoggerMessage(
        3016, LogLevel.Warning,
        "Headers from the address of exporter {Exporter} disagreed about its start ({Times} more times) and are each read by the clock " +
        "they agree with. Either several devices share the address, or somebody forges it")]
    public static partial void ClockContested(ILogger logger, HostAddress exporter, long times);

    [LoggerMessage(
        3018, LogLevel.Warning,
        "The clock of exporter {Exporter} is wrong by {Offset}: times by it are corrected by the arrival, to within {Uncertainty} or so. " +
        "Give it NTP")]
    public static partial void ClockWrong(ILogger logger, HostAddress exporter, TimeSpan offset, TimeSpan uncertainty);

    [LoggerMessage(3019, LogLevel.Information, "The clock of exporter {Exporter} is right again")]
    public static partial void ClockRightAgain(ILogger logger, HostAddress exporter);

    [LoggerMessage(3005, LogLevel.Information, "{Templates} templates were forgotten: neither repeated nor used for {Lifetime}.")]
    public static partial void TemplatesForgotten(ILogger logger, int templates, TimeSpan lifetime);

    [LoggerMessage(3020, LogLevel.Warning, "{Exporter} sends {Format}, which is not read: {Advice}")]
    public static partial void NotRead(ILogger logger, HostAddress exporter, string format, string advice);

    [LoggerMessage(
        3017, LogLevel.Warning,
        "Too many {What}: {Consequence} ({Count} in the last seconds; RpcCollector:{Setting}). Forged senders are one cause; " +
        "RpcCollector:Flows:AllowedExporters keeps them out")]
    public static partial void Crowded(ILogger logger, string what, string consequence, long count, string setting);
}
