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

    [Fact]
    public void How_rare_it_is_comes_back_also_after_a_restart_and_a_finding_of_which_nothing_was_known_has_none()
    {
        _store.Write([Added(Found("10.0.0.1") with { Rarity = Rare }), Added(Found("10.0.0.2"))]);
        Reopen();

        Assert.Equal(Rare, _store.Find(Found("10.0.0.1").Id)?.Rarity);
        Assert.Null(_store.Find(Found("10.0.0.2").Id)?.Rarity);
    }

    [Fact]
    public void Rarity_that_reads_otherwise_is_news_and_one_that_is_missing_takes_none_away()
    {
        var finding = Found("10.0.0.1") with { Rarity = Rare };
        _store.Write([Added(finding)]);

        Assert.Empty(_store.Write([Revised(finding)]));
        Assert.Empty(_store.Write([Revised(finding with { Rarity = null })]));
        Assert.Single(_store.Write([Revised(finding with { Rarity = Rare with { PairDays = 2 } })]));
        Assert.Equal(2, _store.Find(finding.Id)?.Rarity?.PairDays);
    }

    [Fact]
    public void Rarity_goes_with_its_finding()
    {
        _store.Write([Added(Found("10.0.0.1") with { Rarity = Rare })]);
        _temporary.Time.Now += TimeSpan.FromDays(1_000);
        while (_store.Trim(Now, Now))
        {
        }

        Assert.Equal(0, _file.Read(connection => Database.Ask(connection, "SELECT COUNT(*) FROM finding_rarity")));
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
    public void Withdrawn_finding_is_read_with_its_reason_by_who_asks_for_it()
    {
        var finding = Found("10.0.0.1");
        _store.Write([Added(finding)]);

        var step = Assert.Single(_store.Write([Withdrawn(finding), Withdrawn(Found("10.0.0.3"))]));
        Reopen();

        Assert.Equal(ActivityChangeKind.Withdrawn, step.Kind);
        Assert.Empty(_store.Read(new FindingQuery()).Items);
        Assert.Empty(_store.ReadActive(TimeSpan.FromDays(1), 10).Findings);
        foreach (var state in (FindingState[])[FindingState.Withdrawn, FindingState.All])
        {
            var kept = Assert.Single(_store.Read(new FindingQuery { State = state }).Items);
            Assert.Equal(
                (finding.Id, Now, FindingWithdrawal.FlowsReadOtherwise), (kept.Id, kept.WithdrawnUnixMilliseconds!.Value, kept.Withdrawal));
        }

        Assert.NotNull(_store.Find(finding.Id));
    }

    [Fact]
    public void Finding_that_comes_again_after_it_was_withdrawn_stands_with_its_history()
    {
        var finding = Found("10.0.0.1");
        _store.Write([Added(finding)]);
        _store.Write([Withdrawn(finding)]);
        _temporary.Time.Now += TimeSpan.FromMinutes(5);

        var step = Assert.Single(_store.Write([Added(finding)]));

        Assert.Equal(ActivityChangeKind.Added, step.Kind);
        var stored = Assert.Single(_store.Read(new FindingQuery()).Items);
        Assert.Equal((null, null), (stored.WithdrawnUnixMilliseconds, stored.Withdrawal));
        Assert.Equal([Now - 300_000, Now], stored.Notes.Select(note => note.AtUnixMilliseconds));
        Assert.StartsWith("Withdrawn", stored.Notes[0].Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Verdict_is_told_again_of_the_machine_that_had_the_address_then()
    {
        var first = Found("10.0.0.1");
        var next = first with
        {
            ClientPeriod = 77,
            ServerPeriod = 5,
            Id = FindingId.Of(first.Kind, first.Client, first.Server, clientPeriod: 77, serverPeriod: 5),
        };
        _store.Write([Added(first), Added(next)]);
        Verdicts.Give(next.Id, Malicious());

        var stored = _store.Find(next.Id)!;
        Assert.Equal((77, 5, next.Id), (stored.ClientPeriod, stored.ServerPeriod, Malicious().On(stored).FindingId));
        Assert.Equal(0, _store.Find(first.Id)!.ClientPeriod);
        Reopen();
        var told = Assert.Single(Verdicts.Latest());
        Assert.Equal((next.Id, 77, 5), (told.FindingId, told.ClientPeriod, told.ServerPeriod));
    }

    [Theory]
    [InlineData(VerdictMeaning.Malicious, false)]
    [InlineData(VerdictMeaning.Benign, false)]
    [InlineData(VerdictMeaning.Malicious, true)]
    public void What_a_person_has_judged_is_not_withdrawn_and_says_so(VerdictMeaning meaning, bool isTakenBack)
    {
        var finding = Found("10.0.0.2");
        _store.Write([Added(finding)]);
        Verdicts.Give(finding.Id, Malicious() with { Meaning = meaning });
        if (isTakenBack) Verdicts.Withdraw(finding.Id);

        var step = Assert.Single(_store.Write([Withdrawn(finding)]));

        Assert.Equal(ActivityChangeKind.Revised, step.Kind);
        var kept = Assert.Single(_store.Read(new FindingQuery { WithHidden = true }).Items);
        Assert.Equal((null, null, !isTakenBack), (kept.WithdrawnUnixMilliseconds, kept.Withdrawal, kept.Verdict is not null));
        Assert.Contains("a person has judged it", Assert.Single(kept.Notes).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Note_alone_is_news_and_makes_the_finding_no_younger()
    {
        var finding = Found("10.0.0.1");
        _store.Write([Added(finding)]);
        _temporary.Time.Now += TimeSpan.FromHours(1);
        var note = new FindingNote(Now, "10.0.0.1 is known to be a scanner now.");
        var noted = finding with { Notes = [note], NumServers = 57, KnownHosts = 2 };

        Assert.Equal(ActivityChangeKind.Revised, Assert.Single(_store.Write([Revised(noted)])).Kind);
        Assert.Empty(_store.Write([Revised(noted)]));
        Reopen();

        var stored = Assert.Single(_store.Read(new FindingQuery()).Items);
        Assert.Equal([new StoredNote(Now, note.Text)], stored.Notes);
        Assert.Equal((57, 2, Now - 3_600_000), (stored.NumServers, stored.KnownHosts, stored.UpdatedUnixMilliseconds));
    }

    [Fact]
    public void Judge_without_memory_does_not_make_milder_what_was_shown()
    {
        _store.Write([Added(Found("10.0.0.1", severity: FindingSeverity.High))]);
        _store.Write([Added(Found("10.0.0.1", severity: FindingSeverity.Low, count: 2) with { Reason = "it was nothing" })]);

        var stored = Assert.Single(_store.Read(new FindingQuery()).Items);
        Assert.Equal((FindingSeverity.High, 2), (stored.Severity, stored.Count));
        Assert.StartsWith("first RPC", stored.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Benign_finding_is_hidden_until_its_verdict_expires()
    {
        var finding = Found("10.0.0.1");
        _store.Write([Added(finding)]);
        Verdicts.Give(finding.Id, new GivenVerdict(VerdictMeaning.Benign, "Ada", "backup", Now, Now + 60_000));

        Assert.Empty(_store.Read(new FindingQuery()).Items);
        Assert.Equal((1, 1), (_store.Read(new FindingQuery()).Hidden!.Findings, _store.Read(new FindingQuery()).Hidden!.Benign));
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
        var hidden = _store.Read(new FindingQuery()).Hidden!;
        Assert.Equal((4, 0), (hidden.Findings, hidden.Benign));
        Assert.Equal([(prefix.Id, 2), (kind.Id, 1), (server.Id, 4)], hidden.Suppressions);
        Assert.Equal([2, 1, 4, 0], Suppressions.Read().Select(counted => counted.Findings));
        Assert.Equal(
            2, Assert.Single(
                _store.Read(new FindingQuery { Client = Range("10.1.0.0/16") }).Hidden!.Suppressions, of =>
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
    public void Malicious_finding_grows_old_from_the_end_of_its_verdict()
    {
        var finding = Found("10.0.0.2");
        _store.Write([Added(finding)]);
        Verdicts.Give(finding.Id, Malicious() with { ExpiresUnixMilliseconds = Now + (long)_temporary.Options.MaxAge.TotalMilliseconds });

        _temporary.Pass(_temporary.Options.MaxAge * 1.5);
        TrimAll();
        Assert.Single(_store.Read(new FindingQuery()).Items);

        _temporary.Pass(_temporary.Options.MaxAge);
        TrimAll();
        Assert.Empty(_store.Read(new FindingQuery { State = FindingState.All }).Items);
    }

    [Fact]
    public void Real_findings_before_and_after_a_flood_stay_and_so_does_every_one_that_a_person_has_judged()
    {
        _temporary.Options.MaxFindings = 1_000;
        var (before, after, judged) = (Found("10.1.0.1"), Found("10.1.0.2"), Forged(1_500));
        var known = Found("10.1.0.3") with { KnownHosts = 2 };
        _store.Write([Added(before)]);
        for (var i = 0; i < 2_500; i++)
        {
            _temporary.Time.Now += TimeSpan.FromMilliseconds(100);
            if (i == 1_250) _store.Write([Added(known)]);
            _store.Write([Added(Forged(i))]);
            if (i == 1_500) Verdicts.Give(judged.Id, Malicious() with { ExpiresUnixMilliseconds = Now + 1 });
        }

        _temporary.Time.Now += TimeSpan.FromSeconds(1);
        _store.Write([Added(after)]);
        TrimAll();

        Assert.Equal((1_000, 1_503), (_store.Findings, _store.Trimmed));
        Assert.All((Finding[])[before, after, known, judged], finding => Assert.NotNull(_store.Find(finding.Id)));
    }

    [Fact]
    public void Flood_leaves_what_was_found_in_other_hours_and_of_other_kinds()
    {
        _temporary.Options.MaxFindings = 1_000;
        var earlier = Enumerable.Range(0, 50).Select(i => Found($"10.1.0.{i}", severity: FindingSeverity.Medium)).ToArray();
        _store.Write([.. earlier.Select(Added)]);
        _temporary.Time.Now += TimeSpan.FromHours(1);
        _store.Write([.. Enumerable.Range(0, 1_500).Select(i => Added(Forged(i)))]);
        var meanwhile = Found("10.1.1.1", kind: FindingKind.Pivot, severity: FindingSeverity.Low);
        _store.Write([Added(meanwhile)]);
        _store.Write([.. Enumerable.Range(1_500, 1_500).Select(i => Added(Forged(i)))]);
        TrimAll();

        Assert.Equal(1_000, _store.Findings);
        Assert.All([.. earlier, meanwhile], finding => Assert.NotNull(_store.Find(finding.Id)));
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

    private static Finding Forged(int index) => Found($"10.200.{index / 250}.{index % 250}", $"10.201.{index / 250}.{index % 250}");

    private void TrimAll()
    {
        while (Trim())
        {
        }
    }

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
