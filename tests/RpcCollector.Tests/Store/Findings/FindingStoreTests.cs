using RpcCollector.Detection;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using static RpcCollector.Tests.Store.Findings.SampleFindings;

namespace RpcCollector.Tests.Store.Findings;

public sealed class FindingStoreTests : IDisposable
{
    private readonly TemporaryStore _temporary = new();
    private StateStore _file;
    private FindingStore _store;

    public FindingStoreTests() => (_file, _store) = Open();

    private VerdictStore Verdicts => new(_file, _temporary.Clock);

    private SuppressionStore Suppressions => new(_file, _temporary.Clock);

    private long Now => _temporary.Time.Now.ToUnixTimeMilliseconds();

    public void Dispose()
    {
        _file.Dispose();
        _temporary.Dispose();
    }

    [Fact]
    public void Finding_comes_back_as_it_was_also_after_a_restart()
    {
        var finding = Found("10.0.0.1");
        _store.Write([Added(finding)]);
        Reopen();

        var stored = Assert.Single(_store.Read(new FindingQuery()).Items);

        Assert.Equal(
            (finding.Id, finding.Kind, finding.Severity, finding.Confidence), (stored.Id, stored.Kind, stored.Severity, stored.Confidence));
        Assert.Equal(
            (finding.Client, finding.Server, finding.Count, finding.Reason), (stored.Client, stored.Server, stored.Count, stored.Reason));
        Assert.Equal(
            (finding.FirstSeenUnixMilliseconds, finding.LastSeenUnixMilliseconds),
            (stored.FirstSeenUnixMilliseconds, stored.LastSeenUnixMilliseconds));
        Assert.Equal(finding.Techniques, stored.Techniques);
        Assert.Equal(finding.Analytics, stored.Analytics);
        Assert.Equal(finding.Operations, stored.Operations);
        var flow = Assert.Single(stored.Flows);
        Assert.Equal(("10.0.0.1", 50_001, "192.0.2.20", 49_667), (flow.Client, flow.ClientPort, flow.Server, flow.ServerPort));
        Assert.Equal(["198.51.100.1"], flow.Exporters);
        Assert.Equal(finding.Flows[0].CommunityId, flow.CommunityId);
        Assert.Equal(1u, stored.SamplingInterval);
        Assert.Equal(1, _store.Findings);
    }

    [Theory]
    [InlineData(ActivityChangeKind.Added)]
    [InlineData(ActivityChangeKind.Revised)]
    public void Finding_that_is_said_again_as_it_stands_is_no_event_and_does_not_become_younger(ActivityChangeKind kind)
    {
        var finding = Found("10.0.0.1");
        Assert.Single(_store.Write([Added(finding)]));
        _temporary.Time.Now += TimeSpan.FromHours(1);

        Assert.Empty(_store.Write([new FindingChange(kind, finding)]));
        Assert.Equal(Now - 3_600_000, Assert.Single(_store.Read(new FindingQuery()).Items).UpdatedUnixMilliseconds);
        Assert.Single(_store.Write([new FindingChange(kind, finding with { Count = 2 })]));
        Assert.Equal(Now, Assert.Single(_store.Read(new FindingQuery()).Items).UpdatedUnixMilliseconds);
    }

    [Fact]
    public void Finding_about_a_client_alone_has_no_server()
    {
        _store.Write([Added(Found("10.0.0.1", server: null, FindingKind.RpcSweep))]);

        Assert.Null(Assert.Single(_store.Read(new FindingQuery()).Items).Server);
    }

    [Fact]
    public void Revision_replaces_and_is_told_as_one()
    {
        Assert.Equal(ActivityChangeKind.Added, Assert.Single(_store.Write([Added(Found("10.0.0.1", count: 5))])).Kind);

        var step = Assert.Single(_store.Write([Revised(Found("10.0.0.1", count: 4, severity: FindingSeverity.Critical))]));

        Assert.Equal(ActivityChangeKind.Revised, step.Kind);
        var stored = Assert.Single(_store.Read(new FindingQuery()).Items);
        Assert.Equal((4, FindingSeverity.Critical), (stored.Count, stored.Severity));
    }

    [Fact]
    public void Finding_that_a_judge_without_memory_adds_again_keeps_its_first_time_and_its_count()
    {
        _store.Write([Added(Found("10.0.0.1", count: 5))]);

        var step = Assert.Single(_store.Write([Added(Found("10.0.0.1", count: 1, seen: 60_000))]));

        Assert.Equal(ActivityChangeKind.Revised, step.Kind);
        Assert.Equal(
            (5, Activities.Epoch, Activities.Epoch + 61_000),
            (step.Finding.Count, step.Finding.FirstSeenUnixMilliseconds, step.Finding.LastSeenUnixMilliseconds));
    }

