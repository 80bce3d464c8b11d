using RpcCollector.Detection;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Time;
using RpcCollector.Judging;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Tests.Store;
using RpcCollector.Tests.Store.Findings;

namespace RpcCollector.Tests.Judging;

public sealed class JudgeThreadTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private readonly StateStore _file;
    private readonly VerdictStore _verdicts;
    private readonly JudgeGauges _gauges = new();
    private readonly List<ScriptedJudge> _judges = [];

    public JudgeThreadTests()
    {
        _file = _temporary.OpenState();
        _verdicts = new VerdictStore(_file, _temporary.Time);
    }

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    private string SavedPath => Path.Combine(_temporary.Options.Folder, JudgementFile.FileName);

    public void Dispose()
    {
        _file.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public async Task Facts_of_one_kind_reach_the_judge_in_their_order_and_all_of_them_before_the_end()
    {
        using var thread = await StartAsync();
        for (var i = 0; i < 5_000; i++) thread.Put(Activities.Added(Activities.Car(i, $"10.0.{i / 250}.{i % 250}")));
        thread.Put(new ContactChange(ActivityChangeKind.Added, new AdministrationContact { Client = HostAddress.Parse("10.1.0.1") }));
        thread.Put(new RpcOperation { Uid = "C1", Interface = "drsuapi", Operation = "DRSGetNCChanges" });

        await thread.StopAsync(Stop);

        var judge = Assert.Single(_judges);
        Assert.Equal(Enumerable.Range(0, 5_000).Select(i => $"activity 10.0.{i / 250}.{i % 250} Added"), judge.Taken.Where(fact => fact.StartsWith("activity", StringComparison.Ordinal)));
        Assert.Contains("contact 10.1.0.1 Added", judge.Taken);
        Assert.Contains("operation DRSGetNCChanges", judge.Taken);
        Assert.Equal(0, thread.Dropped(JudgedFact.Activity));
    }

    [Fact]
    public async Task What_finds_no_room_is_dropped_and_counted_and_nobody_waits()
    {
        using var thread = await StartAsync(capacity: 10);
        var judge = Assert.Single(_judges);
        judge.Gate.Reset();
        thread.Put(Activities.Added(Activities.Car(0)));
        while (thread.Queued(JudgedFact.Activity) > 0) await Task.Delay(5, Stop);

        for (var i = 0; i < 25; i++) thread.Put(Activities.Added(Activities.Car(i)));

        Assert.Equal((10, 15), (thread.Queued(JudgedFact.Activity), thread.Dropped(JudgedFact.Activity)));
        judge.Gate.Set();
        await thread.StopAsync(Stop);
        Assert.Equal(11, judge.Facts);
    }

    [Fact]
    public async Task Next_judge_knows_what_the_former_one_knew()
    {
        using (var thread = await StartAsync())
        {
            for (var i = 0; i < 7; i++) thread.Put(Activities.Added(Activities.Car(i)));
            await thread.StopAsync(Stop);
        }

        using var next = await StartAsync();

        Assert.Equal(7, _judges[^1].Facts);
        Assert.Contains(_temporary.Log.Lines, line => line.Contains("What was learned is known", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(15)]
    public async Task Damaged_file_is_renamed_and_said_once_and_the_judge_starts_empty(int place)
    {
        using (var thread = await StartAsync())
        {
            thread.Put(Activities.Added(Activities.Car(1)));
            await thread.StopAsync(Stop);
        }

        var octets = await File.ReadAllBytesAsync(SavedPath, Stop);
        octets[place] ^= 0x40;
        await File.WriteAllBytesAsync(SavedPath, octets, Stop);

        using var next = await StartAsync();

        Assert.Equal(0, _judges[^1].Facts);
        Assert.Equal(1, _gauges.StateDamaged);
        Assert.Single(_temporary.Log.Lines, line => line.StartsWith("Error", StringComparison.Ordinal));
        Assert.Single(Directory.GetFiles(_temporary.Options.Folder, JudgementFile.FileName + ".damaged-*Z"));
    }

    [Fact]
    public async Task File_that_is_cut_off_is_damage_too()
    {
        Directory.CreateDirectory(_temporary.Options.Folder);
        await File.WriteAllTextAsync(SavedPath, "RPC", Stop);

        using var thread = await StartAsync();

        Assert.Equal(1, _gauges.StateDamaged);
    }

    [Fact]
    public async Task Activity_between_two_hosts_that_nobody_knows_as_servers_becomes_a_finding()
    {
        using var feed = new FindingFeed(1_000);
        var keeper = new JudgementKeeper(file: null, _gauges, _temporary.Log.For<JudgeThread>());
        using var thread = new JudgeThread(
            () => new LearningJudge(new JudgementOptions(), feed, new ExporterDirectory()), 1_000, keeper, _verdicts.Latest, _gauges, new ArrivalClock(_temporary.Time), _temporary.Time, _temporary.Log.For<JudgeThread>());
        await thread.StartAsync(Stop);
        _temporary.Time.Now += TimeSpan.FromSeconds(30);

        thread.Put(Activities.Added(Activities.Car(1, "10.0.0.1", "10.0.0.2")));
        while (feed.Backlog == 0)
        {
            _temporary.Time.Now += TimeSpan.FromSeconds(1);
            await Task.Delay(5, Stop);
        }

        var change = Assert.Single(feed.Take());
        Assert.Equal(("10.0.0.1", "10.0.0.2"), (change.Finding.Client.ToString(), change.Finding.Server?.ToString()));
        Assert.Contains("T1021", string.Join(' ', change.Finding.Techniques), StringComparison.Ordinal);
        Assert.Equal(["10.0.0.1", "10.0.0.2"], (await thread.AskAsync(new HostQuery(After: null, Within: null, Role: null, 10).Read)).Select(host => host.Address.ToString()));
    }

    [Fact]
    public async Task State_is_saved_when_an_hour_closes()
    {
        using var thread = await StartAsync();
        var judge = Assert.Single(_judges);
        await thread.AskAsync(_ => judge.KnownEndpoints = new CurrentEndpoints());

        while (!File.Exists(SavedPath)) await Task.Delay(5, Stop);
    }

    [Fact]
    public async Task Verdicts_that_hold_are_told_to_the_judge_at_its_start_and_when_they_are_given()
    {
        var finding = SampleFindings.Found("10.0.0.1");
        new FindingStore(_file, _temporary.Catalog, _temporary.Options, _temporary.Time).Write([SampleFindings.Added(finding)]);
        var verdict = new GivenVerdict(VerdictMeaning.Malicious, "Grace", "it was", Activities.Epoch, ExpiresUnixMilliseconds: null);
        _verdicts.Give(finding.Id, verdict);

        var takenBack = SampleFindings.Found("10.0.0.2");
        new FindingStore(_file, _temporary.Catalog, _temporary.Options, _temporary.Time).Write([SampleFindings.Added(takenBack)]);
        _verdicts.Give(takenBack.Id, verdict with { Meaning = VerdictMeaning.Benign });
        _verdicts.Withdraw(takenBack.Id);

        using var thread = await StartAsync();
        thread.Apply((verdict with { Meaning = VerdictMeaning.Benign }).On(finding.Kind, finding.Client, finding.Server));
        await thread.AskAsync(judge => judge.Counts);

        // What was taken back is told as expired, and not as benign: it would be learned.
        Assert.Equal(
            [(finding.Id, VerdictMeaning.Malicious, null), (takenBack.Id, VerdictMeaning.Malicious, Activities.Epoch), (finding.Id, VerdictMeaning.Benign, null)],
            Assert.Single(_judges).Verdicts.Select(told => (told.FindingId, told.Meaning, told.ExpiresUnixMilliseconds)));
    }

    [Fact]
    public async Task Judge_that_fails_ends_alone_and_says_so()
    {
        using var thread = await StartAsync();
        Assert.Single(_judges).Failure = new InvalidOperationException("a bug");
        thread.Put(Activities.Added(Activities.Car(1)));

        while (thread.IsRunning) await Task.Delay(5, Stop);

        await Assert.ThrowsAsync<JudgeBusyException>(() => thread.AskAsync(judge => judge.Counts));
        Assert.Single(_temporary.Log.Lines, line => line.StartsWith("Critical", StringComparison.Ordinal));
        Assert.False(File.Exists(SavedPath));
    }

    [Fact]
    public async Task Shards_see_what_the_judge_learned_of_endpoints()
    {
        using var thread = await StartAsync();
        var server = HostAddress.Parse("192.0.2.20");
        Assert.False(thread.KnownEndpoints.TryFind(server, 49_667, Activities.Epoch, out _));

        await thread.AskAsync(_ => _judges[0].KnownEndpoints = new OneEndpoint(server, 49_667));

        while (!thread.KnownEndpoints.TryFind(server, 49_667, Activities.Epoch, out var interfaces) || interfaces != RpcInterfaces.Drsuapi) await Task.Delay(5, Stop);
    }

    private async Task<JudgeThread> StartAsync(int capacity = 100_000)
    {
        var keeper = new JudgementKeeper(new JudgementFile(_temporary.Options.Folder, _temporary.Time), _gauges, _temporary.Log.For<JudgeThread>());
        var thread = new JudgeThread(Create, capacity, keeper, _verdicts.Latest, _gauges, new ArrivalClock(_temporary.Time), _temporary.Time, _temporary.Log.For<JudgeThread>());
        await thread.StartAsync(Stop);
        return thread;
    }

    private ScriptedJudge Create()
    {
        _judges.Add(new ScriptedJudge());
        return _judges[^1];
    }

    private sealed class OneEndpoint(HostAddress server, ushort port) : IKnownEndpoints
    {
        public bool TryFind(HostAddress asked, ushort askedPort, long atUnixMilliseconds, out RpcInterfaces interfaces)
        {
            interfaces = RpcInterfaces.Drsuapi;
            return asked == server && askedPort == port;
        }
    }
}
