namespace RpcCollector.Scale;

/// <summary>What is said in the log of the way between the processes of one collector.</summary>
internal static partial class ScaleLog
{
    [LoggerMessage(8001, LogLevel.Information, "Sensor {Name} writes flow starts to {Broker}, in {Partitions} partitions")]
    public static partial void Writing(ILogger logger, string name, string broker, int partitions);

    [LoggerMessage(
        8002, LogLevel.Warning,
        "The broker is away: {Reason}. What comes meanwhile is kept in memory, up to Scale:BufferBytes")]
    public static partial void BrokerIsAway(ILogger logger, string reason);

    [LoggerMessage(8003, LogLevel.Information, "The broker is back; {Batches} batches wait for it")]
    public static partial void BrokerIsBack(ILogger logger, long batches);

    [LoggerMessage(
        8004, LogLevel.Error,
        "{Batches} batches ({Bytes} bytes) had not been sent when the time to stop was over: they are lost")]
    public static partial void NotSent(ILogger logger, long batches, long bytes);

    [LoggerMessage(8005, LogLevel.Information, "Reads the flow starts of {Partitions} partitions from {Broker}, as {Holder}")]
    public static partial void Reading(ILogger logger, int partitions, string broker, string holder);

    [LoggerMessage(8006, LogLevel.Warning, "Waits: {Reason}")]
    public static partial void Waiting(ILogger logger, string reason);

    [LoggerMessage(8007, LogLevel.Information, "Goes on from the snapshot: {Flows} flows wait for others again")]
    public static partial void Restored(ILogger logger, int flows);

    [LoggerMessage(
        8008, LogLevel.Error,
        "The snapshot cannot be used ({Reason}): what the broker still holds is read anew")]
    public static partial void SnapshotIsDamaged(ILogger logger, string reason);

    [LoggerMessage(8009, LogLevel.Warning, "The snapshot could not be kept: {Reason}. It is tried again")]
    public static partial void SnapshotNotKept(ILogger logger, string reason);

    [LoggerMessage(8010, LogLevel.Critical, "{Holder} has taken the lease: this process ends, so that one judges alone")]
    public static partial void LeaseIsLost(ILogger logger, string holder);

    [LoggerMessage(
        8011, LogLevel.Warning,
        "Sensor {Sensor}, partition {Partition}: {Batches} batches with {FlowStarts} flow starts never came")]
    public static partial void Lost(ILogger logger, string sensor, int partition, long batches, long flowStarts);

    [LoggerMessage(
        8012, LogLevel.Warning,
        "Sensor {Sensor} is left out of the clock: it was silent for five minutes, or its clock is five minutes from the broker's")]
    public static partial void LeftOut(ILogger logger, string sensor);

    [LoggerMessage(8013, LogLevel.Information, "Sensor {Sensor} counts in the clock")]
    public static partial void Counts(ILogger logger, string sensor);

    [LoggerMessage(
        8014, LogLevel.Error,
        "A batch in partition {Partition} was refused: {Reason}. Further ones are counted")]
    public static partial void Refused(ILogger logger, int partition, string reason);

    [LoggerMessage(
        8015, LogLevel.Warning,
        "Partition {Partition} of the broker has gone back from offset {From} to {To}: the stream was made anew, or the broker lost its " +
        "end. What it holds is read; what is known of it already is passed over")]
    public static partial void WentBack(ILogger logger, int partition, long from, long to);
}
