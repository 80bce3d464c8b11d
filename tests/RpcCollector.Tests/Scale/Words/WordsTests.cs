using System.Runtime.CompilerServices;
using RpcCollector.Detection;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Options;
using RpcCollector.Scale;
using RpcCollector.Scale.Words;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Words;
using RpcCollector.Tests.Store.Incidents;
using RpcCollector.Vitals;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Scale.Words;

/// <summary>Two judges with a store each, and the log between them: what people said at one is known at the other.</summary>
public sealed class WordsTests : IAsyncDisposable
{
    private static readonly Said ByAda = new("Ada", "192.0.2.1");

    private readonly MemoryFlowLog _log = new(partitions: 2, static () => 0, TimeProvider.System, lease: TimeSpan.FromHours(1));
    private readonly Side _active;
    private readonly Side _standby;

    public WordsTests()
    {
        var appended = new StrongBox<long>();
        (_active, _standby) = (new Side("a", _log, appended, isActive: true), new Side("b", _log, appended, isActive: false));
        foreach (var side in (Side[])[_active, _standby]) side.Store.Write(Added(Found("10.0.0.1")), Added(Found("10.0.0.2")));
    }

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public async ValueTask DisposeAsync()
    {
        _active.Dispose();
        _standby.Dispose();
        await _log.DisposeAsync();
    }

    [Fact]
    public async Task Verdict_suppression_role_and_what_is_done_with_incidents_are_known_at_the_other_judge()
    {
        var (first, second) = (Found("10.0.0.1").Id, Found("10.0.0.2").Id);
        _active.Store.Deeds.GiveOnFinding(first, Verdict());
        var suppression = _active.Suppressions.Add(
            new Suppression(0, FindingKind.RpcSweep, "10.0.0.0/24", null, "Ada", "scanner", _active.Store.Now, null))!;
        _active.Roles.Tell(Role("10.0.0.7", HostRole.Server), from: null);
        _active.Store.Deeds.SetState(second, IncidentState.Acknowledged, "mine", ByAda);
        _active.Store.Deeds.Assign(second, "Ada", ByAda);
        _active.Store.Deeds.Note(second, "looks odd", ByAda);

        await _standby.ReadAsync();

        Assert.Equal(
            (VerdictMeaning.Malicious, "Ada", "it was"),
            _standby.Store.Findings.Find(first)!.Verdict is { } verdict ? (verdict.Meaning, verdict.Who, verdict.Why) : default);
        Assert.Equal(suppression, Assert.Single(_standby.Suppressions.Read()).Suppression);
        Assert.Equal(_active.Roles.Read(), _standby.Roles.Read());
        var (here, there) = (_active.Store.Find(second), _standby.Store.Find(second));
        Assert.Equal((here.State, here.Assignee), (there.State, there.Assignee));
        Assert.Equal((IncidentState.Acknowledged, "Ada"), (there.State, there.Assignee));
        Assert.Equal(Told(_active, second), Told(_standby, second));
        Assert.Equal(4, Told(_standby, second).Count(line => line.Contains("Ada", StringComparison.Ordinal)) + 1);
        Assert.All(Enum.GetValues<WordRejection>(), reason => Assert.Equal(0, _standby.Reader.Rejected(reason)));
    }

    [Fact]
    public async Task What_is_taken_back_at_one_is_gone_at_the_other()
    {
        var first = Found("10.0.0.1").Id;
        _active.Store.Deeds.GiveOnFinding(first, Verdict());
        var suppression = _active.Suppressions.Add(
            new Suppression(0, null, "10.0.0.0/24", null, "Ada", "scanner", _active.Store.Now, null))!;
        _active.Roles.Tell(Role("10.0.0.7", HostRole.Server), from: null);
        await _standby.ReadAsync();

        _active.Store.Deeds.WithdrawOnFinding(first, from: null);
        _active.Suppressions.Delete(suppression.Id);
        _active.Roles.Withdraw(new AddressPrefix(HostAddress.Parse("10.0.0.7"), 32));
        await _standby.ReadAsync();

        Assert.Null(_standby.Store.Findings.Find(first)!.Verdict);
        Assert.Empty(_standby.Suppressions.Read());
        Assert.Empty(_standby.Roles.Read());
    }

