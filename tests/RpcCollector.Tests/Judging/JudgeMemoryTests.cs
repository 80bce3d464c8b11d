using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Judging;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Inputs;
using RpcCollector.Tests.Store;
using RpcCollector.Vitals;

namespace RpcCollector.Tests.Judging;

/// <summary>What the judge's memory does while the disk fails.</summary>
public sealed class JudgeMemoryTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly StateStore _file;
    private readonly JudgeArchive _archive;
    private readonly JudgeGauges _gauges = new();
    private readonly FindingFeed _feed = new(1_000);

    public JudgeMemoryTests()
    {
        _file = _temporary.OpenState();
        _archive = new JudgeArchive(_file);
    }

    private string FormerPath => Path.Combine(_temporary.Options.Folder, JudgementFile.FileName);

    public void Dispose()
    {
        _feed.Dispose();
        _file.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void While_nothing_can_be_kept_the_journal_does_not_grow_and_what_is_damaged_is_set_aside_before_a_snapshot()
    {
        Learn();
        _temporary.DamageRow("judge_snapshot", "octets = x'00'", "part = 0");
        var memory = Memory();
        Judge judge;
        using (Locked())
        {
            judge = memory.Recall(NewJudge);
            for (var i = 0; i < 60; i++)
            {
                Write(memory.Journal!, 1_000);
                Keep(memory, judge);
                Assert.InRange(memory.Journal!.Chunk.Length, 0, 2 << 20);
            }
        }

        Assert.Equal(1, Ask("SELECT COUNT(*) FROM judge_snapshot"));
        _temporary.Time.Now += TimeSpan.FromSeconds(31);
        Keep(memory, judge);

        Assert.NotNull(_archive.ReadSnapshot(_ => { }));
        Assert.Equal(1, Ask("SELECT COUNT(*) FROM judge_snapshot WHERE generation < 0") + Ask("SELECT COUNT(*) FROM damaged"));
        Write(memory.Journal!, 1);
        memory.End(judge);
        Memory().Recall(NewJudge);
        Assert.Equal(1, _gauges.StateDamaged);
    }

    [Fact]
    public void Disk_that_hangs_holds_up_the_writer_alone_and_all_that_was_taken_meanwhile_is_kept_when_it_is_back()
    {
        var memory = Memory();
        var judge = memory.Recall(NewJudge);
        using var disk = new HungDisk(_file);
        for (var i = 0; i < 10; i++)
        {
            _temporary.Time.Now += TimeSpan.FromSeconds(31);
            Write(memory.Journal!, 1_000);
            memory.Keep(judge);
        }

        // What is in the writer's hands, and nothing else, waits for the disk.
        Assert.Equal("writing what was taken", memory.Heartbeat.Doing);
        Assert.Equal(PartState.Stuck, memory.Heartbeat.At(Environment.TickCount64 + 11_000));
        disk.GoOn();
        memory.Settle();
        Assert.True(memory.End(judge));

        Assert.Equal(0, _gauges.StateFailures);
        Assert.Equal(memory.Journal!.Offset, LearnedOffset());
    }

    [Fact]
    public void Disk_that_hangs_for_long_costs_a_bounded_memory_and_a_gap_that_is_said_and_counted_and_closed_by_a_snapshot()
    {
        var memory = Memory();
        var judge = memory.Recall(NewJudge);
        using var disk = new HungDisk(_file);
        for (var octets = 0L; octets < 40 << 20; octets += memory.Journal!.Chunk.Length)
        {
            _temporary.Time.Now += TimeSpan.FromSeconds(1);
            Write(memory.Journal!, 10_000);
            memory.Keep(judge);
            Assert.InRange(memory.UnwrittenOctets, 0, 20 << 20);
        }

        Assert.Equal(1, _gauges.StateFailures);
        Assert.Contains("wait for the disk", memory.Heartbeat.Fault, StringComparison.Ordinal);
        disk.GoOn();
        memory.Settle();
        _temporary.Time.Now += TimeSpan.FromSeconds(31);
        Keep(memory, judge);

        Assert.Equal(memory.Journal!.Offset, LearnedOffset());
        Assert.Null(memory.Heartbeat.Fault);
        Assert.Contains(_temporary.Log.Lines, line => line.Contains("What is learned is kept again", StringComparison.Ordinal));
        Assert.True(memory.End(judge));
        Memory().Recall(NewJudge);
        Assert.Equal(0, _gauges.StateDamaged);
    }

    [Fact]
    public void What_cannot_be_kept_for_backtest_leaves_the_memory_well_and_is_tried_again_while_nothing_comes()
    {
        var path = Path.Combine(_temporary.Options.Folder, KeptInputs.FolderName);
        File.WriteAllText(path, "");
        var kept = KeptInputs.Open(
            _temporary.Folder, _temporary.Options, _temporary.Clock, _temporary.Time, _temporary.Log.For<StateStore>());
        var memory = new JudgeMemory(
            _archive, former: null, _feed, _temporary.Exporters, _gauges, _temporary.Time, _temporary.Log.For<JudgeThread>(), kept);
        var judge = memory.Recall(NewJudge);
        for (var i = 0; i < 20; i++)
        {
            Write(memory.Journal!, 10_000);
            _temporary.Time.Now += TimeSpan.FromSeconds(1);
            Keep(memory, judge);
        }

        Assert.NotNull(kept.Fault);
        Assert.Null(memory.Heartbeat.Fault);
        Assert.Equal(0, _gauges.StateFailures);
        File.Delete(path);
        _temporary.Time.Now += TimeSpan.FromSeconds(31);
        Keep(memory, judge);
        Keep(memory, judge);

        Assert.Null(kept.Fault);
        Assert.True(kept.Bytes > 0);
        Assert.Equal(0, kept.Dropped);
        Assert.True(memory.End(judge));
    }

    [Fact]
    public void Planned_end_does_not_wait_for_a_disk_that_hangs()
    {
        var memory = Memory();
        var judge = memory.Recall(NewJudge);
        Write(memory.Journal!, 1);
        using (var disk = new HungDisk(_file))
        {
            Assert.False(memory.End(judge, () => TimeSpan.FromMilliseconds(50)));
        }

        memory.Settle();
        Assert.Equal(2, Memory().Recall(NewJudge).Hosts().Count);
    }

    [Fact]
    public void Snapshot_that_is_not_done_when_the_process_ends_is_left_and_the_journal_has_all_that_was_taken()
    {
        var memory = Memory();
        var judge = memory.Recall(NewJudge);
        Write(memory.Journal!, 1_000);
        var asked = 0;

        // Time for the journal, and none for the snapshot that follows.
        Assert.True(memory.End(judge, () => TimeSpan.FromSeconds(asked++ < 3 ? 30 : 0)));

        memory.Settle();
        Assert.Equal(0, _gauges.StateFailures);
        Assert.Equal(0, Ask("SELECT COUNT(*) FROM judge_snapshot"));
        Assert.Equal(2, Memory().Recall(NewJudge).Hosts().Count);
    }

    [Fact]
    public void Start_that_is_told_to_end_while_it_replays_the_journal_changes_nothing()
    {
        Learn();
        var journal = new JudgeJournalWriter(_temporary.Exporters, LearnedOffset());
        Write(journal, 1);
        _archive.Append(journal.ChunkOffset, journal.Chunk);
        var memory = Memory();
        memory.Stopping = new CancellationToken(canceled: true);

        Assert.Throws<OperationCanceledException>(() => memory.Recall(NewJudge));

        Assert.True(_archive.HasJournal);
        Assert.NotNull(_archive.ReadSnapshot(_ => { }));
        Assert.Equal(0, _gauges.StateDamaged);
        Assert.Equal(2, Memory().Recall(NewJudge).Hosts().Count);
    }

    [Fact]
    public void Snapshot_that_fails_is_tried_again_half_a_minute_later()
    {
        var journal = new JudgeJournalWriter(_temporary.Exporters, offset: 0);
        for (long octets = 0, offset = 0; octets <= JudgeMemory.LeastJournalOctets; offset = journal.Offset)
        {
            while (journal.Chunk.Length <= 8 << 20) Write(journal, 1_000);
            octets += journal.Chunk.Length;
            _archive.Append(offset, journal.Chunk);
            journal.BeginChunk();
        }

        var memory = Memory();
        var judge = memory.Recall(NewJudge);

        using (Locked())
        {
            _temporary.Time.Now += TimeSpan.FromSeconds(30);
            for (var i = 0; i < 5; i++) Keep(memory, judge);
            Assert.Equal(1, _gauges.StateFailures);
        }

        _temporary.Time.Now += TimeSpan.FromSeconds(30);
        Keep(memory, judge);
        Assert.NotNull(_archive.ReadSnapshot(_ => { }));
        Assert.False(_archive.HasJournal);
    }

    [Fact]
    public void File_of_a_former_version_that_cannot_be_read_now_is_a_refusal_and_is_taken_over_later()
    {
        var former = NewJudge();
        former.Take(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")), Activities.Epoch);
        using (var file = File.Create(FormerPath)) former.Save(file);

        using (new FileStream(FormerPath, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            var refusal = Assert.Throws<StartupException>(() => Memory().Recall(NewJudge));
            Assert.Contains($"'{FormerPath}' cannot be read", refusal.Message, StringComparison.Ordinal);
        }

        Assert.Null(_archive.ReadSnapshot(_ => { }));
        Assert.Equal(2, Memory().Recall(NewJudge).Hosts().Count);
    }

    [Theory]
    [InlineData("judge_snapshot")]
    [InlineData("judge_journal")]
    public void Store_that_cannot_be_read_at_the_start_is_a_refusal_and_loses_nothing(string table)
    {
        Learn();
        var journal = new JudgeJournalWriter(_temporary.Exporters, _archive.ReadSnapshot(_ => { }) is null ? 0 : LearnedOffset());
        Write(journal, 1);
        _archive.Append(journal.ChunkOffset, journal.Chunk);
        var rows = Ask("SELECT COUNT(*) FROM judge_snapshot") + Ask("SELECT COUNT(*) FROM judge_journal");
        Change($"ALTER TABLE {table} RENAME TO hidden");

        Assert.Throws<StartupException>(() => Memory().Recall(NewJudge));

        Change($"ALTER TABLE hidden RENAME TO {table}");
        Assert.Equal(rows, Ask("SELECT COUNT(*) FROM judge_snapshot WHERE generation > 0")
            + Ask("SELECT COUNT(*) FROM judge_journal WHERE offset >= 0"));
        Assert.Equal(2, Memory().Recall(NewJudge).Hosts().Count);
        Assert.Equal(0, _gauges.StateDamaged);
    }

    [Fact]
    public void Planned_end_keeps_the_journal_where_the_snapshot_fails()
    {
        var memory = Memory();
        var judge = memory.Recall(NewJudge);
        Write(memory.Journal!, 1);
        Change("ALTER TABLE judge_snapshot RENAME TO hidden");

        memory.End(judge);

        Change("ALTER TABLE hidden RENAME TO judge_snapshot");
        Assert.Equal(1, _gauges.StateFailures);
        Assert.Equal(2, Memory().Recall(NewJudge).Hosts().Count);
    }

    [Fact]
    public void Planned_end_writes_no_snapshot_that_takes_long()
    {
        Learn();
        var memory = Memory();
        var judge = memory.Recall(() => new Judge(new JudgementOptions(), new SlowSink(_temporary.Time), _temporary.Exporters));
        Write(memory.Journal!, 1);

        memory.End(judge);

        Assert.True(_archive.HasJournal);
        Memory().Recall(NewJudge);
        Assert.Equal(0, _gauges.StateDamaged);
    }

    [Fact]
    public void What_a_snapshot_says_was_published_is_published_again()
    {
        Learn();
        var said = Assert.Single(_feed.Take()).Finding;

        Memory().Recall(NewJudge);

        var again = Assert.Single(_feed.Take());
        Assert.Equal((ActivityChangeKind.Revised, said.Id, said.Count), (again.Kind, again.Finding.Id, again.Finding.Count));
        Assert.Equal(0, _feed.Revised);
    }

    private static void Write(JudgeJournalWriter journal, int count)
    {
        journal.BeginTurn(Activities.Epoch);
        for (var i = 0; i < count; i++) journal.Add(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
        journal.EndTurn();
    }

    /// <summary>And waits until it is written, or has failed.</summary>
    private static void Keep(JudgeMemory memory, Judge judge)
    {
        memory.Keep(judge);
        memory.Settle();
    }

    private void Learn()
    {
        var memory = Memory();
        var judge = memory.Recall(NewJudge);
        Write(memory.Journal!, 1);
        judge.Take(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")), Activities.Epoch);
        judge.AdvanceTo(Activities.Epoch);
        memory.End(judge);
    }

    private long LearnedOffset()
    {
        long offset = 0;
        _archive.ReadSnapshot(stream => offset = NewJudge().Load(stream));
        return offset;
    }

    /// <summary>Nobody else can write until it is disposed.</summary>
    private SqliteConnection Locked()
    {
        var other = new SqliteConnection($"Data Source={_temporary.StatePath};Pooling=False");
        other.Open();
        Database.Execute(other, "BEGIN IMMEDIATE");
        return other;
    }

    private long Ask(string sql) => _file.Read(connection => Database.Ask(connection, sql));

    private void Change(string sql) => _file.Commit(connection =>
    {
        Database.Execute(connection, sql);
        return true;
    });

    private Judge NewJudge() => new(new JudgementOptions(), _feed, _temporary.Exporters);

    private JudgeMemory Memory() => new(
        _archive, new JudgementFile(_temporary.Options.Folder, _temporary.Clock), _feed, _temporary.Exporters, _gauges, _temporary.Time,
        _temporary.Log.For<JudgeThread>());

    private sealed class SlowSink(ManualTime time) : IFindingSink
    {
        public void Publish(in FindingChange change) => time.Now += TimeSpan.FromSeconds(3);
    }
}