    [Fact]
    public void Withdrawn_finding_is_gone_unless_a_person_gave_a_verdict()
    {
        var (plain, judged) = (Found("10.0.0.1"), Found("10.0.0.2"));
        _store.Write([Added(plain), Added(judged)]);
        Verdicts.Give(judged.Id, Malicious());

        var steps = _store.Write([Withdrawn(plain), Withdrawn(judged), Withdrawn(Found("10.0.0.3"))]);

        Assert.Equal([plain.Id, judged.Id], steps.Select(step => step.Finding.Id));
        Assert.All(steps, step => Assert.Equal(ActivityChangeKind.Withdrawn, step.Kind));
        var kept = Assert.Single(_store.Read(new FindingQuery()).Items);
        Assert.Equal((judged.Id, Now), (kept.Id, kept.WithdrawnUnixMilliseconds));
        Assert.Empty(_store.ReadActive(TimeSpan.FromDays(1), 10).Findings);

        // Once the verdict is taken back, nothing keeps it.
        Assert.NotNull(Verdicts.Withdraw(judged.Id));
        Assert.Empty(_store.Read(new FindingQuery { WithHidden = true }).Items);
    }

    [Fact]
    public void Benign_finding_is_hidden_until_its_verdict_expires()
    {
        var finding = Found("10.0.0.1");
        _store.Write([Added(finding)]);
        Verdicts.Give(finding.Id, new GivenVerdict(VerdictMeaning.Benign, "Ada", "backup", Now, Now + 60_000));

        Assert.Empty(_store.Read(new FindingQuery()).Items);
        Assert.Equal((1, 1), (_store.CountHidden(new FindingQuery()).Findings, _store.CountHidden(new FindingQuery()).Benign));
        Assert.Single(_store.Read(new FindingQuery { WithHidden = true }).Items);
        Assert.Single(Verdicts.Latest());
        Assert.Empty(_store.ReadActive(TimeSpan.FromDays(1), 10).Findings);

        _temporary.Time.Now += TimeSpan.FromMinutes(1);

        Assert.Null(Assert.Single(_store.Read(new FindingQuery()).Items).Verdict);
        Assert.Empty(Verdicts.Latest());
        Assert.Single(Verdicts.History(finding.Id));
    }

    [Fact]
    public void Latest_verdict_holds_and_all_are_remembered_across_the_finding_itself()
    {
        var finding = Found("10.0.0.1");
        _store.Write([Added(finding)]);
        Verdicts.Give(finding.Id, new GivenVerdict(VerdictMeaning.Benign, "Ada", "backup", Now, ExpiresUnixMilliseconds: null));
        Verdicts.Give(finding.Id, Malicious());
        Verdicts.Withdraw(finding.Id);
        Verdicts.Give(finding.Id, Malicious());
        Reopen();

        Assert.Equal(
            [VerdictMeaning.Malicious, VerdictMeaning.Malicious, VerdictMeaning.Benign], Verdicts.History(finding.Id)
                .Select(verdict => verdict.Meaning));
        var holding = Assert.Single(Verdicts.Latest());
        Assert.Equal((finding.Id, VerdictMeaning.Malicious, "Grace"), (holding.FindingId, holding.Meaning, holding.Who));
        Assert.Null(Verdicts.Give(12345, Malicious()));
    }