    [Fact]
    public async Task Each_word_counts_once_however_often_the_log_is_read_and_the_store_is_opened()
    {
        var second = Found("10.0.0.2").Id;
        _active.Store.Deeds.Note(second, "looks odd", ByAda);
        await _standby.ReadAsync();
        var told = Told(_standby, second);

        await _standby.ReadAsync(from: 1);
        _standby.Reopen();
        await _standby.ReadAsync(from: 1);
        await _active.ReadAsync(from: 1);

        Assert.Equal(told, Told(_standby, second));
        Assert.Equal(told, Told(_active, second));
    }

    [Fact]
    public async Task While_the_broker_does_not_confirm_nothing_is_changed_here_or_there()
    {
        _active.Away = true;

        Assert.Throws<NotSaidException>(() => _active.Roles.Tell(Role("10.0.0.7", HostRole.Server), from: null));
        Assert.Throws<NotSaidException>(() => _active.Store.Deeds.Note(Found("10.0.0.2").Id, "looks odd", ByAda));

        _active.Away = false;
        await _standby.ReadAsync();
        foreach (var side in (Side[])[_active, _standby])
        {
            Assert.Empty(side.Roles.Read());
            Assert.DoesNotContain(Told(side, Found("10.0.0.2").Id), line => line.Contains("looks odd", StringComparison.Ordinal));
        }

        _active.Roles.Tell(Role("10.0.0.7", HostRole.Server), from: null);
        Assert.Single(_active.Roles.Read());
    }

    [Fact]
    public async Task Word_that_stands_in_the_log_though_its_process_ended_before_it_was_committed_is_known_at_both()
    {
        _active.Confirms = false;
        Assert.Throws<NotSaidException>(() => _active.Roles.Tell(Role("10.0.0.7", HostRole.Server), from: null));
        Assert.Empty(_active.Roles.Read());

        _active.Reopen();
        await _active.ReadAsync();
        await _standby.ReadAsync();

        Assert.Single(_active.Roles.Read());
        Assert.Equal(_active.Roles.Read(), _standby.Roles.Read());
    }

    [Fact]
    public async Task The_judge_that_takes_over_goes_on_and_the_former_one_follows_it()
    {
        _active.Roles.Tell(Role("10.0.0.7", HostRole.Server), from: null);
        await _standby.ReadAsync();

        _active.Standing.Set(isActive: false, "b");
        _standby.Standing.Set(isActive: true, other: null);
        Assert.Throws<NotSaidException>(() => _active.Roles.Tell(Role("10.0.0.8", HostRole.Server), from: null));
        _standby.Roles.Tell(Role("10.0.0.7", HostRole.Scanner), from: null);
        _standby.Roles.Tell(Role("10.0.0.9", HostRole.Server), from: null);
        await _active.ReadAsync();

        Assert.Equal(
            [HostRole.Scanner, HostRole.Server], _active.Roles.Read().OrderBy(role => role.Hosts).Select(role => role.Role!.Value));
        Assert.Equal(_standby.Roles.Read(), _active.Roles.Read());
    }

    [Fact]
    public async Task Line_of_a_file_that_is_read_in_the_log_while_it_is_written_here_is_not_written_once_more()
    {
        var reading = Task.CompletedTask;
        _active.Words.Say("tokens", [("one", "a line")], () =>
        {
            reading = Task.Run(() => _active.ReadAsync());
            Assert.False(reading.Wait(TimeSpan.FromMilliseconds(200)));
        });
        await reading;
        await _standby.ReadAsync();

        Assert.Empty(_active.OfAccounts);
        Assert.Equal("one", Assert.Single(_standby.OfAccounts).Key);
    }

    [Fact]
    public async Task Line_of_a_file_that_could_not_be_written_here_is_taken_from_the_log()
    {
        Assert.Throws<StartupException>(
            () => _active.Words.Say("tokens", [("one", "a line")], () => throw new StartupException("the disk is full")));
        Assert.True(_active.Store.State.IsWritable);
        await _active.ReadAsync();

        Assert.Equal("one", Assert.Single(_active.OfAccounts).Key);
    }

