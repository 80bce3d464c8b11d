using RpcCollector.Detection.Join;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What the judge is told of a connection that turns out to go the other way.</summary>
public sealed class JournalOfTheRefutedTests
{
    private const byte Syn = 0x02;

    [Fact]
    public void Activity_that_is_withdrawn_because_a_SYN_shows_the_other_direction_is_read_again_from_the_journal()
    {
        var exporters = new ExporterDirectory(4);
        Assert.True(exporters.TryGetId(HostAddress.Parse("192.0.2.1"), out var exporter));
        var journal = new JudgeJournalWriter(exporters, offset: 0);
        var changes = new List<ActivityChange>();
        var shard = new ClientShard(new JoinOptions(), new Sink(changes), new HopCounters());
        var endpoint = Lab.Endpoint(1, 50_001, 49_700) with { Direction = DirectionConfidence.Uncertain, ExporterId = exporter };

        shard.Offer(Lab.Mapper(0.99, 10) with { ExporterId = exporter });
        shard.Offer(endpoint);
        shard.Offer(endpoint with { Direction = DirectionConfidence.Refuted, ServerTcpFlags = Syn });

        Assert.Equal([ActivityChangeKind.Added, ActivityChangeKind.Withdrawn], changes.Select(change => change.Kind));
        Assert.Equal(DirectionConfidence.Refuted, changes[^1].Activity.Traffic.Direction);
        journal.BeginTurn(Court.Start);
        foreach (var change in changes) journal.Add(change);
        journal.EndTurn();
        var reader = new JudgeJournalReader(journal.Chunk, exporters);
        Assert.NotEmpty(JudgeInputs.Read(reader));
        Assert.Null(reader.Damage);
        Assert.Equal(journal.Offset, reader.Offset);
    }

    private sealed class Sink(List<ActivityChange> changes) : IActivitySink
    {
        public void Publish(in ActivityChange change) => changes.Add(change);
    }
}
