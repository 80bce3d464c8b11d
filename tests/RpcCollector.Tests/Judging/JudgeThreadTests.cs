using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Journal;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Tests.Commands;
using RpcCollector.Tests.Store;
using RpcCollector.Tests.Store.Findings;

namespace RpcCollector.Tests.Judging;

public sealed class JudgeThreadTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly StateStore _file;
    private readonly VerdictStore _verdicts;
    private readonly JudgeArchive _archive;
    private readonly JudgeGauges _gauges = new();
    private readonly FindingFeed _feed = new(1_000);

    public JudgeThreadTests()
    {
        _file = _temporary.OpenState();
        _verdicts = new VerdictStore(_file, _temporary.Clock);
        _archive = new JudgeArchive(_file);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string FormerPath => Path.Combine(_temporary.Options.Folder, JudgementFile.FileName);

    public void Dispose()
    {
        _feed.Dispose();
        _file.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Facts_of_one_kind_reach_the_judge_in_their_order_and_all_of_them_before_the_end()
    {
        using var thread = await StartAsync();
        for (var i = 0; i < 5_000; i++)
        {
            // Taken the other way round, the fact would stand.
            thread.Put(Activities.Added(Activities.Car(i, $"10.0.{i / 250}.{i % 250}")));
            thread.Put(Activities.Withdrawn(Activities.Car(i, $"10.0.{i / 250}.{i % 250}")));
        }

        thread.Put(Contact("10.1.0.1"));
        thread.Put(new RpcOperation { Uid = "C1", Interface = "drsuapi", Operation = "DRSGetNCChanges" });

        await thread.StopAsync(Stop);

        Assert.Equal((10_002, 1), (_gauges.Counts.Facts, _gauges.Counts.OpenFacts));
        Assert.Equal(0, thread.Dropped(JudgedFact.Activity));
    }

    [Fact]
    public async Task What_finds_no_room_is_dropped_and_counted_and_nobody_waits()
    {
        using var thread = await StartAsync(capacity: 10);
        using var gate = new ManualResetEventSlim();
        using var isAsked = new ManualResetEventSlim();
        var answer = thread.AskAsync(_ =>
        {
            isAsked.Set();
            gate.Wait(Stop);
            return true;
        }, false);
        isAsked.Wait(Stop);

        for (var i = 0; i < 25; i++) thread.Put(Activities.Added(Activities.Car(i)));

        Assert.Equal((10, 15), (thread.Queued(JudgedFact.Activity), thread.Dropped(JudgedFact.Activity)));
        gate.Set();
        Assert.True(await answer);
        await thread.StopAsync(Stop);
        Assert.Equal(10, _gauges.Counts.Facts);
    }

    [Fact]
    public async Task Next_judge_knows_what_the_former_one_knew()
    {
        await LearnAndStopAsync();

        using var next = await StartAsync();

        Assert.Equal(["10.0.0.1", "10.0.0.2"], await HostsAsync(next));
        Assert.Contains(_temporary.Log.Lines, line => line.Contains("What was learned is known again", StringComparison.Ordinal));
        Assert.Equal(0, _gauges.Counts.Facts);
    }

    [Fact]
    public async Task What_was_taken_is_in_the_archive_within_moments_without_a_planned_end()
    {
        using var thread = await StartAsync();
        thread.Put(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
        await UntilAsync(() => _archive.HasJournal);

        // Another process, which was never told that this one would end.
        using var next = await StartAsync();

        Assert.Equal(["10.0.0.1", "10.0.0.2"], await HostsAsync(next));
        await next.StopAsync(Stop);
        Assert.False(_archive.HasJournal);
    }

    [Fact]
    public async Task Judge_without_input_writes_nothing()
    {
        using (var thread = await StartAsync())
        {
            await thread.AskAsync(judge => judge.Counts, default);
            await thread.StopAsync(Stop);
        }

        // The first turn says when it began; what follows in vain is not written.
        var octets = _archive.ReadSnapshot(_ => { });
        using var next = await StartAsync();
        _temporary.Time.Now += TimeSpan.FromMinutes(5);
        for (var i = 0; i < 5; i++) await next.AskAsync(judge => judge.Counts, default);
        await next.StopAsync(Stop);
        Assert.NotNull(octets);
        Assert.False(_archive.HasJournal);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(50)]
    [InlineData(-1)]
    public async Task Damaged_snapshot_is_set_aside_and_said_once_and_the_judge_starts_empty(int place)
    {
        await LearnAndStopAsync();
        var (head, tail) = place < 0 ? ("length(octets) - 1", "length(octets) + 1") : ($"{place}", $"{place + 2}");
        _temporary.DamageRow(
            "judge_snapshot", $"octets = CAST(substr(octets, 1, {head}) || x'A5' || substr(octets, {tail}) AS BLOB)", "part = 0");

        using var next = await StartAsync();

        Assert.Empty(await HostsAsync(next));
        Assert.Equal(1, _gauges.StateDamaged);
        Assert.Single(_temporary.Log.Lines, line => line.Contains("What was learned cannot be read", StringComparison.Ordinal));
        Assert.Equal(1, _file.Read(connection => Database.Ask(connection, "SELECT COUNT(*) FROM damaged")));

        // What is learned from here on is kept.
        next.Put(Activities.Added(Activities.Car(1, "10.0.0.3", "10.0.0.4")));
        await next.StopAsync(Stop);
        using var last = await StartAsync();
        Assert.Equal(["10.0.0.3", "10.0.0.4"], await HostsAsync(last));
    }

    [Fact]
    public async Task Damaged_journal_is_used_up_to_the_damage_and_the_rest_is_set_aside_and_said()
    {
        using (var thread = await StartAsync())
        {
            for (var i = 1; i <= 3; i++)
            {
                var before = NumChunks();
                thread.Put(Activities.Added(Activities.Car(i, $"10.0.0.{i}", $"10.0.1.{i}")));
                await UntilAsync(() => NumChunks() > before);
            }

            // As if it had been killed: what it would save at its end is not there.
            _file.Commit(connection =>
            {
                Database.Execute(connection, "CREATE TABLE kept AS SELECT * FROM judge_journal");
                return true;
            });
            await thread.StopAsync(Stop);
        }

        _file.Commit(connection =>
        {
            Database.Execute(connection, """
                DELETE FROM judge_snapshot;
                INSERT INTO judge_journal SELECT offset, octets FROM kept;
                """);
            return true;
        });
        _temporary.DamageRow("judge_journal", "octets = x'00'", "offset = (SELECT MAX(offset) FROM judge_journal)");
        using var next = await StartAsync();

        Assert.DoesNotContain("10.0.0.3", await HostsAsync(next));
        Assert.Contains("10.0.0.2", await HostsAsync(next));
        Assert.Equal(1, _gauges.StateDamaged);
        Assert.Single(_temporary.Log.Lines, line => line.Contains("journal of what was learned ends at input", StringComparison.Ordinal));
        Assert.Equal(1, _file.Read(connection => Database.Ask(connection, "SELECT COUNT(*) FROM damaged")));

        long NumChunks() =>
            _archive.HasJournal ? _file.Read(connection => Database.Ask(connection, "SELECT COUNT(*) FROM judge_journal")) : 0;
    }

    [Fact]
    public async Task What_a_former_version_learned_is_taken_over_once_and_its_file_stays_under_another_name()
    {
        SaveAsVersion1("10.0.0.1", "10.0.0.2");
        await File.WriteAllTextAsync(FormerPath + JudgementFile.TakenOverSuffix, "of a year ago", Stop);

        using (var thread = await StartAsync())
        {
            Assert.Equal(["10.0.0.1", "10.0.0.2"], await HostsAsync(thread));
            Assert.False(File.Exists(FormerPath));
            Assert.Equal("of a year ago", await File.ReadAllTextAsync(FormerPath + JudgementFile.TakenOverSuffix, Stop));
            Assert.Equal(2, Directory.GetFiles(_temporary.Options.Folder, JudgementFile.FileName + "*").Length);
            thread.Put(Activities.Added(Activities.Car(1, "10.0.0.3", "10.0.0.4")));
            await thread.StopAsync(Stop);
        }

        // Another file of that name is not looked at: what is known goes on.
        SaveAsVersion1("10.0.0.8", "10.0.0.9");
        using var next = await StartAsync();
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"], await HostsAsync(next));
    }

    [Fact]
    public async Task Damaged_file_of_a_former_version_is_renamed_and_counted()
    {
        SaveAsVersion1("10.0.0.1", "10.0.0.2");
        var octets = await File.ReadAllBytesAsync(FormerPath, Stop);
        await File.WriteAllBytesAsync(FormerPath, octets[..^7], Stop);

        using var thread = await StartAsync();

        Assert.Empty(await HostsAsync(thread));
        Assert.Equal(1, _gauges.StateDamaged);
        Assert.Single(Directory.GetFiles(_temporary.Options.Folder, JudgementFile.FileName + ".damaged-*Z"));
    }

    [Fact]
    public async Task Disk_that_fails_for_a_while_is_said_once_and_what_was_taken_meanwhile_is_kept_afterwards()
    {
        using var thread = await StartAsync();
        using (var other = new Microsoft.Data.Sqlite.SqliteConnection($"Data Source={_temporary.StatePath};Pooling=False"))
        {
            other.Open();
            Database.Execute(other, "BEGIN IMMEDIATE");
            thread.Put(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
            await UntilAsync(() => _gauges.StateFailures >= 2);
            Database.Execute(other, "ROLLBACK");
        }

        thread.Put(Activities.Added(Activities.Car(2, "10.0.0.3", "10.0.0.4")));
        await UntilAsync(() => _temporary.Log.Lines.Any(line => line.Contains("kept again", StringComparison.Ordinal)));
        Assert.Single(_temporary.Log.Lines, line => line.Contains("cannot be kept", StringComparison.Ordinal));
        await thread.StopAsync(Stop);
        using var next = await StartAsync();
        Assert.Equal(["10.0.0.1", "10.0.0.2", "10.0.0.3", "10.0.0.4"], await HostsAsync(next));
    }

    [Fact]
    public async Task Activity_between_two_hosts_that_nobody_knows_as_servers_becomes_a_finding()
    {
        using var thread = await StartAsync(isKept: false);
        _temporary.Time.Now += TimeSpan.FromSeconds(30);

        thread.Put(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
        while (_feed.Backlog == 0)
        {
            _temporary.Time.Now += TimeSpan.FromSeconds(1);
            await Task.Delay(5, Stop);
        }

        var change = Assert.Single(_feed.Take());
        Assert.Equal(("10.0.0.1", "10.0.0.2"), (change.Finding.Client.ToString(), change.Finding.Server?.ToString()));
        Assert.Contains("T1021", string.Join(' ', change.Finding.Techniques), StringComparison.Ordinal);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], await HostsAsync(thread));
    }

    [Fact]
    public async Task What_a_judge_says_while_it_is_brought_back_is_not_counted_again()
    {
        using (var thread = await StartAsync())
        {
            thread.Put(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
            await UntilAsync(() => _feed.Backlog > 0 && _archive.HasJournal);
        }

        // As if it had been killed after the first chunk: nothing but that is there.
        var found = Assert.Single(_feed.Take()).Finding;
        Assert.Equal(1, _feed.Added(found.Kind, found.Severity));

        var directory = _temporary.Exporters;
        var journal = new JudgeJournalWriter(directory, offset: 0);
        journal.BeginTurn(Activities.Epoch);
        journal.Add(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
        journal.EndTurn();
        _file.Commit(connection =>
        {
            Database.Execute(connection, "DELETE FROM judge_snapshot; DELETE FROM judge_journal");
            return true;
        });
        _archive.Append(0, journal.Chunk);
        using var next = await StartAsync();

        Assert.Equal(found.Id, Assert.Single(_feed.Take()).Finding.Id);
        Assert.Equal(1, _feed.Added(found.Kind, found.Severity));
    }

    [Fact]
    public async Task Verdicts_that_hold_are_told_to_the_judge_at_its_start_and_when_they_are_given()
    {
        var finding = SampleFindings.Found("10.0.0.1");
        new FindingStore(_file, _temporary.Catalog, _temporary.Options, _temporary.Clock).Write([SampleFindings.Added(finding)]);
        var verdict = new GivenVerdict(VerdictMeaning.Malicious, "Grace", "it was", Activities.Epoch, ExpiresUnixMilliseconds: null);
        _verdicts.Give(finding.Id, verdict);

        var takenBack = SampleFindings.Found("10.0.0.2");
        new FindingStore(_file, _temporary.Catalog, _temporary.Options, _temporary.Clock).Write([SampleFindings.Added(takenBack)]);
        _verdicts.Give(takenBack.Id, verdict with { Meaning = VerdictMeaning.Benign });
        _verdicts.Withdraw(takenBack.Id);

        using var thread = await StartAsync();
        thread.Apply((verdict with { Meaning = VerdictMeaning.Benign }).On(finding.Kind, finding.Client, finding.Server));
        await UntilAsync(() => VerdictsInJournal().Count >= 3);

        // What was taken back is told as expired, and not as benign: it would be learned.
        Assert.Equal(
            [(finding.Id, VerdictMeaning.Malicious, null), (takenBack.Id, VerdictMeaning.Malicious, Activities.Epoch),
                (finding.Id, VerdictMeaning.Benign, null)],
            VerdictsInJournal().Select(told => (told.FindingId, told.Meaning, told.ExpiresUnixMilliseconds)));
    }

    [Fact]
    public async Task Where_the_clock_is_set_back_the_journal_says_how_far_it_had_come()
    {
        using var thread = await StartAsync();
        thread.Put(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
        await UntilAsync(() => _archive.HasJournal);
        var before = await thread.AskAsync(judge => judge.ClockUnixMilliseconds, 0);
        _temporary.Time.Now += TimeSpan.FromMinutes(10);

        // A turn that was under way answers by the time at which it began.
        var reached = before;
        while (reached < before + 600_000) reached = await thread.AskAsync(judge => judge.ClockUnixMilliseconds, 0);

        _temporary.Time.Step = TimeSpan.FromMinutes(-5);
        await UntilAsync(() => InputsInJournal().Any(input => input.Kind == JudgeInputKind.ClockSetBack));

        var inputs = InputsInJournal();
        var index = inputs.FindIndex(input => input.Kind == JudgeInputKind.ClockSetBack);
        Assert.Equal(JudgeInputKind.TimePassed, inputs[index - 2].Kind);
        Assert.InRange(inputs[index - 2].Arrival, reached, reached + 60_000);
        Assert.InRange(inputs[index].Arrival, reached - 300_000, reached - 240_000);
    }

    [Fact]
    public async Task Judge_that_fails_ends_alone_and_says_so()
    {
        using var thread = await StartAsync(sink: new FailingSink());
        thread.Put(Activities.Added(Activities.Car(1)));

        while (thread.IsRunning) await Task.Delay(5, Stop);

        await Assert.ThrowsAsync<JudgeBusyException>(() => thread.AskAsync(judge => judge.Counts, default));
        Assert.Single(_temporary.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.Null(_archive.ReadSnapshot(_ => { }));
    }

    [Fact]
    public async Task Shards_see_what_the_judge_learned_of_endpoints()
    {
        using var thread = await StartAsync();
        var server = HostAddress.Parse("192.0.2.20");
        for (var i = 0; i < 2; i++) thread.Put(Activities.Added(Activities.Car(i, $"10.0.0.{i}")));
        var later = Activities.Epoch + (long)TimeSpan.FromHours(4).TotalMilliseconds;
        Assert.False(thread.KnownEndpoints.TryFind(server, 49_667, later, out _));

        while (_gauges.Counts.Facts < 2) await Task.Delay(5, Stop);
        _temporary.Time.Now += TimeSpan.FromHours(3);

        while (!thread.KnownEndpoints.TryFind(server, 49_667, later, out _)) await Task.Delay(5, Stop);
    }

    [Fact]
    public async Task Where_nothing_is_judged_facts_end_uncounted_and_questions_have_the_answer_that_they_name()
    {
        using var thread =
            new JudgeThread(
                null, 1_000, () => Memory(isKept: true), _verdicts.Latest, _gauges, _temporary.Clock, _temporary.Log.For<JudgeThread>());
        await thread.StartAsync(Stop);
        thread.Put(Activities.Added(Activities.Car(1)));

        Assert.Equal((0, 0), (thread.Queued(JudgedFact.Activity), thread.Dropped(JudgedFact.Activity)));
        Assert.Equal(7, await thread.AskAsync(judge => judge.Hosts().Count, 7));
        Assert.True(thread.IsRunning);
        await thread.StopAsync(Stop);
        Assert.Null(_archive.ReadSnapshot(_ => { }));
    }

    [Fact]
    public async Task At_the_start_the_judge_knows_the_roles_that_the_store_has_and_no_others()
    {
        var store = new ToldRoleStore(_file);
        ToldRole[] told = [Told("10.0.0.1", HostRole.Server), Told("10.0.0.2", HostRole.Server), Told("10.0.0.0/24", HostRole.Workstation)];
        using (var thread = await StartAsync(toldRoles: store.Read))
        {
            foreach (var role in told)
            {
                Assert.True(store.Tell(role, from: null));
                thread.Tell(role);
            }

            Assert.Equal(3, await thread.AskAsync(judge => judge.ToldRoles.Count, 0));
            await thread.StopAsync(Stop);
        }

        // Taken back, told otherwise and told anew by a process that ended before its judge knew.
        store.Withdraw(told[0].Hosts);
        Assert.True(store.Tell(told[1] with { Role = HostRole.Scanner }, from: null));
        Assert.True(store.Tell(Told("10.0.0.3", HostRole.Scanner), from: null));
        for (var restart = 0; restart < 2; restart++)
        {
            using var again = await StartAsync(toldRoles: store.Read);
            Assert.Equal(store.Read(), await again.AskAsync(judge => judge.ToldRoles, []));
            await again.StopAsync(Stop);
        }
    }

    [Fact]
    public void Roles_are_in_the_journal_in_the_order_in_which_they_were_told()
    {
        var memory = Memory(isKept: true);
        var judge = memory.Recall(() => new Judge(new JudgementOptions(), _feed, _temporary.Exporters));
        foreach (var role in (HostRole?[])[HostRole.Server, null, HostRole.Scanner])
        {
            memory.Journal!.BeginTurn(Activities.Epoch);
            memory.Journal.Add(Told("10.0.0.1", role));
            judge.Tell(Told("10.0.0.1", role));
            memory.Journal.EndTurn();
        }

        _archive.Append(memory.Journal!.ChunkOffset, memory.Journal.Chunk);
        var recalled = Memory(isKept: true).Recall(() => new Judge(new JudgementOptions(), _feed, _temporary.Exporters));

        Assert.Equal(judge.ToldRoles, recalled.ToldRoles);
        Assert.Equal(HostRole.Scanner, Assert.Single(recalled.ToldRoles).Role);
    }

    private static ToldRole Told(string hosts, HostRole? role) => AddressPrefix.TryParse(hosts, out var prefix)
        ? new ToldRole(prefix, role, "Ada", "a test", Activities.Epoch)
        : throw new FormatException();

    private static async Task<IEnumerable<string>> HostsAsync(JudgeThread thread) =>
        (await thread.AskAsync(judge => judge.Hosts(), [])).Select(host => host.Address.ToString());

    private static ContactChange Contact(string client) => new(ActivityChangeKind.Added, new AdministrationContact
    {
        Id = 1,
        Client = HostAddress.Parse(client),
        Server = HostAddress.Parse("10.1.0.2"),
        Flow = new FlowSpan(50_000, 445, Activities.Epoch, Activities.Epoch + 1),
    });

    private async Task LearnAndStopAsync()
    {
        using var thread = await StartAsync();
        thread.Put(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
        await thread.StopAsync(Stop);
    }

    [Fact]
    public async Task What_a_log_delivers_is_kept_with_how_far_it_was_read_and_judged_by_its_time()
    {
        using (var thread = await StartAsync(followsLog: true))
        {
            Assert.True(thread.KeptPosition.IsEmpty);
            for (byte number = 1; number <= 3; number++)
            {
                var activity = Activities.Car(number, $"10.0.0.{number}");
                thread.Deliver(new[] { number }, activity.StartUnixMilliseconds + 500, () => thread.Put(Activities.Added(activity)));
            }

            await thread.StopAsync(Stop);
        }

        using var again = await StartAsync(followsLog: true);
        Assert.Equal([3], again.KeptPosition.ToArray());
        var clock = await again.AskAsync(judge => judge.ClockUnixMilliseconds, 0);
        Assert.Equal(Activities.Car(3).StartUnixMilliseconds + 500, clock);
        await again.StopAsync(Stop);
    }

    /// <summary>What a judge of version 1 left that had seen one client drive one server.</summary>
    private void SaveAsVersion1(string client, string server)
    {
        var name = (client, server) is ("10.0.0.1", "10.0.0.2") ? "judgement.bin" : "judgement-of-others.bin";
        Directory.CreateDirectory(_temporary.Options.Folder);
        File.Copy(
            Path.Combine(CollectorProgram.RepositoryRoot(), "tests", "RpcCollector.Tests", "Store", "former", name), FormerPath,
            overwrite: true);
    }

    private List<(JudgeInputKind Kind, long Arrival)> InputsInJournal()
    {
        var inputs = new List<(JudgeInputKind, long)>();
        _archive.ReadJournal(0, chunk =>
        {
            var reader = new JudgeJournalReader(chunk, _temporary.Exporters);
            while (reader.Read()) inputs.Add((reader.Kind, reader.ArrivalUnixMilliseconds));
            return reader.Offset;
        });
        return inputs;
    }

    private List<Verdict> VerdictsInJournal()
    {
        var verdicts = new List<Verdict>();
        _archive.ReadJournal(0, chunk =>
        {
            var reader = new JudgeJournalReader(chunk, _temporary.Exporters);
            while (reader.Read())
            {
                if (reader.Kind == JudgeInputKind.Verdict) verdicts.Add(reader.Verdict!);
            }

            return reader.Offset;
        });
        return verdicts;
    }

    private JudgeMemory Memory(bool isKept) => new(
        isKept ? _archive : null, isKept ? new JudgementFile(_temporary.Options.Folder, _temporary.Clock) : null, _feed,
        _temporary.Exporters, _gauges, _temporary.Time,
        _temporary.Log.For<JudgeThread>());

    private async Task<JudgeThread> StartAsync(
        int capacity = 100_000, bool isKept = true, IFindingSink? sink = null, Func<IReadOnlyList<ToldRole>>? toldRoles = null,
        bool followsLog = false)
    {
        var thread = new JudgeThread(
            () => new Judge(new JudgementOptions(), sink ?? _feed, _temporary.Exporters), capacity, () =>
                Memory(isKept), _verdicts.Latest, _gauges, _temporary.Clock,
            _temporary.Log.For<JudgeThread>(), toldRoles: toldRoles);
        if (followsLog) thread.FollowLog();
        await thread.StartAsync(Stop);
        return thread;
    }

    private sealed class FailingSink : IFindingSink
    {
        public void Publish(in FindingChange change) => throw new InvalidOperationException("a bug");
    }

    /// <summary>
    /// Lets time pass until something has happened: the journal is written every second, by the clock that the test sets.
    /// </summary>
    private async Task UntilAsync(Func<bool> hasHappened)
    {
        while (!hasHappened())
        {
            _temporary.Time.Now += TimeSpan.FromMilliseconds(100);
            await Task.Delay(5, Stop);
        }
    }
}