    [Fact]
    public void Suppressions_hide_what_they_say_and_each_counts_what_it_hides()
    {
        _store.Write([
            Added(Found("10.1.0.1")), Added(Found("10.1.0.2")), Added(Found("10.2.0.1", kind: FindingKind.NewRpcClient)),
            Added(Found("10.2.0.2", server: null, FindingKind.RpcSweep)), Added(Found("2001:db8::1")),
        ]);
        var prefix = Suppressions.Add(Suppress(client: "10.1.0.0/16"))!;
        var kind = Suppressions.Add(Suppress(kind: FindingKind.NewRpcClient))!;
        var server = Suppressions.Add(Suppress(server: "192.0.2.0/24"))!;
        var both = Suppressions.Add(Suppress(FindingKind.NewRpcClient, "10.1.0.0/16"))!;

        var shown = Assert.Single(_store.Read(new FindingQuery()).Items);

        Assert.Equal(FindingKind.RpcSweep, shown.Kind);
        var hidden = _store.CountHidden(new FindingQuery());
        Assert.Equal((4, 0), (hidden.Findings, hidden.Benign));
        Assert.Equal([(prefix.Id, 2), (kind.Id, 1), (server.Id, 4)], hidden.Suppressions);
        Assert.Equal([2, 1, 4, 0], Suppressions.Read().Select(counted => counted.Findings));
        Assert.Equal(
            2, Assert.Single(
                _store.CountHidden(new FindingQuery { Client = Range("10.1.0.0/16") }).Suppressions, of =>
                of.Suppression == prefix.Id).Findings);
        Assert.Single(_store.ReadActive(TimeSpan.FromDays(1), 10).Findings);

        Assert.True(Suppressions.Delete(server.Id));
        Assert.Equal(2, _store.Read(new FindingQuery()).Items.Count);
        Assert.True(Suppressions.Replace(prefix with { Client = "10.1.0.1" }));
        Assert.Equal(3, _store.Read(new FindingQuery()).Items.Count);
        Assert.False(Suppressions.Replace(server));
        Assert.NotEqual(both.Id, Suppressions.Add(Suppress(client: "10.9.9.9"))!.Id);
    }

    [Fact]
    public void Suppression_ends_when_it_expires()
    {
        _store.Write([Added(Found("10.1.0.1"))]);
        Suppressions.Add(Suppress(client: "10.1.0.1") with { ExpiresUnixMilliseconds = Now + 1_000 });
        Assert.Empty(_store.Read(new FindingQuery()).Items);

        _temporary.Time.Now += TimeSpan.FromSeconds(1);

        Assert.Single(_store.Read(new FindingQuery()).Items);
        Assert.Equal(0, Assert.Single(Suppressions.Read()).Findings);
    }

    [Fact]
    public void Old_findings_go_and_malicious_ones_stay()
    {
        var malicious = Found("10.0.0.2");
        _store.Write([Added(Found("10.0.0.1")), Added(malicious)]);
        Verdicts.Give(malicious.Id, Malicious());
        _temporary.Pass(_temporary.Options.MaxAge / 2);
        _store.Write([Added(Found("10.0.0.3"))]);
        _temporary.Pass((_temporary.Options.MaxAge / 2) + TimeSpan.FromSeconds(1));

        while (Trim())
        {
        }

        Assert.Equal(
            ["10.0.0.2", "10.0.0.3"], _store.Read(new FindingQuery()).Items.Select(item => item.Client.ToString())
                .Order(StringComparer.Ordinal));
        Assert.Equal((2, 1), (_store.Findings, _store.Trimmed));
    }

    [Fact]
    public void Findings_beyond_their_number_go_those_that_changed_least_recently_first()
    {
        _temporary.Options.MaxFindings = 1_000;
        for (var i = 0; i < 1_200; i++)
        {
            _temporary.Time.Now += TimeSpan.FromSeconds(1);
            _store.Write([Added(Found($"10.0.{i / 256}.{i % 256}"))]);
        }

        while (Trim())
        {
        }

        Assert.Equal((1_000, 200), (_store.Findings, _store.Trimmed));
        Assert.Empty(_store.Read(new FindingQuery { Client = Range("10.0.0.0/25") }).Items);
    }

    [Fact]
    public void Store_without_files_keeps_findings_in_memory()
    {
        _file.Dispose();
        _temporary.Close();
        _temporary.Options.Enabled = false;
        (_file, _store) = Open();
        _store.Write([Added(Found("10.0.0.1"))]);

        Assert.Single(_store.Read(new FindingQuery()).Items);
    }

    private static GivenVerdict Malicious() =>
        new(VerdictMeaning.Malicious, "Grace", "it was", Activities.Epoch, ExpiresUnixMilliseconds: null);

    private static Suppression Suppress(FindingKind? kind = null, string? client = null, string? server = null) =>
        new(0, kind, client, server, "Ada", "known", Activities.Epoch, ExpiresUnixMilliseconds: null);

    private static AddressRange Range(string text) => AddressRange.TryParse(text, out var range) ? range : throw new FormatException(text);

    private bool Trim() => _store.Trim(_temporary.Clock.UnixMilliseconds, _temporary.Clock.AgedUnixMilliseconds);

    private (StateStore, FindingStore) Open()
    {
        var file = _temporary.OpenState();
        return (file, new FindingStore(file, _temporary.Catalog, _temporary.Options, _temporary.Clock));
    }

    private void Reopen()
    {
        _file.Dispose();
        (_file, _store) = Open();
    }
}
