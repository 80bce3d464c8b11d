using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;
using RpcCollector.Flows;
using RpcCollector.Options;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Tests.Store.Findings;

namespace RpcCollector.Tests.Store.Incidents;

public sealed class ToldLinesTests : IDisposable
{
    private readonly LogLines _log = new();
    private readonly ToldLines _lines;

    public ToldLinesTests() =>
        _lines = new ToldLines(_log, PublicLinks.Of(new HttpOptions { PublicUrl = "https://sensor.example" }), Show, new ManualTime());

    public void Dispose() => _lines.Dispose();

    [Fact]
    public void Finding_is_one_line_with_its_hosts_by_name_its_reason_its_techniques_and_a_link()
    {
        _lines.Tell([new FindingStep(ActivityChangeKind.Added, Stored("10.0.0.1"))], []);

        Assert.Equal(
            "Information 9001 Finding peer-to-peer-rpc, high, confidence medium, PC-1 (10.0.0.1) to 192.0.2.20: first RPC in 21 days; " +
            "T1021, T1021.003; https://sensor.example/#/findings/0000000000000007", Assert.Single(_log.Lines));
    }

    [Fact]
    public void Finding_about_a_client_alone_names_nobody_else()
    {
        _lines.Tell([new FindingStep(ActivityChangeKind.Added, Stored("10.0.0.2", server: null))], []);

        Assert.StartsWith(
            "Information 9002 Finding peer-to-peer-rpc, high, confidence medium, 10.0.0.2: first RPC in 21 days;",
            Assert.Single(_log.Lines));
    }

    [Fact]
    public void Finding_is_told_again_when_it_is_worse_and_not_when_it_is_seen_again_or_milder()
    {
        var finding = Stored("10.0.0.1");
        _lines.Tell([new FindingStep(ActivityChangeKind.Added, finding with { Severity = FindingSeverity.Medium })], []);
        for (var i = 0; i < 5; i++)
        {
            _lines.Tell(
                [
                    new FindingStep(
                        ActivityChangeKind.Revised, finding with { Severity = FindingSeverity.Medium }, Before: FindingSeverity.Medium),
                ], []);
        }

        _lines.Tell([new FindingStep(ActivityChangeKind.Revised, finding, Before: FindingSeverity.Medium)], []);
        _lines.Tell(
            [new FindingStep(ActivityChangeKind.Revised, finding with { Severity = FindingSeverity.Low }, Before: FindingSeverity.High)],
            []);
        _lines.Tell([new FindingStep(ActivityChangeKind.Revised, finding, IsVerdict: true)], []);
        _lines.Tell([new FindingStep(ActivityChangeKind.Withdrawn, finding)], []);

        Assert.Equal(2, _log.Lines.Count);
        Assert.Contains("Finding peer-to-peer-rpc, medium,", _log.Lines[0], StringComparison.Ordinal);
        Assert.Contains("A finding is worse: peer-to-peer-rpc, high,", _log.Lines[1], StringComparison.Ordinal);
    }

    [Fact]
    public void What_is_suppressed_is_not_told()
    {
        _lines.Tell([new FindingStep(ActivityChangeKind.Added, Stored("10.0.0.1") with { SuppressedBy = [1] })],
            [new IncidentEvent(IncidentEventKind.Added, Incident() with { IsHidden = true })]);

        Assert.Empty(_log.Lines);
    }

    [Fact]
    public void High_incident_is_a_warning_and_a_medium_one_is_not_and_a_low_one_is_told_by_its_finding()
    {
        foreach (var severity in (FindingSeverity[])[FindingSeverity.Low, FindingSeverity.Medium, FindingSeverity.High])
            _lines.Tell([], [new IncidentEvent(IncidentEventKind.Added, Incident() with { Severity = severity })]);

        Assert.Equal(
            [
                "Information 9004 Incident, medium, confidence high: PC-1 (10.0.0.1) drove 192.0.2.20; why: a reason; T1021; " +
                "https://sensor.example/#/incidents/0000000000000009",
                "Warning 9004 Incident, high, confidence high: PC-1 (10.0.0.1) drove 192.0.2.20; why: a reason; T1021; " +
                "https://sensor.example/#/incidents/0000000000000009",
            ], _log.Lines);
    }

