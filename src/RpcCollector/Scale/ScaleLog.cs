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

    [LoggerMessage(8005, LogLevel.Information, "Reads the judge's log of {Broker} behind offset {Offset}, as {Holder}")]
    public static partial void Reading(ILogger logger, long offset, string broker, string holder);

    [LoggerMessage(8006, LogLevel.Warning, "Waits: {Reason}")]
    public static partial void Waiting(ILogger logger, string reason);

    [LoggerMessage(8007, LogLevel.Information, "Partition {Partition} goes on from its snapshot: {Flows} flows wait for others again")]
    public static partial void Restored(ILogger logger, int partition, int flows);

    [LoggerMessage(
        8008, LogLevel.Error,
        "The snapshot of partition {Partition} cannot be used ({Reason}): what the broker still holds is read anew")]
    public static partial void SnapshotIsDamaged(ILogger logger, int partition, string reason);

    [LoggerMessage(8009, LogLevel.Warning, "The snapshot of partition {Partition} could not be kept: {Reason}. It is tried again")]
    public static partial void SnapshotNotKept(ILogger logger, int partition, string reason);

    [LoggerMessage(8010, LogLevel.Information, "Joins {Owned} of {Partitions} partitions; {Living} correlators live")]
    public static partial void Owns(ILogger logger, int owned, int partitions, int living);

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

    [LoggerMessage(
        8016, LogLevel.Warning,
        "The judge's log has gone back from offset {From} to {To}: the stream was made anew, or the broker lost its end. What it holds " +
        "is read; what is known of it already is passed over")]
    public static partial void JudgeWentBack(ILogger logger, long from, long to);

    [LoggerMessage(
        8017, LogLevel.Error, "{Messages} messages of the judge's log are gone: it was away for longer than the broker keeps them")]
    public static partial void JudgeLost(ILogger logger, long messages);

    [LoggerMessage(8018, LogLevel.Error, "A message for the judge was refused: {Reason}. Further ones are counted")]
    public static partial void JudgeRefused(ILogger logger, string reason);

    [LoggerMessage(8019, LogLevel.Information, "{Holder} has the lease: this judge tells people")]
    public static partial void Active(ILogger logger, string holder);

    [LoggerMessage(8020, LogLevel.Warning, "This judge stands by: it judges, and tells nobody. The lease has {Holder}")]
    public static partial void StandsBy(ILogger logger, string holder);

    [LoggerMessage(
        8021, LogLevel.Error, "How far the judge's log was read cannot be used ({Reason}): what the broker still holds is read anew")]
    public static partial void PositionIsDamaged(ILogger logger, string reason);

    [LoggerMessage(8022, LogLevel.Error, "Something that a judge said was not used: {Reason}. Further ones are counted")]
    public static partial void WordRejected(ILogger logger, WordRejection reason);

    [LoggerMessage(8023, LogLevel.Error, "Something that a judge said could not be taken: an error of ours")]
    public static partial void WordFailed(ILogger logger, Exception bug);

    [LoggerMessage(
        8024, LogLevel.Warning,
        "The hubs have not heard of the leaf {Leaf} for {Seconds} s: what its sensor finds waits there, as long as there is room")]
    public static partial void LeafIsSilent(ILogger logger, string leaf, long seconds);

    [LoggerMessage(8025, LogLevel.Information, "The hubs hear of the leaf {Leaf}; {Waiting} messages wait there")]
    public static partial void LeafIsHeard(ILogger logger, string leaf, long waiting);
}
