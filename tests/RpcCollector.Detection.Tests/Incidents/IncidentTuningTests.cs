using RpcCollector.Detection.Incidents;
using static RpcCollector.Detection.Tests.Incidents.Book;

namespace RpcCollector.Detection.Tests.Incidents;

/// <summary>What shall stay apart, and what shall not.</summary>
public sealed class IncidentTuningTests
{
    [Fact]
    public void An_administrator_who_worked_on_an_intruders_machine_before_does_not_take_its_story()
    {
        var administered = Enumerable.Range(1, 20).Select(i => Finding("10.0.0.1", $"10.0.1.{i}", i * 5 * Minute, FindingSeverity.High));
        var book = Of(
        [
            .. administered, Finding("10.0.2.1", "10.0.1.7", 90 * Minute), Finding("10.0.1.7", "10.0.3.1", 3 * Hour),
        ]);

        var intruder = book.Find(book.IncidentOf(Finding("10.0.2.1", "10.0.1.7", 0).Id)!.Value)!;
        Assert.Equal((2, 2), (book.Count, intruder.NumClients));
    }

    [Fact]
    public void Of_two_who_drove_a_host_the_later_is_the_reason_for_what_it_does_next()
    {
        var book = Of(
            Finding("10.0.0.1", "10.0.0.9", 0), Finding("10.0.0.2", "10.0.0.9", 5 * Hour), Finding("10.0.0.9", "10.0.0.3", 6 * Hour));

        Assert.Equal(
            book.IncidentOf(Finding("10.0.0.2", "10.0.0.9", 0).Id), book.IncidentOf(Finding("10.0.0.9", "10.0.0.3", 0).Id));
        Assert.Equal(2, book.Count);
    }

    [Fact]
    public void A_deployment_server_that_an_administrator_drove_is_no_pivot_of_his()
    {
        var deployed = Enumerable.Range(1, 40)
            .Select(i => Finding("10.0.0.2", $"10.0.1.{i}", Hour + (i * Minute)) with { Confidence = FindingConfidence.Low });
        Assert.Equal(2, Of([Finding("10.0.0.1", "10.0.0.2", 0, FindingSeverity.High), .. deployed]).Count);
    }

    [Fact]
    public void A_driven_host_that_surely_drives_very_many_is_a_pivot()
    {
        var driven = Enumerable.Range(1, 40).Select(i => Finding("10.0.0.2", $"10.0.1.{i}", Hour + (i * Minute)));
        Assert.Equal(1, Of([Finding("10.0.0.1", "10.0.0.2", 0, FindingSeverity.High), .. driven]).Count);
    }

    [Fact]
    public void Many_who_are_new_to_one_server_and_did_nothing_else_are_one_incident()
    {
        var book = Of(Enumerable.Range(1, 30).Select(i => Finding($"10.0.1.{i}", "10.0.0.9", i * 2 * Hour)));

        var incident = Assert.Single(book.InOrder());
        Assert.Equal(
            (30, 1, FindingSeverity.Medium, 0), (incident.NumClients, incident.NumServers, incident.Severity, incident.Steps.Count));
        Assert.Equal(
            "30 hosts drove 10.0.0.9, first 10.0.1.1", IncidentTitle.Of(incident, host => host.Address.ToString()));
    }

    [Fact]
    public void Four_who_are_new_to_one_server_are_four() =>
        Assert.Equal(4, Of(Enumerable.Range(1, 4).Select(i => Finding($"10.0.1.{i}", "10.0.0.9", i * Hour))).Count);

    [Fact]
    public void Nobody_who_did_anything_else_or_worse_is_hidden_in_a_crowd_however_many_are_forged()
    {
        var crowd = Enumerable.Range(1, 200).Select(i => Finding($"10.0.1.{i}", "10.0.0.9", i * Minute)).ToList();
        var (worse, busy) = (
            Finding("10.0.2.1", "10.0.0.9", Hour, FindingSeverity.High), Finding("10.0.2.2", "10.0.0.9", Hour));
        var book = Of([.. crowd, worse, busy, Finding("10.0.2.2", "10.0.0.8", 2 * Hour)]);

        Assert.Equal(3, book.Count);
        Assert.Equal((1, FindingSeverity.High), (book.Find(worse.Id)!.NumClients, book.Find(worse.Id)!.Severity));
        Assert.Equal((1, 2), (book.Find(busy.Id)!.NumClients, book.Find(busy.Id)!.NumServers));
    }