    [Theory]
    [InlineData("Added", FindingSeverity.High, false)]
    [InlineData("Added", FindingSeverity.Medium, true)]
    [InlineData("Revised", FindingSeverity.High, false)]
    [InlineData("Revised", FindingSeverity.Medium, true)]
    [InlineData("State", null, false)]
    [InlineData("Merged", FindingSeverity.Medium, false)]
    [InlineData("Withdrawn", null, false)]
    public void Incident_is_told_again_only_when_it_is_worse_than_what_people_were_shown_of_it(
        string kind, FindingSeverity? before, bool isTold)
    {
        _lines.Tell([], [new IncidentEvent(Enum.Parse<IncidentEventKind>(kind), Incident(), before)]);

        Assert.Equal(isTold ? 1 : 0, _log.Lines.Count);
        Assert.All(_log.Lines, line => Assert.Contains("An incident is worse, high", line, StringComparison.Ordinal));
    }

    [Fact]
    public void Flood_of_what_is_less_severe_is_bounded_and_takes_no_line_from_what_is_more()
    {
        for (var i = 0; i < 1_000; i++)
            _lines.Tell([new FindingStep(ActivityChangeKind.Added, Stored("10.0.0.2") with { Severity = FindingSeverity.Low })], []);
        _lines.Tell([new FindingStep(ActivityChangeKind.Added, Stored("10.0.0.1"))], []);
        Assert.Equal(ToldLines.LinesPerMinute + 1, _log.Lines.Count);
        _lines.Dispose();

        Assert.Equal(
            "Information 9003 940 more findings within a minute are not written here; /api/v1/findings has them.", _log.Lines[^1]);
    }

    private static string Show(HostAddress host, long at) => host == HostAddress.Parse("10.0.0.1") ? $"PC-1 ({host})" : host.ToString();

    private static StoredFinding Stored(string client, string? server = "192.0.2.20") => new()
    {
        Id = 7,
        Kind = FindingKind.PeerToPeerRpc,
        Severity = FindingSeverity.High,
        Confidence = FindingConfidence.Medium,
        Client = HostAddress.Parse(client),
        Server = server is null ? null : HostAddress.Parse(server),
        Count = 1,
        FirstSeenUnixMilliseconds = Activities.Epoch,
        LastSeenUnixMilliseconds = Activities.Epoch,
        Techniques = ["T1021", "T1021.003"],
        Analytics = [],
        Reason = "first RPC in 21 days",
        Flows = [],
        Operations = [],
        Completeness = null,
        SamplingInterval = 1,
        RecordedUnixMilliseconds = Activities.Epoch,
        UpdatedUnixMilliseconds = Activities.Epoch,
        WithdrawnUnixMilliseconds = null,
        Verdict = null,
        SuppressedBy = [],
    };

    private static StoredIncident Incident()
    {
        var (client, server) = (new IncidentHost(HostAddress.Parse("10.0.0.1"), 0), new IncidentHost(HostAddress.Parse("192.0.2.20"), 0));
        return new StoredIncident
        {
            Id = 9,
            Severity = FindingSeverity.High,
            Confidence = FindingConfidence.High,
            RaisedBecause = null,
            Acts = [new IncidentAct(client, FindingKind.PeerToPeerRpc, server, 1, 7)],
            Servers = [server],
            Steps = [],
            NumClients = 1,
            NumServers = 1,
            NumFindings = 1,
            Kinds = [FindingKind.PeerToPeerRpc],
            Techniques = ["T1021"],
            Count = 1,
            FirstSeenUnixMilliseconds = Activities.Epoch,
            LastSeenUnixMilliseconds = Activities.Epoch,
            Lead = 7,
            Reason = "a reason",
            RecordedUnixMilliseconds = Activities.Epoch,
            UpdatedUnixMilliseconds = Activities.Epoch,
            WithdrawnUnixMilliseconds = null,
            MergedInto = null,
            State = IncidentState.Open,
            ClosedAs = null,
            ClosedUnixMilliseconds = null,
            Assignee = null,
            Related = null,
            Verdict = null,
            IsHidden = false,
        };
    }
}
