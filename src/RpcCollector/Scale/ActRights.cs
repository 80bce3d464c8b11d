using RpcCollector.Detection.Wire;

namespace RpcCollector.Scale;

/// <summary>Who may say what to the judge, by the subject under which it stands in the log (docs/scale-wire.md has the table).</summary>
internal static class ActRights
{
    private const string OfNobody =
        "it stands under a subject under which nobody may say anything, or came from a leaf that is not its sensor's";

    /// <summary>Why a message may not be said by whom it came from; null where it may.</summary>
    /// <param name="message">It was read, none of its changes yet.</param>
    public static string? Objection(LogSubject subject, in ActHeader header, ActMessageReader message) => subject.Writer switch
    {
        LogWriter.None => OfNobody,
        _ when header.Partition != (subject.Partition ?? ActHeader.NoPartition) =>
            $"{header.Source} speaks of a partition where it may not",
        LogWriter.Sensor => OfSensor(subject.Sensor, header.Source, message),
        LogWriter.Correlator when !message.HoldsOnly(ActChangeKind.Activity, ActChangeKind.Contact) =>
            $"the correlator {header.Source} says more than what follows from flow starts",
        LogWriter.Judge when !message.HoldsOnly(ActChangeKind.Deed) => $"the judge {header.Source} says what is not a judge's to say",
        _ => null,
    };

    // What follows from flow starts no sensor says: it could take back what those of others led to.
    private static string? OfSensor(string sensor, string source, ActMessageReader message)
    {
        if (string.Equals(source, sensor, StringComparison.Ordinal))
            return message.HoldsOnly(ActChangeKind.Deed) ? null : $"the sensor {sensor} reports what is not a sensor's to report";
        if (source.Length != sensor.Length + ToldByLogs.Suffix.Length || !source.StartsWith(sensor, StringComparison.Ordinal)
            || !source.EndsWith(ToldByLogs.Suffix, StringComparison.Ordinal))
            return $"it says that it is of {source}, and stands under the subject of the sensor {sensor}";
        return message.HoldsOnly(ActChangeKind.Operation, ActChangeKind.Lease, ActChangeKind.Deed)
            ? null : $"the sensor {sensor} tells what logs do not tell";
    }
}
