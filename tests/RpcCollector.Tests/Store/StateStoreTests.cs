using Microsoft.Data.Sqlite;
using RpcCollector.Detection;
using RpcCollector.Options;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Store;

public sealed class StateStoreTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();

    private FindingStore Findings => new(_temporary.State, _temporary.Catalog, _temporary.Options, _temporary.Clock);

    private VerdictStore Verdicts => new(_temporary.State, _temporary.Clock);

    public void Dispose() => _temporary.Dispose();

    [Fact]
    public async Task Store_is_closed_once_who_writes_and_who_reads_have_ended_and_takes_nothing_after_that()
    {
        var store = _temporary.OpenState();
        using var isAtWork = new CountdownEvent(2);
        using var goOn = new ManualResetEventSlim();
        int AtWork(Microsoft.Data.Sqlite.SqliteConnection connection)
        {
            isAtWork.Signal();
            goOn.Wait(TestContext.Current.CancellationToken);
            return (int)Database.Ask(connection, "SELECT 7");
        }

        var writing = Task.Run(() => store.Commit(AtWork), TestContext.Current.CancellationToken);
        var reading = Task.Run(() => store.Read(AtWork), TestContext.Current.CancellationToken);
        isAtWork.Wait(TestContext.Current.CancellationToken);

        var closing = Task.Run(store.Dispose, TestContext.Current.CancellationToken);
        await Task.Delay(20, TestContext.Current.CancellationToken);
        goOn.Set();
        await closing;

        Assert.Equal((7, 7), (await writing, await reading));
        Assert.Throws<ObjectDisposedException>(() => store.SetValue("a", "b"));
        Assert.Throws<ObjectDisposedException>(() => store.Value("a"));
        store.Dispose();
    }

    [Fact]
    public void Named_value_is_kept_from_one_process_to_the_next()
    {
        Assert.Null(_temporary.State.Value("clock"));
        Assert.Null(StateStore.Peek(_temporary.Options, "clock"));
        _temporary.State.SetValue("clock", "12");
        _temporary.State.SetValue("clock", "13");
        Assert.Equal("13", StateStore.Peek(_temporary.Options, "clock"));
        _temporary.Close();

        Assert.Equal("13", _temporary.State.Value("clock"));
    }

    [Fact]
    public void Every_row_has_a_checksum_of_all_its_columns_whatever_writes_it()
    {
        Fill();
        using var connection = Connect();
        RowChecksum.Register(connection);

        foreach (var table in StateTables.All.Where(table => table != StateTables.Damaged))
        {
            Assert.Equal(0, Database.Ask(connection, $"SELECT COUNT(*) FROM {table.Name} t WHERE NOT ({table.IsWhole("t")})"));
            foreach (var (column, _) in table.Columns)
                Assert.Contains(column, table.IsWhole("t"), StringComparison.Ordinal);
        }

        // A program that does not know the function cannot write at all.
        using var stranger = Connect();
        Assert.Throws<SqliteException>(() => Database.Execute(stranger, "INSERT INTO value (name, content) VALUES ('a', 'b')"));
    }

    [Fact]
    public void Row_damaged_in_use_is_skipped_named_once_and_moved_away_by_the_next_write()
    {
        Fill();
        _temporary.DamageRow("findings", "count = count + 8", $"id = {Found("10.0.0.2").Id}");

        Assert.Equal(["10.0.0.3", "10.0.0.1"], Clients());
        Assert.Equal(["10.0.0.3", "10.0.0.1"], Clients());
        Assert.Null(Findings.Find(Found("10.0.0.2").Id));
        Assert.Equal(2, Findings.ReadActive(TimeSpan.FromDays(1), 10).Findings.Count);

        Findings.Write([Added(Found("10.0.0.4", seen: 10_000))]);

        Assert.Equal(1, _temporary.State.DamagedRows.Of(StateTables.Findings));
        Assert.Single(
            _temporary.Log.Lines, line => line.Contains($"{Found("10.0.0.2").Id} of findings is damaged", StringComparison.Ordinal));
        Assert.Equal(1, Ask($"SELECT COUNT(*) FROM damaged WHERE name = 'findings' AND key = '{Found("10.0.0.2").Id}'"));
        Assert.Equal(3, Ask("SELECT COUNT(*) FROM findings"));
    }

    [Fact]
    public void Damaged_row_that_is_found_again_is_kept_beside_the_new_one_and_never_made_whole()
    {
        Fill();
        _temporary.DamageRow("findings", "reason = 'nonsense'", $"id = {Found("10.0.0.2").Id}");

        var step = Assert.Single(Findings.Write([Revised(Found("10.0.0.2", count: 5))]));

        Assert.Equal(5, step.Finding.Count);
        Assert.DoesNotContain("nonsense", Findings.Find(step.Finding.Id)!.Reason, StringComparison.Ordinal);
        Assert.Equal(1, Ask("SELECT COUNT(*) FROM damaged WHERE content LIKE '%nonsense%'"));
    }

    [Fact]
    public void Damaged_verdict_leaves_its_finding_without_one()
    {
        Fill();
        Verdicts.Give(
            Found("10.0.0.1").Id, new GivenVerdict(VerdictMeaning.Benign, "Ada", "known", Activities.Epoch, ExpiresUnixMilliseconds: null));
        _temporary.DamageRow("verdicts", "who = 'Mallory'", "TRUE");

        Assert.Null(Findings.Find(Found("10.0.0.1").Id)!.Verdict);
        Assert.Empty(Verdicts.History(Found("10.0.0.1").Id));
        Assert.Empty(Verdicts.Latest());
        Assert.Equal(1, _temporary.State.DamagedRows.Of(StateTables.Verdicts));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void File_damaged_in_use_is_salvaged_and_what_is_written_then_is_there_too(bool readsFirst)
    {
        Fill();
        ZeroPageWith(Found("10.0.0.1").Reason);

        if (readsFirst) Assert.Equal([], Clients());
        Findings.Write([Added(Found("10.0.0.9"))]);

        Assert.Equal(["10.0.0.9"], Clients());
        Assert.Equal("b", _temporary.State.Value("a"));
        Assert.Equal(1, _temporary.State.SetAside);
        Assert.Equal(3, _temporary.State.DamagedRows.LostOf(StateTables.Findings));
        Assert.Single(_temporary.Log.Lines, line => line.Contains("3 rows of findings were lost", StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(_temporary.Options.Folder, "state.db.damaged-*Z"));
    }

    [Fact]
    public void Damaged_header_costs_nothing()
    {
        Fill();
        _temporary.Close();
        using (var file = File.OpenWrite(_temporary.StatePath)) file.Write(new byte[100]);

        Assert.Equal(["10.0.0.3", "10.0.0.2", "10.0.0.1"], Clients());

        Assert.Equal(1, _temporary.State.SetAside);
        Assert.DoesNotContain(_temporary.Log.Lines, line => line.Contains("were lost", StringComparison.Ordinal));
    }

    [Fact]
    public void Salvage_that_ended_before_the_last_step_is_finished_by_the_next_start()
    {
        Fill();
        _temporary.Close();
        File.Move(_temporary.StatePath, _temporary.StatePath + ".salvaged");
        File.WriteAllText(_temporary.StatePath + ".new", "half");

        Assert.Equal(3, Clients().Count);

        Assert.Equal(
            ["lock", "state.db", "state.db-shm", "state.db-wal"], Directory.GetFiles(_temporary.Options.Folder).Select(Path.GetFileName)
                .Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Log_of_a_damaged_file_that_is_set_aside_is_not_left_beside_the_salvaged_one()
    {
        Fill();
        _temporary.Close();
        var aside = _temporary.StatePath + ".damaged-20260101T000000000Z";
        File.Copy(_temporary.StatePath, aside);
        File.Move(_temporary.StatePath, _temporary.StatePath + ".salvaged");
        File.WriteAllText(_temporary.StatePath + "-wal", "of the damaged file");

        Assert.Equal(3, Clients().Count);

        Assert.Equal("of the damaged file", File.ReadAllText(aside + "-wal"));
    }

    [Fact]
    public void Verdict_with_the_number_of_a_lost_one_says_nothing_of_another_finding()
    {
        var (first, second) = (Found("10.0.0.1").Id, Found("10.0.0.2").Id);
        Fill();
        Give(first, VerdictMeaning.Benign);
        Lose("DELETE FROM verdicts; DELETE FROM sqlite_sequence");
        Give(second, VerdictMeaning.Malicious);

        Assert.Equal(1, Ask("SELECT seq FROM verdicts"));
        Assert.Null(Findings.Find(first)!.Verdict);
        Assert.Null(Verdicts.Withdraw(first));
        Assert.NotNull(Findings.Find(second)!.Verdict);
    }

    [Fact]
    public void Salvaged_file_gives_no_number_again_that_a_lost_verdict_had()
    {
        Fill();
        Give(Found("10.0.0.1").Id, VerdictMeaning.Benign);
        Lose("DELETE FROM verdicts; DELETE FROM sqlite_sequence; INSERT INTO sqlite_sequence VALUES ('suppressions', 7)");
        _temporary.Close();
        using (var file = File.OpenWrite(_temporary.StatePath)) file.Write(new byte[100]);

        Give(Found("10.0.0.2").Id, VerdictMeaning.Malicious);

        Assert.Equal(1, _temporary.State.SetAside);
        Assert.Equal(2, Ask("SELECT seq FROM verdicts"));
        Assert.Equal(7, Ask("SELECT seq FROM sqlite_sequence WHERE name = 'suppressions'"));
    }

    [Fact]
    public void Former_verdict_does_not_speak_again_when_the_latest_is_lost()
    {
        Fill();
        Give(Found("10.0.0.1").Id, VerdictMeaning.Malicious);
        Give(Found("10.0.0.1").Id, VerdictMeaning.Benign);
        Assert.Equal(VerdictMeaning.Benign, Assert.Single(Verdicts.Latest()).Meaning);

        Lose("DELETE FROM verdicts WHERE seq = 2");

        Assert.Empty(Verdicts.Latest());
        Assert.Null(Findings.Find(Found("10.0.0.1").Id)!.Verdict);
    }

    [Fact]
    public void Nothing_is_salvaged_while_the_folder_is_lost()
    {
        Fill();
        ZeroPageWith(Found("10.0.0.1").Reason);
        var held = Path.Combine(_temporary.Options.Folder, StoreFolder.LockName);
        File.Move(held, held + ".away");

        Assert.Throws<IOException>(() => Clients());
        Assert.Throws<IOException>(() => Findings.Write([Added(Found("10.0.0.9"))]));
        Assert.Empty(Directory.GetFiles(_temporary.Options.Folder, "state.db.damaged-*"));

        File.Move(held + ".away", held);
        Findings.Write([Added(Found("10.0.0.9"))]);
        Assert.Equal(["10.0.0.9"], Clients());
    }

    [Fact]
    public void Empty_file_with_a_log_is_set_aside_with_it()
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        File.WriteAllText(_temporary.StatePath, "");
        File.WriteAllText(_temporary.StatePath + "-wal", "what is left");

        Assert.Null(StateStore.Peek(_temporary.Options, "a"));
        Assert.Empty(Clients());

        Assert.Equal(
            "what is left", File.ReadAllText(Assert.Single(Directory.GetFiles(_temporary.Options.Folder, "state.db.damaged-*-wal"))));
    }

    [Fact]
    public void Rows_that_are_missing_without_any_other_damage_are_told()
    {
        Fill();
        using (var connection = Connect())
        {
            Database.Execute(connection, "DROP TRIGGER findings_delete; DROP TRIGGER findings_damage; DELETE FROM findings");
        }

        // The triggers are part of the schema: what changed it is noticed at the next start.
        _temporary.Close();
        Assert.Empty(Clients());

        Assert.Equal(3, _temporary.State.DamagedRows.LostOf(StateTables.Findings));
    }

    [Fact]
    public void File_of_another_program_is_left_alone()
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        using (var connection = Connect()) Database.Execute(connection, "CREATE TABLE theirs (x); INSERT INTO theirs VALUES (1)");

        Assert.Throws<StartupException>(_temporary.OpenState);

        Assert.Empty(Directory.GetFiles(_temporary.Options.Folder, "*.damaged-*"));
    }

    [Fact]
    public void Finding_that_is_told_again_as_it_is_makes_no_news()
    {
        Findings.Write([Added(Found("10.0.0.1", count: 5))]);
        _temporary.Time.Now += TimeSpan.FromMinutes(1);

        Assert.Empty(Findings.Write([Added(Found("10.0.0.1", count: 5)), Revised(Found("10.0.0.1", count: 5))]));
        Assert.Empty(Findings.Write([Added(Found("10.0.0.1", count: 2))]));
        Assert.Equal(Activities.Epoch, Findings.Find(Found("10.0.0.1").Id)!.UpdatedUnixMilliseconds);

        Assert.Single(Findings.Write([Revised(Found("10.0.0.1", count: 6))]));
        Assert.Single(Findings.Write([Withdrawn(Found("10.0.0.1"))]));
        Assert.Single(Findings.Write([Added(Found("10.0.0.1", count: 6))]));
    }

    [Fact]
    public void What_a_clock_that_was_ahead_stored_is_taken_as_of_now_and_not_as_old()
    {
        Fill();
        var now = Activities.Epoch - 3_600_000;
        using var activities = _temporary.Open();
        activities.Write(Activities.Many(0, 3));

        while (Findings.Trim(now, now) | activities.Trim(now, now))
        {
        }

        Assert.All(
            Findings.Read(new FindingQuery()).Items, finding =>
            Assert.Equal((now, now), (finding.RecordedUnixMilliseconds, finding.UpdatedUnixMilliseconds)));
        Assert.All(activities.Read(new ActivityQuery()).Items, activity => Assert.Equal(now, activity.RecordedUnixMilliseconds));

        // By a clock that is ahead again nothing grows old, as long as age goes by another time.
        Findings.Trim(now, now);
        activities.Trim(now + (long)TimeSpan.FromDays(400).TotalMilliseconds, now);
        Assert.Equal((3, 3), (Findings.Read(new FindingQuery()).Items.Count, activities.Activities));
    }

    private void Fill()
    {
        for (var i = 1; i <= 3; i++) Findings.Write([Added(Found($"10.0.0.{i}", count: 1, seen: i * 1_000))]);
        _temporary.State.SetValue("a", "b");
    }

    private void Give(long finding, VerdictMeaning meaning) =>
        Assert.NotNull(Verdicts.Give(finding, new GivenVerdict(meaning, "Ada", "known", Activities.Epoch, ExpiresUnixMilliseconds: null)));

    private void Lose(string sql) => _temporary.State.Commit(connection =>
    {
        Database.Execute(connection, sql);
        return true;
    });

    private List<string> Clients() =>
        [.. Findings.Read(new FindingQuery { WithHidden = true }).Items.Select(finding => finding.Client.ToString())];

    private long Ask(string sql)
    {
        using var connection = Connect();
        return Database.Ask(connection, sql);
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={_temporary.StatePath};Pooling=False");
        connection.Open();
        return connection;
    }

    private void ZeroPageWith(string text)
    {
        using (var connection = Connect()) Database.Execute(connection, "PRAGMA wal_checkpoint(TRUNCATE)");
        var octets = File.ReadAllBytes(_temporary.StatePath);
        var place = octets.AsSpan().IndexOf(System.Text.Encoding.UTF8.GetBytes(text));
        Assert.True(place > 0, "the text is not in the file");
        using var file = File.OpenWrite(_temporary.StatePath);
        file.Seek(place / 4096 * 4096, SeekOrigin.Begin);
        file.Write(new byte[4096]);
    }
}
