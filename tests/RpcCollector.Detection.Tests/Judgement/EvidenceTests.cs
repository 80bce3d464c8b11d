using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What was shown is never taken back because something is learned: it stands, with a note.</summary>
public sealed class EvidenceTests
{
    private const string Client = "10.0.1.5";
    private const string Server = "10.0.1.6";

    [Theory]
    [InlineData("10.0.1.5=domain-controller")]
    [InlineData("10.0.1.5=management-server")]
    [InlineData("10.0.1.5=scanner")]
    [InlineData("10.0.1.6=server")]
    public void Finding_stands_with_one_note_when_a_role_explains_it_later(string role)
    {
        var options = new JudgementOptions();
        var court = new Court(options).Take(Court.Rpc(1, Client, Server)).AdvanceTo(4);
        var shown = Shown(court);

        options.Roles = [role];
        court.Restart().Take(Court.Contact(5, "10.0.1.7", Court.FileServer, 445)).AdvanceTo(8);
        court.Take(Court.Contact(9, "10.0.1.7", Court.FileServer, 445)).AdvanceTo(12).Restart();

        var now = Shown(court);
        Assert.Equal((shown.Severity, shown.Confidence, shown.Count, shown.Reason), (now.Severity, now.Confidence, now.Count, now.Reason));
        Assert.Contains(role[..8], Assert.Single(now.Notes).Text, StringComparison.Ordinal);
        Assert.True(court.Judge.Edges(HostAddress.Parse(Client)).Single(edge => edge.Service == EdgeService.Rpc).IsLearned);
    }

    [Fact]
    public void Malicious_finding_has_no_role_to_explain_it_and_its_edge_is_not_learned()
    {
        var options = new JudgementOptions();
        var court = new Court(options).Take(Court.Rpc(1, Client, Server)).AdvanceTo(4);
        court.Judge.Apply(
            new Verdict(
                FindingKind.PeerToPeerRpc, HostAddress.Parse(Client), HostAddress.Parse(Server), VerdictMeaning.Malicious, "Ada", "it was",
                Court.At(4), null));

        options.Roles = ["10.0.1.5=domain-controller"];
        court.Restart().Take(Court.Contact(5, "10.0.1.7", Court.FileServer, 445)).AdvanceTo(8);

        Assert.Empty(Shown(court).Notes);
        Assert.False(court.Judge.Edges(HostAddress.Parse(Client)).Single(edge => edge.Service == EdgeService.Rpc).IsLearned);
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 12)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_is_shown_as_medium_or_worse_neither_goes_nor_gets_weaker_by_what_is_learned(int seed)
    {
        // Hours close, roles and habits change; only what comes late may show that a contact was not the first.
        var options = new JudgementOptions { LearningPeriod = TimeSpan.Zero };
        var watch = new Watch();
        var judge = new Judge(options, watch, new Court().Exporters);
        foreach (var (step, i) in TwoDays.Delayed(TwoDays.Steps(seed), seed).Select((step, i) => (step, i)))
        {
            watch.Arrival = Math.Max(watch.Arrival, step.Start + 1_000);
            step.Offer(judge, watch.Arrival);
            judge.AdvanceTo(watch.Arrival);
            watch.EndMoment();
            if (i % 100 == 99) judge = Restarted(judge, options, watch);
        }

        judge.Complete();
        watch.EndMoment();
        Assert.InRange(watch.NumShown, 50, 1_000);
        Assert.Empty(watch.Weakened);
    }

    [Fact]
    public void Finding_that_a_person_called_malicious_stands_also_when_its_flows_read_otherwise()
    {
        var activity = Court.Rpc(1, Client, Server);
        var court = new Court().Take(activity).AdvanceTo(1.01);
        court.Judge.Apply(
            new Verdict(
                FindingKind.PeerToPeerRpc, HostAddress.Parse(Client), HostAddress.Parse(Server), VerdictMeaning.Malicious, "Ada", "it was",
                Court.At(1), null));

        court.Take(activity, ActivityChangeKind.Withdrawn).AdvanceTo(1.02).Restart().AdvanceTo(5);

        Assert.Contains("would not be reported", Assert.Single(Shown(court).Notes).Text, StringComparison.Ordinal);
        Assert.Equal(1, Shown(court).Count);

        // What comes again is counted with it.
        court.Take(Court.Rpc(6, Client, Server)).AdvanceTo(9);
        Assert.Equal((2, Court.At(1)), (Shown(court).Count, Shown(court).FirstSeenUnixMilliseconds));
    }

