using RpcCollector.Detection.Operations;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Wire;

/// <summary>Messages of a correlator for partition 11.</summary>
internal static class ActMessages
{
    public const ushort Partition = 11;
    public const long Arrival = RandomChanges.Began - 7;

    public static ActMessageWriter Writer(ExporterDirectory exporters, int mostOctets = ActMessageWriter.UsualOctets) =>
        new("correlator-2", Partition, 0, exporters, mostOctets);

    /// <summary>One message of random changes.</summary>
    public static (byte[] Message, List<object> Changes, ExporterDirectory Exporters) Of(int seed, int count)
    {
        var random = new RandomChanges(seed);
        var writer = Writer(random.Exporters);
        var changes = Enumerable.Range(0, count).Select(_ => random.Next()).ToList();
        Assert.All(changes, change => Assert.True(TryAdd(writer, change)));
        return (writer.Finish(4_711, RandomChanges.Began).ToArray(), changes, random.Exporters);
    }

    public static bool TryAdd(ActMessageWriter writer, object change) => change switch
    {
        ActivityChange activity => writer.TryAdd(activity),
        ContactChange contact => writer.TryAdd(contact),
        RpcOperation operation => writer.TryAdd(operation, Arrival),
        AddressLease lease => writer.TryAdd(lease, Arrival),
        Verdict verdict => writer.TryAdd(verdict),
        ToldRole told => writer.TryAdd(told),
        _ => throw new ArgumentException("no change", nameof(change)),
    };

    public static object Current(ActMessageReader reader) => reader.Kind switch
    {
        ActChangeKind.Activity => reader.Activity,
        ActChangeKind.Contact => reader.Contact,
        ActChangeKind.Operation => reader.Operation,
        ActChangeKind.Lease => reader.Lease,
        ActChangeKind.Verdict => reader.Verdict!,
        ActChangeKind.ToldRole => reader.ToldRole!,
        _ => throw new ArgumentException("no change", nameof(reader)),
    };

    /// <summary>A change without the numbers of its exporters, and their addresses.</summary>
    public static (object Change, string Exporters) ByValue(object change, ExporterDirectory exporters) => change switch
    {
        ActivityChange { Activity: var activity } one =>
            (one with { Activity = activity with { Exporters = default } }, AddressesOf(activity.Exporters, exporters)),
        ContactChange { Contact: var contact } one =>
            (one with { Contact = contact with { Exporters = default } }, AddressesOf(contact.Exporters, exporters)),
        _ => (change, ""),
    };

    private static string AddressesOf(ExporterSet set, ExporterDirectory exporters) =>
        string.Join(' ', Enumerable.Range(0, set.Count).Select(i => exporters[set.IdAt(i)]));
}
