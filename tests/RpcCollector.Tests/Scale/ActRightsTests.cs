using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

/// <summary>Who may say what to the judge: the table of docs/scale-wire.md.</summary>
public sealed class ActRightsTests
{
    private const string Sensor = "site-a";

    private static readonly ActChangeKind[] Kinds =
        [ActChangeKind.Activity, ActChangeKind.Contact, ActChangeKind.Operation, ActChangeKind.Lease, ActChangeKind.Deed];

    public static TheoryData<string, string, ushort, ActChangeKind[]> Rights => new()
    {
        { "correlator", "c1", 3, [ActChangeKind.Activity, ActChangeKind.Contact] },
        { "sensor", Sensor, ActHeader.NoPartition, [ActChangeKind.Deed] },
        { "sensor", Sensor + "/logs", ActHeader.NoPartition, [ActChangeKind.Operation, ActChangeKind.Lease, ActChangeKind.Deed] },
        { "judge", "judge", ActHeader.NoPartition, [ActChangeKind.Deed] },
        { "judge", Sensor, ActHeader.NoPartition, [ActChangeKind.Deed] },
        { "nobody", Sensor, ActHeader.NoPartition, [] },
    };

    [Theory]
    [MemberData(nameof(Rights))]
    public void Each_says_what_is_its_own_to_say_and_nothing_else(string by, string source, ushort partition, ActChangeKind[] allowed)
    {
        foreach (var kind in Kinds)
            Assert.Equal(allowed.Contains(kind), Objection(SubjectOf(by), source, partition, kind) is null);
        Assert.Equal(by != "nobody", Objection(SubjectOf(by), source, partition) is null);
        if (allowed.Length == 1) return;
        var both = Objection(SubjectOf(by), source, partition, ActChangeKind.Contact, ActChangeKind.Lease);
        Assert.NotNull(both);
    }

    [Theory]
    [InlineData("site-b")]
    [InlineData("site-b/logs")]
    [InlineData("site-a/log")]
    [InlineData("site-a/logs/logs")]
    [InlineData("site-aa/logs")]
    [InlineData("judge")]
    public void Sensor_reports_and_tells_logs_of_no_other_name(string source)
    {
        var objection = Objection(LogSubject.Told(Sensor), source, ActHeader.NoPartition, ActChangeKind.Deed);

        Assert.Contains($"of {source}, and stands under the subject of the sensor {Sensor}", objection, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sensor", 3)]
    [InlineData("judge", 3)]
    [InlineData("correlator", 4)]
    [InlineData("correlator", ActHeader.NoPartition)]
    public void Who_speaks_of_a_partition_that_is_not_that_of_the_subject_is_refused(string by, ushort partition) =>
        Assert.EndsWith("speaks of a partition where it may not", Objection(SubjectOf(by), Sensor, partition), StringComparison.Ordinal);

    private static LogSubject SubjectOf(string by) => by switch
    {
        "correlator" => LogSubject.Act(3),
        "sensor" => LogSubject.Told(Sensor),
        "judge" => LogSubject.Said,
        _ => LogSubject.AllActs,
    };

    private static string? Objection(LogSubject subject, string source, ushort partition, params ActChangeKind[] kinds)
    {
        var writer = new ActMessageWriter(source, partition, epoch: 1, new ExporterDirectory());
        foreach (var kind in kinds) Assert.True(TryAdd(writer, kind));
        var reader = new ActMessageReader(new ExporterDirectory());
        Assert.True(reader.TryRead(writer.Finish(1, 1_000).ToArray(), out var header));
        return ActRights.Objection(subject, header, reader);
    }

    private static bool TryAdd(ActMessageWriter writer, ActChangeKind kind)
    {
        var (client, server) = (HostAddress.Parse("10.0.0.1"), HostAddress.Parse("10.0.1.1"));
        var flow = new FlowSpan(50_000, 49_700, 1_000, 1_300);
        return kind switch
        {
            ActChangeKind.Activity => writer.TryAdd(new ActivityChange(
                ActivityChangeKind.Added,
                new RpcActivity { Id = 7, Client = client, Server = server, Basis = JoinBasis.Extended, Endpoint = flow })),
            ActChangeKind.Contact => writer.TryAdd(new ContactChange(
                ActivityChangeKind.Added, new AdministrationContact { Id = 7, Client = client, Server = server, Flow = flow })),
            ActChangeKind.Operation => writer.TryAdd(
                new RpcOperation { Uid = "C1", Interface = "drsuapi", Operation = "DRSGetNCChanges" }, 1_000),
            ActChangeKind.Lease => writer.TryAdd(new AddressLease(client, 7, 1, 2), 1_000),
            _ => writer.TryAdd("topic", [1]),
        };
    }
}
