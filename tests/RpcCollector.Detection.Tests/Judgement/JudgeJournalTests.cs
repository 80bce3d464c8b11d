using FsCheck;
using FsCheck.Fluent;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class JudgeJournalTests
{
    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 8)];

    [Fact]
    public void What_is_read_is_what_was_written_input_for_input() => Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(500),
        Prop.ForAll(ArbMap.Default.ArbFor<int>(), seed =>
        {
            var exporters = Directory(7);
            var journal = new JudgeJournalWriter(exporters, offset: 1_000);
            var written = new JudgeInputs(seed, exporters).WriteTurns(journal, turns: 1 + (seed & 15));

            var reader = new JudgeJournalReader(journal.Chunk, exporters);
            Assert.Equal(1_000, reader.Offset);
            Assert.Equal(written, JudgeInputs.Read(reader));
            Assert.Null(reader.Damage);
            Assert.Equal((journal.Offset, 1_000L + written.Count), (reader.Offset, journal.Offset));
        }));

    [Fact]
    public void Chunks_can_be_read_alone_one_after_the_other()
    {
        var exporters = Directory(7);
        var journal = new JudgeJournalWriter(exporters, offset: 0);
        var inputs = new JudgeInputs(3, exporters);
        for (var i = 0; i < 5; i++)
        {
            var before = journal.Offset;
            var written = inputs.WriteTurns(journal, turns: 10);
            var reader = new JudgeJournalReader(journal.Chunk.ToArray(), exporters);
            Assert.Equal((before, before), (journal.ChunkOffset, reader.Offset));
            Assert.Equal(written, JudgeInputs.Read(reader));
            journal.BeginChunk();
            Assert.True(journal.IsEmpty);
        }
    }

    [Fact]
    public void Damage_anywhere_ends_the_reading_and_is_named_and_throws_nothing()
    {
        var exporters = Directory(7);
        var journal = new JudgeJournalWriter(exporters, offset: 5);
        new JudgeInputs(1, exporters).WriteTurns(journal, turns: 40);
        var whole = journal.Chunk.ToArray();
        var random = new Random(1);
        var named = 0;
        for (var i = 0; i < 600; i++)
        {
            var damaged = whole[..(i % 3 == 0 ? random.Next(whole.Length) : whole.Length)];
            if (i % 3 != 0) damaged[random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            var reader = new JudgeJournalReader(damaged, Directory(7));
            var inputs = JudgeInputs.Read(reader);
            Assert.False(reader.Read());
            if (reader.Damage is not null) named++;
            else Assert.Equal(reader.Offset - inputs.Count, new JudgeJournalReader(damaged, Directory(7)).Offset);
        }

        Assert.InRange(named, 100, 600);
    }

    [Fact]
    public void Exporters_are_named_by_address_in_a_process_that_numbers_them_otherwise()
    {
        var exporters = Directory(4);
        var journal = new JudgeJournalWriter(exporters, offset: 0);
        journal.BeginTurn(Court.Start);
        var seenBy = default(ExporterSet);
        foreach (var id in (int[])[3, 1]) seenBy.Add(id, exporters);
        journal.Add(new ActivityChange(ActivityChangeKind.Added, Court.Rpc(0, "10.0.1.5", "10.0.1.6") with { Exporters = seenBy }));
        journal.EndTurn();

        var turned = new ExporterDirectory();
        foreach (var id in (int[])[3, 2, 1]) Assert.True(turned.TryGetId(exporters[id], out _));
        var reader = new JudgeJournalReader(journal.Chunk, turned);
        Assert.True(reader.Read() && reader.Read());
        Assert.Equal([exporters[1], exporters[3]], Enumerable.Range(0, 2).Select(i => turned[reader.Activity.Activity.Exporters.IdAt(i)]));

        var full = new ExporterDirectory(capacity: 1);
        Assert.True(full.TryGetId(exporters[3], out _));
        reader = new JudgeJournalReader(journal.Chunk, full);
        Assert.True(reader.Read() && reader.Read());
        Assert.Equal([exporters[3]], Enumerable.Range(0, reader.Activity.Activity.Exporters.Count).Select(i =>
            full[reader.Activity.Activity.Exporters.IdAt(i)]));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Judge_that_ends_anywhere_is_brought_back_by_its_last_snapshot_and_the_journal_since(int seed)
    {
        var steps = TwoDays.Steps(seed);
        var random = new Random(seed);
        var live = new Court();
        var journal = new JudgeJournalWriter(live.Exporters, offset: 0);
        var (snapshot, chunks) = ((byte[]?)null, new List<byte[]>());
        var kills = 0;
        long arrival = 0;
        foreach (var step in steps)
        {
            arrival = Math.Max(arrival, step.Start + 1_000);

            // Moments in which nothing is due are not written: leaving them out must change nothing.
            if (random.Next(3) == 0 && !live.Judge.IsDue(arrival - 500)) live.Judge.AdvanceTo(arrival - 500);
            journal.BeginTurn(arrival);
            if (step.Activity is { } activity) journal.Add(new ActivityChange(step.Kind, activity));
            else journal.Add(new ContactChange(step.Kind, step.Contact!.Value));
            journal.EndTurn();
            step.Offer(live.Judge, arrival);
            live.Judge.AdvanceTo(arrival);

            if (random.Next(10) == 0)
            {
                chunks.Add(journal.Chunk.ToArray());
                journal.BeginChunk();
            }

            if (random.Next(60) == 0)
            {
                var saved = new MemoryStream();
                live.Judge.Save(saved, journal.Offset);
                (snapshot, chunks) = (saved.ToArray(), []);
                journal.BeginChunk();
            }

            if (random.Next(40) != 0) continue;
            kills++;
            chunks.Add(journal.Chunk.ToArray());
            journal.BeginChunk();
            var standing = Standing(live);
            live.StartAnew();
            var offset = snapshot is null ? 0 : live.Judge.Load(new MemoryStream(snapshot));
            foreach (var chunk in chunks)
            {
                var reader = new JudgeJournalReader(chunk, live.Exporters);
                Assert.Equal(offset, reader.Offset);
                reader.ReplayInto(live.Judge);
                Assert.Null(reader.Damage);
                offset = reader.Offset;
            }

            Assert.Equal(journal.Offset, offset);
            Assert.Equal(standing, Standing(live));
        }

        Assert.InRange(kills, 3, 100);
        live.Complete();
        Assert.Equal(TwoDays.Run(steps), [.. live.Findings.Values.Select(TwoDays.Describe)]);
    }

    /// <summary>
    /// What was published and stands, to the letter, and what was learned, but for roles: those are looked at when time passes next.
    /// </summary>
    private static string Standing(Court court) => string.Join('\n', court.Findings.Values.Select(TwoDays.Describe))
        + string.Join('\n', court.Judge.Hosts().SelectMany(host => court.Judge.Edges(host.Address)).Select(edge =>
            edge with { ClientRole = default, ServerRole = default }));

    private static ExporterDirectory Directory(int count)
    {
        var directory = new ExporterDirectory();
        for (var i = 0; i < count; i++) Assert.True(directory.TryGetId(HostAddress.FromIPv4(0xC000_0201 + (uint)i), out _));
        return directory;
    }
}