    [Fact]
    public void Withdrawn_finding_says_that_its_flows_read_otherwise()
    {
        var activity = Court.Rpc(1, Client, Server);
        var court = new Court().Take(activity).AdvanceTo(1.01);

        court.Take(activity, ActivityChangeKind.Withdrawn).AdvanceTo(1.02);

        Assert.Empty(court.Findings);
        Assert.Equal([FindingWithdrawal.FlowsReadOtherwise], court.Withdrawals);
    }

    [Fact]
    public void Note_reaches_every_finding_that_names_the_host_and_is_published_as_a_revision_once()
    {
        var (host, sink) = (HostAddress.Parse("10.0.1.6"), new Court());
        var book = new FindingBook(new JudgementOptions(), sink, new Dictionary<long, Verdict>());
        foreach (var (client, server) in (ReadOnlySpan<(string, string?)>)
            [("10.0.1.5", "10.0.1.6"), ("10.0.1.6", "10.0.1.7"), ("10.0.1.6", null), ("10.0.1.8", "10.0.1.9")])
            book.Commit(Drafts.Of(client, server));
        book.Publish(Court.At(6));
        var changes = sink.NumChanges;

        for (var i = 0; i < 3; i++)
        {
            book.Annotate(host, Court.At(5), "10.0.1.6 is a server now");
            book.Publish(Court.At(6));
        }

        Assert.Equal(changes + 3, sink.NumChanges);
        Assert.Equal(
            [false, true, true, true],
            sink.Findings.Values.OrderByDescending(finding => finding.Client.ToString(), StringComparer.Ordinal)
                .Select(finding => finding.Notes.Count == 1));
    }

    [Fact]
    public void Of_many_notes_the_first_and_the_latest_are_kept()
    {
        var sink = new Court();
        var book = new FindingBook(new JudgementOptions(), sink, new Dictionary<long, Verdict>());
        book.Commit(Drafts.Of(Client, Server));
        for (var i = 0; i < 1_000; i++) book.Annotate(HostAddress.Parse(Client), Court.At(i), $"note {i} {new string('x', 1_000)}");
        book.Publish(Court.At(6));

        var notes = Assert.Single(sink.Findings).Value.Notes;
        Assert.Equal([0, 1, 2, 3, 996, 997, 998, 999], notes.Select(note => (note.AtUnixMilliseconds - Court.Start) / 3_600_000));
        Assert.All(notes, note => Assert.Equal(FindingNote.MaxText, note.Text.Length));
    }

    private static Judge Restarted(Judge judge, JudgementOptions options, Watch watch)
    {
        var saved = new MemoryStream();
        judge.Save(saved);
        saved.Position = 0;
        var next = new Judge(options, watch, new Court().Exporters);
        next.Load(saved);
        return next;
    }

    private static Finding Shown(Court court) => Assert.IsType<Finding>(court.Find(FindingKind.PeerToPeerRpc, Client, Server));

    /// <summary>Notes every finding of medium severity or worse that is withdrawn or shown weaker than before.</summary>
    private sealed class Watch : IFindingSink
    {
        private readonly Dictionary<long, Finding> _shown = [];

        public long Arrival { get; set; }

        private readonly List<(string What, Finding Before)> _changed = [];

        public List<string> Weakened { get; } = [];

        public int NumShown => _shown.Count;

        public void Publish(in FindingChange change)
        {
            var finding = change.Finding;
            var isKnown = _shown.TryGetValue(finding.Id, out var before) && before.Severity.IsAtLeast(FindingSeverity.Medium);
            if (isKnown && change.Withdrawal != FindingWithdrawal.FlowsReadOtherwise
                && (change.Kind == ActivityChangeKind.Withdrawn || finding.Severity < before!.Severity))
                _changed.Add(($"{change.Kind} {before!.Severity} {TwoDays.Describe(finding)}", before));
            _shown[finding.Id] = finding;
        }

        /// <summary>All that is said of a moment was said: of two hosts it is enough that one finding is as bad as another was.</summary>
        public void EndMoment()
        {
            foreach (var (what, before) in _changed)
            {
                if (!_shown.Values.Any(finding => finding.Client == before.Client && finding.Server == before.Server
                    && finding.Severity.IsAtLeast(before.Severity))) Weakened.Add(what);
            }

            _changed.Clear();
        }
    }
}
