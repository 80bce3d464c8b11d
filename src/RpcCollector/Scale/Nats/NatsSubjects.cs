using System.Globalization;
using NATS.Client.Core;

namespace RpcCollector.Scale.Nats;

/// <summary>The subjects of the streams FLOW and ACT; docs/scale-wire.md says who may append under which.</summary>
internal static class NatsSubjects
{
    // Set by the server itself on each message that came from a leaf.
    private const string SourcedFrom = "Nats-Stream-Source";

    private const string FlowStream = "FLOW";
    private const string ActStream = "ACT";
    private const string Sensor = "sensor";
    private const string Judge = "judge";
    private const string Told = "told";
    private const string Said = "said";

    /// <summary>What all sensors tell the judge.</summary>
    public const string AllTold = $"{ActStream}.{Told}.*";

    /// <summary>The only subject of a stream that is not open yet; nobody may append to it.</summary>
    public static string Closed(string stream) => $"{stream}.closed";

    public static string StreamOf(LogStream stream) => stream == LogStream.Flow ? FlowStream : ActStream;

    /// <summary>Where something is appended; of a log as a whole what its readers filter by.</summary>
    public static string Of(LogSubject of)
    {
        var partition = of.Partition?.ToString(CultureInfo.InvariantCulture);
        return (of.Stream, of.Writer) switch
        {
            (LogStream.Flow, LogWriter.Sensor) => $"{FlowStream}.{partition}.{Sensor}.{of.Sensor}",
            (LogStream.Flow, LogWriter.Judge) => $"{FlowStream}.{partition}.{Judge}",
            (LogStream.Flow, _) => $"{FlowStream}.{partition}.>",
            (_, LogWriter.Sensor) => $"{ActStream}.{Told}.{of.Sensor}",
            (_, LogWriter.Correlator) => $"{ActStream}.{partition}",
            (_, LogWriter.Judge) => $"{ActStream}.{Said}",
            _ => $"{ActStream}.>",
        };
    }

    /// <summary>Where a message was appended at the hubs, and so by whom.</summary>
    /// <remarks>
    /// Whoever holds a leaf decides what its messages are called, and no permission of the hubs is asked: what came from one is what a
    /// sensor of that leaf says, and nothing that a correlator or a judge does.
    /// </remarks>
    public static LogSubject Read(LogStream stream, string subject, NatsHeaders? headers)
    {
        var found = Read(stream, subject.Split('.'));
        if (headers is null || !headers.TryGetValue(SourcedFrom, out var sources)) return found;
        var isOfLeaf = found.Writer == LogWriter.Sensor && sources is [{ } source] && LeafOrigin.MayBeOf(source, found.Sensor);
        return isOfLeaf ? found : OfNobody(stream);
    }

    /// <summary>The partition that a subject of a stream is of, also in the form of a former version; null where it is of none.</summary>
    public static int? PartitionOf(string subject) =>
        subject.Split('.') is [_, var partition, ..] && TryRead(partition, out var number) ? number : null;

    private static LogSubject Read(LogStream stream, string[] tokens) => tokens switch
    {
        [FlowStream, var partition, Sensor, var sensor] when TryRead(partition, out var number) => LogSubject.Flow(number, sensor),
        [FlowStream, var partition, Judge] when TryRead(partition, out var number) => LogSubject.KnownEndpoints(number),
        [ActStream, Told, var sensor] => LogSubject.Told(sensor),
        [ActStream, Said] => LogSubject.Said,
        [ActStream, var partition] when TryRead(partition, out var number) => LogSubject.Act(number),
        _ => OfNobody(stream),
    };

    private static LogSubject OfNobody(LogStream stream) => new(stream, null, LogWriter.None);

    private static bool TryRead(string partition, out int number) =>
        int.TryParse(partition, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
