namespace RpcCollector.Store.Incidents;

/// <summary>The log events of incidents.</summary>
internal static partial class IncidentLog
{
    [LoggerMessage(
        2201, LogLevel.Critical,
        "Incidents could not be made of findings because of an error: the findings are kept, and the next attempt is in a minute. " +
        "Please report this.")]
    public static partial void BookFailed(ILogger logger, Exception failure);

    [LoggerMessage(
        2202, LogLevel.Information, "{Incidents} incidents were made of the findings that stand: {Changes} of them are new or differ.")]
    public static partial void Restored(ILogger logger, int incidents, int changes);
}
