using Microsoft.Extensions.Logging.Abstractions;
using RpcCollector.Detection;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Scale;

namespace RpcCollector.Tests.Scale;

/// <summary>What a correlator says follows from its log alone, whoever has it and whichever snapshot it went on from.</summary>
public sealed class PartitionCorrelatorTests
{
    private readonly LogGauges _gauges = new(RandomLog.NumPartitions);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    [InlineData(6)]
    public void Correlator_that_goes_on_from_any_snapshot_appends_the_very_same_rest(int seed) =>
        AssertSameFromAnySnapshot(RandomLog.Of(seed, numEntries: 350), every: 5, PartitionCorrelator.MostExporters);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    public void Which_exporters_are_left_without_number_follows_from_the_log_too(int seed)
    {
        var whole = AssertSameFromAnySnapshot(RandomLog.Of(seed, numEntries: 200, numExporters: 12), every: 7, mostExporters: 5);
        Assert.True(whole.UnnamedExporters > 0);
    }

    [Fact]
    public void Random_logs_hold_all_that_can_happen()
    {
        var changes = new HashSet<(JoinBasis, ActivityChangeKind)>();
        var (contacts, evicted, versions) = (new HashSet<ActivityChangeKind>(), 0L, 0UL);
        for (var seed = 1; seed <= 6; seed++)
        {
            var correlator = New();
            var reader = new ActMessageReader(new ExporterDirectory());
            foreach (var entry in RandomLog.Of(seed, numEntries: 350))
            {
                foreach (var message in correlator.Take(entry, 0))
                {
                    Assert.True(reader.TryRead(message, out _));
                    while (reader.Read())
                    {
                        if (reader.Kind == ActChangeKind.Activity) changes.Add((reader.Activity.Activity.Basis, reader.Activity.Kind));
                        else contacts.Add(reader.Contact.Kind);
                    }
                }
            }

            evicted += correlator.Shard.EvictedMapperFlows + correlator.Shard.EvictedEndpointFlows + correlator.Shard.EvictedContacts;
            versions += correlator.EndpointsVersion;
        }

        foreach (var basis in (JoinBasis[])[JoinBasis.Car, JoinBasis.Extended, JoinBasis.KnownEndpoint, JoinBasis.MapperOnly])
            Assert.Equal(3, changes.Count(change => change.Item1 == basis));
        Assert.Equal(3, contacts.Count);
        Assert.True(evicted > 0 && versions > 0);
        Assert.True(_gauges.Partitions[0] is { Refused: > 0, Repeated: > 0, LostBatches: > 0 });
    }

    [Fact]
    public void Snapshot_of_another_partition_is_refused()
    {
        var snapshot = New().Snapshot();
        var other = new PartitionCorrelator(
            "c", RandomLog.Partition + 1, RandomLog.NumPartitions, RandomLog.Join, new HopCounters(), _gauges.Partitions[0],
            NullLogger.Instance);

        Assert.Throws<InvalidDataException>(() => other.Restore(snapshot));
    }

    [Fact]
    public void Snapshot_with_any_octet_changed_or_cut_off_is_refused()
    {
        var correlator = New();
        foreach (var entry in RandomLog.Of(seed: 1, numEntries: 60)) correlator.Take(entry, 0);
        var snapshot = correlator.Snapshot();
        var random = new Random(1);
        for (var i = 0; i < 400; i++)
        {
            var damaged = snapshot[..(i % 3 == 0 ? random.Next(snapshot.Length) : snapshot.Length)];
            if (i % 3 != 0) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            Assert.Throws<InvalidDataException>(() => New().Restore(damaged));
        }
    }

    private PartitionCorrelator AssertSameFromAnySnapshot(IReadOnlyList<LogEntry> log, int every, int mostExporters)
    {
        var whole = New(mostExporters);
        var said = new List<string>();
        var snapshots = new List<(int After, byte[] Snapshot)>();
        for (var i = 0; i < log.Count; i++)
        {
            said.Add(Said(whole, log[i]));
            if (i % every == 0) snapshots.Add((i, whole.Snapshot()));
        }

        var last = whole.Snapshot();
        foreach (var (after, snapshot) in snapshots)
        {
            var again = New(mostExporters);
            again.Restore(snapshot);
            Assert.Equal(snapshot, again.Snapshot());
            for (var i = after + 1; i < log.Count; i++)
                Assert.True(said[i] == Said(again, log[i]), $"from the snapshot after {after}, at {i}");
            Assert.Equal(last, again.Snapshot());
        }

        return whole;
    }

    private PartitionCorrelator New(int mostExporters = PartitionCorrelator.MostExporters) => new(
        "c", RandomLog.Partition, RandomLog.NumPartitions, RandomLog.Join, new HopCounters(), _gauges.Partitions[0], NullLogger.Instance,
        mostExporters);

    private static string Said(PartitionCorrelator correlator, LogEntry entry) =>
        string.Join('\n', correlator.Take(entry, 0).Select(message => Convert.ToHexString(message.Span)));
}