    [Fact]
    public void Who_is_driven_by_very_many_goes_on_from_none_of_them()
    {
        var crowd = Enumerable.Range(1, 20).Select(i => Finding($"10.0.1.{i}", "10.0.0.9", i * Minute));
        Assert.Equal(2, Of([.. crowd, Finding("10.0.0.9", "10.0.0.3", Hour)]).Count);
    }

    [Fact]
    public void No_incident_is_milder_than_its_worst_finding_whatever_it_is_joined_with()
    {
        var random = new Random(7);
        for (var round = 0; round < 20; round++)
        {
            var findings = Some(random, 80);
            var book = Of(findings);
            Assert.All(findings, finding => Assert.True(
                book.Find(book.IncidentOf(finding.Id)!.Value)!.Severity.IsAtLeast(finding.Severity)));
        }
    }

    [Fact]
    public void What_is_new_while_a_network_is_being_learned_raises_nothing()
    {
        var findings = Enumerable.Range(1, 6).SelectMany(i => new[]
        {
            Finding("10.0.0.1", $"10.0.1.{i}", i * Minute), Finding($"10.0.1.{i}", $"10.0.2.{i}", Hour + (i * Minute)),
            Finding("10.0.0.1", $"10.0.1.{i}", i * Minute, kind: FindingKind.FirstAdministration),
        }).Select(finding => finding with { Confidence = FindingConfidence.Low });

        Assert.All(Of(findings).InOrder(), incident => Assert.Equal(FindingSeverity.Medium, incident.Severity));
    }

    [Fact]
    public void New_by_RPC_and_new_by_SMB_are_one_thing_and_a_sweep_beside_them_is_another()
    {
        var driven = Enumerable.Range(1, 4).SelectMany(i => new[]
        {
            Finding("10.0.0.1", $"10.0.1.{i}", i * Minute, FindingSeverity.High),
            Finding("10.0.0.1", $"10.0.1.{i}", i * Minute, FindingSeverity.High, FindingKind.FirstAdministration),
        }).ToList();

        Assert.Equal(FindingSeverity.High, Assert.Single(Of(driven).InOrder()).Severity);
        var swept = Finding("10.0.0.1", null, 0, FindingSeverity.High, FindingKind.RpcSweep, servers: 20);
        Assert.Equal(FindingSeverity.Critical, Assert.Single(Of([swept, .. driven]).InOrder()).Severity);
    }

    [Fact]
    public void A_story_is_cut_at_a_pause_and_not_in_the_middle_of_a_day()
    {
        var daily = Enumerable.Range(0, 8).Select(i => Finding("10.0.0.1", $"10.0.1.{i}", i * Day));
        var lastDay = Enumerable.Range(0, 6).Select(i => Finding("10.0.0.1", $"10.0.2.{i}", (7 * Day) - (3 * Hour) + (i * Hour)));
        Assert.Equal(1, Of([.. daily, .. lastDay]).Count);
    }

    /// <summary>Hosts that drive each other, and crowds of them.</summary>
    internal static List<FindingOutline> Some(Random random, int count) =>
    [
        .. Enumerable.Range(0, count).Select(_ => Finding(
            $"10.0.0.{random.Next(1, 20)}", random.Next(10) == 0 ? null : $"10.0.0.{(random.Next(3) == 0 ? 9 : random.Next(1, 26))}",
            random.NextInt64(12 * Day), (FindingSeverity)(1 + Math.Min(random.Next(4), random.Next(4))), (FindingKind)random.Next(1, 11),
            random.Next(3) == 0 ? random.NextInt64(3 * Day) : 0, random.Next(1, 50)) with
        {
            Confidence = (FindingConfidence)random.Next(1, 4),
        }).Where(finding => finding.Client != finding.Server).DistinctBy(finding => finding.Id),
    ];
}
