using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>Several clients that begin to use the same port of a host within an hour are told once.</summary>
public sealed class CrowdTests
{
    private const int Learned = 16;
    private const double Morning = (24 * Learned) + 8;
    private const string NewServer = "10.0.7.7";
    private const ushort Port = 49_801;

    [Fact]
    public void First_clients_of_a_new_application_are_one_finding_that_names_them()
    {
        var court = Lived();
        for (var i = 0; i < 5; i++) court.Take(Rpc(i));
        court.Complete();

        var told = Of(court, 0);
        Assert.Equal(FindingSeverity.Medium, told.Severity);
        Assert.Contains(
            "so did 4 others within the hour, told with it: 10.0.1.11, 10.0.1.12, 10.0.1.13, 10.0.1.14", told.Reason,
            StringComparison.Ordinal);
        Assert.Equal(5, told.Flows.Select(flow => flow.Client).Distinct().Count());
        Assert.All(told.Flows, flow => Assert.Equal(Port, flow.ServerPort));
        for (var i = 1; i < 5; i++)
        {
            Assert.Equal(FindingSeverity.Low, Of(court, i).Severity);
            Assert.Contains("what is told of 10.0.1.10 names it", Of(court, i).Reason, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void Two_are_told_together()
    {
        var court = Lived().Take(Rpc(0)).Take(Rpc(1)).Complete();

        Assert.Equal((FindingSeverity.Medium, FindingSeverity.Low), (Of(court, 0).Severity, Of(court, 1).Severity));
        Assert.Contains("so did another within the hour, told with it: 10.0.1.11", Of(court, 0).Reason, StringComparison.Ordinal);
        Assert.Contains(HostAddress.Parse(Court.ClientAt(1)), Of(court, 0).Flows.Select(flow => flow.Client));
    }

    [Fact]
    public void Two_that_drive_a_desktop_of_somebody_are_high_each()
    {
        var court = Lived();
        for (var i = 0; i < 2; i++) court.Take(Court.Rpc(Morning + (0.1 * i), Court.ClientAt(i), Court.ClientAt(9), endpointPort: Port));
        court.Complete();

        for (var i = 0; i < 2; i++)
            Assert.Equal(
                FindingSeverity.High, court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(i), Court.ClientAt(9))!.Severity);
    }

    [Fact]
    public void Who_goes_to_another_port_or_to_two_is_told_by_himself()
    {
        var court = Lived();
        for (var i = 0; i < 4; i++) court.Take(Rpc(i));
        court.Take(Rpc(4, port: 49_900)).Take(Rpc(5)).Take(Rpc(5, minute: 50, port: 49_900)).Complete();

        Assert.Equal(FindingSeverity.Low, Of(court, 3).Severity);
        Assert.Equal(FindingSeverity.Medium, Of(court, 4).Severity);
        Assert.Equal(FindingSeverity.Medium, Of(court, 5).Severity);
    }

    [Theory]
    [InlineData(7)]
    [InlineData(8)]
    [InlineData(9)]
    [InlineData(11)]
    public void However_many_come_nobody_is_low_who_is_not_named_in_a_finding_of_medium_severity(int clients)
    {
        var court = Lived();
        for (var i = 0; i < clients; i++) court.Take(Rpc(i));
        court.Complete();

        var told = court.Findings.Values.Where(
            finding => finding.Kind == FindingKind.PeerToPeerRpc && finding.Server == HostAddress.Parse(NewServer)).ToList();
        var named = told.Where(finding => finding.Severity.IsAtLeast(FindingSeverity.Medium))
            .SelectMany(finding => finding.Flows).Select(flow => flow.Client).ToHashSet();
        Assert.Equal(clients, told.Count);
        Assert.All(told, finding => Assert.Contains(finding.Client, named));
        Assert.Equal((clients + 7) / 8, told.Count(finding => finding.Severity == FindingSeverity.Medium));
    }

    [Fact]
    public void Clients_that_nobody_knew_before_make_no_crowd()
    {
        var court = Lived();
        for (var i = 0; i < 20; i++) court.Take(Court.Rpc(Morning + (0.01 * i), $"10.9.9.{i + 1}", NewServer, endpointPort: Port));
        court.Take(Rpc(0, minute: 30)).Complete();

        Assert.True(Of(court, 0).Severity.IsAtLeast(FindingSeverity.Medium));
        Assert.DoesNotContain("others within the hour", Of(court, 0).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Folder_that_several_open_within_an_hour_is_told_once_and_who_goes_on_by_rpc_is_told()
    {
        var court = Lived();
        for (var i = 0; i < 4; i++) court.Take(Court.Contact(Morning + (0.1 * i), Court.ClientAt(i), NewServer, 445));
        court.Take(Court.Rpc(Morning + 0.6, Court.ClientAt(3), NewServer, endpointPort: Port)).Complete();

        // Of the two the earlier is told, as ever, and stands by itself.
        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.FirstAdministration, Court.ClientAt(0), NewServer)!.Severity);
        Assert.Equal(FindingSeverity.Low, court.Find(FindingKind.FirstAdministration, Court.ClientAt(2), NewServer)!.Severity);
        Assert.Equal(FindingSeverity.Medium, court.Find(FindingKind.FirstAdministration, Court.ClientAt(3), NewServer)!.Severity);
    }

    public static TheoryData<int> Seeds() => [.. Enumerable.Range(1, 20)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void What_stands_is_the_same_for_every_order_for_restarts_and_however_often_is_evaluated(int seed)
    {
        var random = new Random(seed);
        var steps = Enumerable.Range(0, 3 + random.Next(8)).Select(i => Rpc(i, minute: random.Next(110))).ToList();
        var inOrder = Lived();
        foreach (var step in steps.OrderBy(step => step.StartUnixMilliseconds)) inOrder.Take(step);
        var expected = Standing(inOrder.Complete());

        for (var shuffle = 0; shuffle < 4; shuffle++)
        {
            var court = Lived();
            foreach (var step in steps.OrderBy(step => step.StartUnixMilliseconds + random.Next(55 * 60_000)))
            {
                court.Take(step);
                if (random.Next(2) == 0) court.Judge.JudgeChanged();
                if (random.Next(4) == 0) court.Restart();
            }

            Assert.Equal(expected, Standing(court.Complete()));
        }
    }

    [Fact]
    public void What_was_shown_of_those_that_came_first_is_named_in_what_stands()
    {
        var court = Lived();
        foreach (var i in new[] { 3, 2, 1, 0 })
        {
            court.Take(Rpc(i));
            court.Judge.JudgeChanged();
            Assert.True(Of(court, i).Severity.IsAtLeast(FindingSeverity.Medium) || i < 3);
        }

        court.Complete();
        Assert.Empty(court.Withdrawn);
        Assert.Equal(FindingSeverity.Medium, Of(court, 0).Severity);
        Assert.Contains(HostAddress.Parse(Court.ClientAt(3)), Of(court, 0).Flows.Select(flow => flow.Client));
    }

    [Fact]
    public void Withdrawn_activity_leaves_the_others_as_if_it_had_never_been()
    {
        var court = Lived().Take(Rpc(0)).Take(Rpc(1)).Take(Rpc(2));
        court.Judge.JudgeChanged();
        Assert.Equal(FindingSeverity.Low, Of(court, 2).Severity);
        court.Take(Rpc(1), ActivityChangeKind.Withdrawn).Complete();

        Assert.Equal(Standing(Lived().Take(Rpc(0)).Take(Rpc(2)).Complete()), Standing(court));
        Assert.Contains("told with it: 10.0.1.12", Of(court, 0).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void What_a_person_has_called_malicious_stands_as_it_was_shown()
    {
        var court = Lived().Take(Rpc(1));
        court.Judge.JudgeChanged();
        var shown = Of(court, 1);
        court.Judge.Apply(
            new Verdict(shown.Kind, shown.Client, shown.Server, VerdictMeaning.Malicious, "Ada", "owned", Court.At(Morning + 1), null));
        court.Take(Rpc(0)).Take(Rpc(2)).Take(Rpc(3)).Complete();

        Assert.True(Of(court, 1).Severity.IsAtLeast(shown.Severity));
    }

    private static Court Lived() => FirstContactTests.Lived(Learned);

    private static RpcActivity Rpc(int client, int? minute = null, ushort port = Port) =>
        Court.Rpc(Morning + ((minute ?? (5 * client)) / 60.0) + (client / 3_600.0), Court.ClientAt(client), NewServer, endpointPort: port);

    private static Finding Of(Court court, int client) => court.Find(FindingKind.PeerToPeerRpc, Court.ClientAt(client), NewServer)!;

    private static string Standing(Court court) => string.Join(
        '\n', court.Findings.Values.Where(finding => finding.FirstSeenUnixMilliseconds >= Court.At(Morning)).Select(
            finding => $"{finding.Kind} {finding.Client} {finding.Server} {finding.Severity} {finding.Confidence} {finding.Count} " +
                $"{finding.FirstSeenUnixMilliseconds} {finding.LastSeenUnixMilliseconds} {finding.Reason} " +
                string.Join(' ', finding.Flows.Select(flow => $"{flow.Client}:{flow.ClientPort}>{flow.ServerPort}"))));
}