    private static GivenVerdict Verdict() => new(VerdictMeaning.Malicious, "Ada", "it was", 1_700_000_000_000, null);

    private static ToldRole Role(string host, HostRole role) =>
        new(new AddressPrefix(HostAddress.Parse(host), 32), role, "Ada", "told", 1_700_000_000_000);

    private static List<string> Told(Side side, long incident) =>
        [.. side.Store.Incidents.History(incident).Select(line => $"{line.AtUnixMilliseconds} {line.What} {line.Who} {line.Text}").Order()];

    /// <summary>A judge as far as words go.</summary>
    private sealed class Side : PassingLog, IDisposable
    {
        private readonly JudgeThread _judge;
        private readonly ScaleOptions _options;
        private readonly StrongBox<long> _appended;
        private long _offset;

        public Side(string name, MemoryFlowLog log, StrongBox<long> appended, bool isActive)
            : base(log)
        {
            (_appended, _options) = (appended, new ScaleOptions { Name = name, Role = ScaleRole.Judge });
            Standing.Set(isActive, other: null);
            _judge = new JudgeThread(
                null, 1_000, () => throw new InvalidOperationException("nothing is judged"), () => [], new JudgeGauges(),
                Store.Clock, Store.Temporary.Log.For<JudgeThread>());
            (Words, Reader, Suppressions, Roles) = Open();
        }

        public StoredIncidents Store { get; } = new();

        public JudgeStanding Standing { get; } = new();

        public WordLog Words { get; private set; }

        public WordReader Reader { get; private set; }

        public SuppressionStore Suppressions { get; private set; }

        public ToldRoleStore Roles { get; private set; }

        /// <summary>Lines of files that were taken from the log.</summary>
        public List<SaidRow> OfAccounts { get; } = [];

        /// <summary>True while nothing that it appends comes to the log.</summary>
        public bool Away { get; set; }

        /// <summary>False while what it appends comes to the log, and no answer comes back.</summary>
        public bool Confirms { get; set; } = true;

        public override string? Absence => Away ? "away" : null;

        public void Reopen()
        {
            Words.Dispose();
            Store.Reopen();
            (Away, Confirms) = (false, true);
            (Words, Reader, Suppressions, Roles) = Open();
        }

        /// <summary>Reads what stands in the log, from where it was, or from an offset.</summary>
        public async Task ReadAsync(long? from = null)
        {
            _offset = from - 1 ?? _offset;
            if (_offset == _appended.Value) return;
            var messages = new ActMessageReader(Store.Temporary.Exporters);
            await foreach (var entry in Log.ReadAsync(LogSubject.AllActs, _offset + 1, Cancelled))
            {
                Assert.True(entry.Subject.IsSaid);
                Assert.True(messages.TryRead(entry.Batch, out var header));
                while (messages.Read())
                {
                    Assert.Equal(IWordTaker.Topic, messages.Topic);
                    Reader.Take(header, messages.Content.Span);
                }

                Reader.End(header, _offset = entry.Offset);
                Reader.Apply();
                if (_offset == _appended.Value) break;
            }
        }

        public void Dispose()
        {
            Words.Dispose();
            _judge.Dispose();
            Store.Dispose();
        }

        public override async Task AppendAsync(LogSubject to, ReadOnlyMemory<byte> message, CancellationToken stopping)
        {
            if (Away) throw new FlowLogException("away");
            await Log.AppendAsync(to, message, stopping);
            _appended.Value++;
            if (!Confirms) throw new FlowLogException("no answer in time");
        }

        private (WordLog Words, WordReader Reader, SuppressionStore Suppressions, ToldRoleStore Roles) Open()
        {
            var words = new WordLog(_options, this, Standing, Store.State, Store.Clock);
            Store.State.Words = words;
            var reader = new WordReader(
                Store.State, Store.Keeper, Store.Verdicts, _judge, words, Store.Temporary.Log.For<WordReader>(), from: 0)
            {
                Accounts = rows =>
                {
                    OfAccounts.AddRange(rows.Where(row => row.Table is "tokens"));
                    return true;
                },
            };
            return (words, reader, new SuppressionStore(Store.State, Store.Clock), new ToldRoleStore(Store.State));
        }
    }
}
