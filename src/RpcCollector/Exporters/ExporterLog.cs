namespace RpcCollector.Exporters;

/// <summary>The log events about exporters.</summary>
internal static partial class ExporterLog
{
    [LoggerMessage(3001, LogLevel.Information, "{Exporters} exporters and {Templates} templates are known from {Path}")]
    public static partial void Loaded(ILogger logger, int exporters, int templates, string path);

    [LoggerMessage(3002, LogLevel.Error, "What was known of the exporters cannot be read ({Reason}): {Path} was renamed to {Aside}; their templates must come again.")]
    public static partial void SetAside(ILogger logger, string path, string reason, string aside);

    [LoggerMessage(3003, LogLevel.Warning, "What is known of the exporters cannot be saved to {Path} ({Reason}); trying again. After a restart their templates would have to come again.")]
    public static partial void SaveFailed(ILogger logger, string path, string reason);

    [LoggerMessage(3004, LogLevel.Information, "What is known of the exporters is saved again.")]
    public static partial void SavesAgain(ILogger logger);

    [LoggerMessage(3005, LogLevel.Information, "{Templates} templates were forgotten: neither repeated nor used for {Lifetime}.")]
    public static partial void TemplatesForgotten(ILogger logger, int templates, TimeSpan lifetime);
}
