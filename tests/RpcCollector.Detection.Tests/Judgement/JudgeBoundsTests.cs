using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class JudgeBoundsTests
{
    private const int NumHosts = 10_000;
    private const int EdgesPerHost = 10;

    [Fact]
    public void Hundred_thousand_edges_take_less_than_fifty_mebibytes_with_their_open_facts()
    {
        var court = new Court(new JudgementOptions { EvaluateEvery = TimeSpan.FromHours(1) });
        for (var i = 0; i < NumHosts; i++)
        {
            for (var k = 0; k < EdgesPerHost; k++)
            {
                var at = 8 + (i / (2.0 * NumHosts));
                court.Take(
                    k == 0
                    ? Court.Contact(at, Client(i), "10.0.0.1", 88)
                    : Court.Contact(at, Client(i), $"10.0.0.{10 + ((i + k) % 200)}", 445));
            }
        }

        var counts = court.Judge.Counts;
        Assert.Equal(NumHosts * EdgesPerHost, counts.Edges);
        Assert.InRange(counts.StateBytes, 1, 50L << 20);
    }

    [Fact]
    public void Beyond_the_bound_the_edges_seen_longest_ago_are_forgotten_and_counted()
    {
        var court = new Court(new JudgementOptions { MaxEdges = 1_000 });
        for (var i = 0; i < 1_050; i++) court.Take(Court.Contact(i / 500.0, Client(i), "10.0.0.20", 445));
        court.AdvanceTo(24 * 3).Complete();

        Assert.InRange(court.Judge.Counts.Edges, 900, 1_000);
        Assert.Equal(1_050, court.Judge.Counts.Edges + court.Judge.Counts.EvictedEdges);
        Assert.Null(court.Judge.Host(HostAddress.Parse(Client(0))));
        Assert.NotNull(court.Judge.Host(HostAddress.Parse(Client(1_049))));
    }

    [Fact]
    public void Activity_beyond_the_bound_of_its_edge_is_still_counted()
    {
        var court = new Court(new JudgementOptions { MaxOpenFactsPerEdge = 64 });
        for (var i = 0; i < 100; i++) court.Take(Court.Rpc(1 + (i / 200.0), "10.0.1.5", "10.0.1.6"));
        court.Complete();

        Assert.Equal((100, 36L), (court.Find(FindingKind.PeerToPeerRpc, "10.0.1.5", "10.0.1.6")!.Count, court.Judge.Counts.Beyond));
    }

    [Fact]
    public void Activity_of_a_closed_hour_is_judged_in_the_first_open_one()
    {
        var court = new Court().Take(Court.Rpc(1, "10.0.1.5", "10.0.1.6")).AdvanceTo(5);
        court.Take(Court.Rpc(1.5, "10.0.1.5", "10.0.1.6")).Take(Court.Rpc(1.5, "10.0.1.7", "10.0.1.8")).AdvanceTo(5.01);

        Assert.Equal(2, court.Find(FindingKind.PeerToPeerRpc, "10.0.1.5", "10.0.1.6")?.Count);
        Assert.Equal(Court.At(1.5), court.Find(FindingKind.PeerToPeerRpc, "10.0.1.7", "10.0.1.8")?.FirstSeenUnixMilliseconds);
        Assert.Equal(2, court.Judge.Counts.Late);
    }

    [Fact]
    public void Activity_of_more_than_a_day_ago_raises_the_count_of_its_finding_and_nothing_else()
    {
        var court = new Court().Take(Court.Rpc(1, "10.0.1.5", "10.0.1.6")).AdvanceTo(27);
        court.Take(Court.Rpc(1.5, "10.0.1.5", "10.0.1.6")).Take(Court.Rpc(1.5, "10.0.1.7", "10.0.1.8")).Complete();

        Assert.Equal(2, Assert.Single(court.Findings).Value.Count);
        Assert.Equal(2, court.Judge.Counts.Late);
    }

    [Fact]
    public void Flow_that_a_forged_record_says_began_hours_ago_is_judged_all_the_same()
    {
        // Before its own record came, and after.
        var flow = Court.Rpc(9, "10.0.1.5", "10.0.1.6", id: 77);
        var forged = Court.Rpc(5, "10.0.1.5", "10.0.1.6", id: 77);
        var before = new Court().AdvanceTo(9).Take(forged).Take(flow, ActivityChangeKind.Revised).AdvanceTo(9.1);
        var after = new Court().AdvanceTo(9).Take(flow).Take(forged, ActivityChangeKind.Revised).AdvanceTo(9.1);

        Assert.NotNull(before.Find(FindingKind.PeerToPeerRpc, "10.0.1.5", "10.0.1.6"));
        Assert.NotNull(after.Find(FindingKind.PeerToPeerRpc, "10.0.1.5", "10.0.1.6"));
    }

    [Fact]
    public void Activity_that_has_not_begun_yet_is_not_used()
    {
        var court = new Court().AdvanceTo(1);
        court.Judge.Take(new ActivityChange(ActivityChangeKind.Added, Court.Rpc(40, "10.0.1.5", "10.0.1.6")), Court.At(1));

        Assert.Empty(court.Complete().Findings);
        Assert.Equal(1, court.Judge.Counts.Ahead);
    }

    [Fact]
    public void Known_endpoint_is_one_that_two_connections_of_an_earlier_hour_were_joined_with()
    {
        var court = new Court().Take(Court.Rpc(1, "10.0.1.5", "10.0.0.1")).Take(Court.Rpc(1.1, "10.0.1.6", "10.0.0.1"))
            .Take(Court.Rpc(1.2, "10.0.1.6", "10.0.0.2", endpointPort: 50_000)).AdvanceTo(4);
        var endpoints = court.Judge.KnownEndpoints;

        Assert.True(endpoints.TryFind(HostAddress.Parse("10.0.0.1"), 49_700, Court.At(3.5), out _));
        Assert.False(endpoints.TryFind(HostAddress.Parse("10.0.0.1"), 49_700, Court.At(1.5), out _));
        Assert.False(endpoints.TryFind(HostAddress.Parse("10.0.0.2"), 50_000, Court.At(3.5), out _));
    }

    [Theory]
    [InlineData(DirectionConfidence.Stated, true)]
    [InlineData(DirectionConfidence.Uncertain, false)]
    public void Endpoint_stays_known_by_flows_that_show_their_client_and_not_by_those_that_it_decided_itself(
        DirectionConfidence direction, bool isKnown)
    {
        var court = new Court(new JudgementOptions { Retain = TimeSpan.FromDays(8) })
            .Take(Court.Rpc(1, "10.0.1.5", "10.0.0.1")).Take(Court.Rpc(1.1, "10.0.1.6", "10.0.0.1"));
        for (var day = 1; day < 20; day++)
        {
            for (var hour = 1; hour < 24; hour++) court.AdvanceTo((24 * (day - 1)) + hour);
            court.Take(Court.Rpc(
                24 * day, "10.0.1.5", "10.0.0.1", JoinBasis.KnownEndpoint, traffic: Court.Answered with { Direction = direction }));
        }

        Assert.Equal(isKnown, court.Judge.KnownEndpoints.TryFind(HostAddress.Parse("10.0.0.1"), 49_700, Court.At(24 * 19), out _));
    }

    [Fact]
    public void Findings_of_forged_hosts_are_bounded_within_their_hour_and_when_it_closes()
    {
        var court = new Court(new JudgementOptions { MaxFindings = 100 }).Take(Court.Contact(0.5, "10.0.1.5", Court.FileServer, 445))
            .AdvanceTo(4);
        for (var i = 0; i < 500; i++) court.Take(Court.Contact(4 + (i / 600.0), Client(i), Client(100_000 + i), 445));

        Assert.InRange(court.AdvanceTo(4.9).Judge.Counts.Findings, 100, 200);
        Assert.Equal(100, court.AdvanceTo(7).Judge.Counts.Findings);
        Assert.InRange(court.Judge.Counts.EvictedFindings, 401, 1_000);
    }

    [Fact]
    public void Findings_of_a_client_with_thousands_of_edges_are_revised_the_less_often()
    {
        var court = new Court(new JudgementOptions { EvaluateEvery = TimeSpan.FromSeconds(0.1) });
        for (var i = 0; i < 20_000; i++) court.Take(Court.Contact(1, "10.0.1.5", Client(i), 88));
        for (var i = 0; i < 100; i++) court.Take(Court.Contact(1 + ((1 + i) / 36_000.0), "10.0.1.5", "10.0.1.6", 445));

        Assert.InRange(court.NumChanges, 10, 40);
        Assert.Equal(100, court.Complete().Find(FindingKind.FirstAdministration, "10.0.1.5", "10.0.1.6")!.Count);
    }

    [Fact]
    public void The_more_is_found_of_a_client_the_less_often_it_is_judged()
    {
        Assert.InRange(Looks([]), 10, Looks(["10.2.0.0/16=server"]) * 2 / 3);

        static int Looks(string[] roles)
        {
            var court = new Court(new JudgementOptions { EvaluateEvery = TimeSpan.FromSeconds(0.1), Roles = roles });
            for (var i = 0; i < 3_000; i++) court.Take(Court.Contact(1, "10.0.1.5", $"10.2.{i / 250}.{1 + (i % 250)}", 445));
            var (looks, known) = (0, 0);
            for (var i = 0; i < 100; i++)
            {
                court.Take(Court.Contact(1 + ((1 + i) / 36_000.0), "10.0.1.5", "10.0.1.6", 445));
                var told = court.Findings.Values.Sum(finding => finding.Count);
                if (told != known) looks++;
                known = told;
            }

            return looks;
        }
    }

    [Fact]
    public void Operations_between_forged_hosts_are_bounded_in_all_and_what_is_refused_is_counted()
    {
        var court = new Court(new JudgementOptions { MaxOpenFacts = 1_000 }).AdvanceTo(1);
        for (var i = 0; i < 600; i++)
        {
            var operation = new RpcOperation
            {
                AtUnixMilliseconds = Court.At(1),
                Client = HostAddress.Parse(Client(i)),
                Server = HostAddress.Parse("10.0.0.1"),
                Uid = "C1",
                Interface = "drsuapi",
                Operation = "DRSGetNCChanges",
            };
            court.Judge.Take(operation, Court.At(1));
            court.Judge.Take(operation, Court.At(1));
        }

        Assert.Equal(700, court.Judge.Counts.Ahead);
        court.AdvanceTo(
            5).Judge.Take(
                new RpcOperation
                {
                    AtUnixMilliseconds = Court.At(5),
                    Uid = "",
                    Interface = "drsuapi",
                    Operation = "DRSGetNCChanges",
                }, Court.At(5));
        Assert.Equal(700, court.Judge.Counts.Ahead);
    }

    [Fact]
    public void Endpoints_beyond_their_bound_are_forgotten_when_the_hour_closes()
    {
        var court = new Court(new JudgementOptions { MaxKnownEndpoints = 100 }).Take(Court.Contact(0.5, "10.0.1.5", Court.FileServer, 445))
            .AdvanceTo(4);
        for (var i = 0; i < 300; i++) court.Take(Court.Rpc(4 + (i / 600.0), "10.0.1.5", Client(i)));

        Assert.Equal(100, court.AdvanceTo(7).Judge.Counts.KnownEndpoints);
    }

    private static string Client(int index) => $"10.{1 + (index / 60_000)}.{index / 250 % 240}.{index % 250}";
}
