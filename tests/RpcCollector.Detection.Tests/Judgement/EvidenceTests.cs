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
        var book = new FindingBook(new JudgementOptions(), sink);
        foreach (var (client, server) in (ReadOnlySpan<(string, string?)>)
            [("10.0.1.5", "10.0.1.6"), ("10.0.1.6", "10.0.1.7"), ("10.0.1.6", null), ("10.0.1.8", "10.0.1.9")])
            book.Commit(Drafts.Of(client, server));
        book.Publish();
        var changes = sink.NumChanges;

        for (var i = 0; i < 3; i++)
        {
            book.Annotate(host, Court.At(5), "10.0.1.6 is a server now");
            book.Publish();
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
        var book = new FindingBook(new JudgementOptions(), sink);
        book.Commit(Drafts.Of(Client, Server));
        for (var i = 0; i < 1_000; i++) book.Annotate(HostAddress.Parse(Client), Court.At(i), $"note {i} {new string('x', 1_000)}");
        book.Publish();

        var notes = Assert.Single(sink.Findings).Value.Notes;
        Assert.Equal([0, 1, 2, 3, 996, 997, 998, 999], notes.Select(note => (note.AtUnixMilliseconds - Court.Start) / 3_600_000));
        Assert.All(notes, note => Assert.Equal(FindingNote.MaxText, note.Text.Length));
    }

    private static Finding Shown(Court court) => Assert.IsType<Finding>(court.Find(FindingKind.PeerToPeerRpc, Client, Server));
}
