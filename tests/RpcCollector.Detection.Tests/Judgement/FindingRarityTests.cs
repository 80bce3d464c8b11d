using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>How rare findings are, in a network of twelve clients that use a domain controller and a file server.</summary>
public sealed class FindingRarityTests
{
    private const int Days = 15;
    private const double Now = (24 * Days) + 10;

    private static readonly string Client = Court.ClientAt(3);
    private static readonly string Other = Court.ClientAt(4);
    private static readonly FlowTraffic LargeUpload = Court.Answered with { ClientOctets = 900_000 };

    [Fact]
    public void First_contact_to_a_host_that_nobody_uses_says_so()
    {
        var rarity = RarityOf(Lived().Take(Court.Rpc(Now, Client, Other)), FindingKind.PeerToPeerRpc, Client, Other);

        Assert.Equal((0, 0, null, 0, 0L), Server(rarity));
        Assert.Equal(("RPC", 1), (rarity.Service, rarity.ClientServersLike));

        // The first hour of the network was at eight; the hour before this one is not known for sure.
        Assert.Equal((24 * Days) + 9 - 8, rarity.KnownHours);
    }

    [Fact]
    public void Clients_of_the_server_that_did_the_same_are_counted_and_of_how_many()
    {
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            court.SimulateDay(day);
            court.Take(Court.Contact((24 * day) + 17, Court.ClientAt(5), Other, 445));
            if (day < 2) court.Take(Court.Rpc((24 * day) + 17.1, Court.ClientAt(6), Other));
        }

        Today(court).Take(Court.Rpc(Now, Client, Other));

        var finding = FindingOf(court, FindingKind.PeerToPeerRpc, Client, Other);
        Assert.Equal((2, 1, null, 0, 0L), Server(finding.Rarity!));
        Assert.Contains("; 1 of this server's only 2 known clients ever used RPC, in 15 days; this pair never; ", finding.Reason);
        Assert.EndsWith("; the client used RPC with 1 other server", finding.Reason);
    }

    [Fact]
    public void Pair_that_is_known_has_its_days_and_flows()
    {
        var court = Burst(Lived());

        var finding = FindingOf(court, FindingKind.MapperBurst, Client, Court.Controller);

        // Nine hours on each of fifteen days, and eight o'clock today; today is no day yet, and the client has no other such server.
        Assert.Equal((12, 12, (long?)Court.At(8), 15, 136L), Server(finding.Rarity!));
        Assert.Equal(0, finding.Rarity!.ClientServersLike);
        Assert.Contains(
            "; all of this server's 12 known clients used RPC, in 15 days; this pair on 15 days, first on 2020-09-14, in 136 flows; ",
            finding.Reason);
    }

    [Fact]
    public void Flow_larger_than_what_the_server_gets_is_measured_by_it()
    {
        var finding = FindingOf(Burst(Lived(), LargeUpload), FindingKind.MapperBurst, Client, Court.Controller);

        // Twelve clients, nine hours, fifteen days, and eight o'clock today.
        Assert.Equal((900_000L, true, 100, 1_632L, null), Octets(finding.Rarity!));
        Assert.Contains("the upload of 900 KB is larger than any of the 1,632 that this server got by RPC", finding.Reason);
    }

    [Fact]
    public void Flow_like_those_of_every_day_has_a_low_percentile_and_no_words()
    {
        var finding = FindingOf(Burst(Lived()), FindingKind.MapperBurst, Client, Court.Controller);

        Assert.Equal((3_000L, true, 0, 1_632L, null), Octets(finding.Rarity!));
        Assert.DoesNotContain("upload", finding.Reason);
    }

    [Fact]
    public void Flow_of_a_server_that_few_flows_are_known_of_is_measured_by_those_of_its_role()
    {
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            court.SimulateDay(day);
            court.Take(Court.Contact((24 * day) + 17, Court.ClientAt(5), Court.ClientAt(6), 445));
            court.Take(Court.Contact((24 * day) + 17.1, Court.ClientAt(6), Court.ClientAt(7), 445));
        }

        Today(court).Take(Court.Contact(Now, Client, Other, 445) with { Traffic = LargeUpload });

        var finding = FindingOf(court, FindingKind.FirstAdministration, Client, Other);
        // Two flows a day; before the third day nobody was known to be a workstation.
        Assert.Equal((900_000L, true, 100, 26L, HostRole.Workstation), Octets(finding.Rarity!));
        Assert.Contains("the upload of 900 KB is larger than any of the 26 that workstations got by SMB", finding.Reason);
    }

    [Fact]
    public void Of_fewer_than_twenty_flows_there_is_no_percentile()
    {
        var court = new Court();
        for (var day = 0; day < Days; day++)
            court.SimulateDay(day).Take(Court.Contact((24 * day) + 17, Court.ClientAt(5), Court.ClientAt(6), 445));

        Today(court).Take(Court.Contact(Now, Client, Other, 445) with { Traffic = LargeUpload });

        Assert.Equal((900_000L, true, null, null, null), Octets(RarityOf(court, FindingKind.FirstAdministration, Client, Other)));
    }

    [Fact]
    public void Finding_about_the_client_alone_has_no_numbers_of_a_server()
    {
        var court = Lived();
        for (var i = 4; i < 12; i++) court.Take(Court.Rpc(Now + (i / 1_000.0), Client, Court.ClientAt(i)));

        var finding = Assert.Single(court.Complete().Findings.Values, finding => finding.Kind == FindingKind.RpcSweep);
        Assert.Equal((null, null, null, null, null), Server(finding.Rarity!));
        Assert.EndsWith("; the client was known to use RPC with 1 server, in 15 days", finding.Reason);
    }

    [Fact]
    public void In_the_first_hours_nothing_is_known_and_nothing_is_said()
    {
        var finding = FindingOf(new Court().Take(Court.Rpc(1, Client, Other)), FindingKind.PeerToPeerRpc, Client, Other);

        Assert.Null(finding.Rarity);
        Assert.EndsWith("unsampled", finding.Reason);
    }

    [Fact]
    public void Numbers_of_the_first_hour_stay_when_it_happens_again()
    {
        var court = Lived().Take(Court.Rpc(Now, Client, Other));
        court.SimulateDay(Days + 1).Take(Court.Rpc(Now + 24, Client, Other));

        var finding = FindingOf(court, FindingKind.PeerToPeerRpc, Client, Other);
        Assert.Equal((2, 0), (finding.Count, finding.Rarity!.PairDays));
    }

    [Theory]
    [InlineData(Now)]
    [InlineData((24 * Days) + 0.5)] // of the day before only what came before eleven at night
    [InlineData((24 * Days) + 1.5)]
    public void Numbers_are_the_same_when_it_is_shown_when_its_hour_closes_late_and_after_a_restart(double hours)
    {
        var court = new Court();
        for (var day = 0; day < Days; day++)
        {
            court.SimulateDay(day);
            court.Take(Court.Rpc((24 * day) + 23.5, Client, Court.Controller));
        }

        Burst(court, LargeUpload, hours).AdvanceTo(hours + 0.05);
        var shown = court.Find(FindingKind.MapperBurst, Client, Court.Controller)!.Rarity;
        Assert.NotNull(shown);

        // What comes now of the hour before, or is open still, is not known before this hour.
        for (var i = 0; i < 12; i++)
            court.Take(Court.Rpc(hours - 0.6 + (i / 10_000.0), Court.ClientAt(20 + i), Court.Controller, traffic: LargeUpload));
        court.Take(Court.Rpc(hours - 0.55, Client, Court.Controller, traffic: LargeUpload));
        court.AdvanceTo(hours + 0.06);
        Assert.Equal(shown, court.Find(FindingKind.MapperBurst, Client, Court.Controller)!.Rarity);
        court.AdvanceTo(hours + 1.1).Restart().AdvanceTo(hours + 2.6).Restart().Complete();
        Assert.Equal(shown, court.Find(FindingKind.MapperBurst, Client, Court.Controller)!.Rarity);
    }

    [Fact]
    public void Day_before_midnight_counts_when_it_is_over()
    {
        var court = new Court();
        for (var day = 0; day < 5; day++)
        {
            court.SimulateDay(day);
            court.Take(Court.Rpc((24 * day) + 23.5, Client, Court.Controller));
        }

        Burst(court, hours: (24 * 5) + 0.5);
        Burst(court, hours: (24 * 5) + 25.5);
        var first = court.Complete().Find(FindingKind.MapperBurst, Client, Court.Controller)!.Rarity!;

        // Four days before yesterday, and of yesterday the nine hours before eleven at night.
        Assert.Equal((4, (4 * 10) + 9L), (first.PairDays, first.PairFlows));
    }

    [Fact]
    public void Rarity_is_saved_with_the_finding_and_read_again()
    {
        var court = Burst(Lived(), LargeUpload);
        court.Take(Court.Rpc(Now + 0.1, Client, Other)).AdvanceTo(Now + 0.2);
        var before = court.Findings.Values.Select(finding => (finding.Id, finding.Rarity, finding.Reason)).ToList();
        Assert.Contains(before, finding => finding.Rarity is not null);

        court.Restart().Judge.SayAgain();

        Assert.Equal(before, court.Findings.Values.Select(finding => (finding.Id, finding.Rarity, finding.Reason)));
    }

    private static Court Lived()
    {
        var court = new Court();
        for (var day = 0; day < Days; day++) court.SimulateDay(day);
        return Today(court);
    }

    /// <summary>The hours of the last day before the one that it is about.</summary>
    private static Court Today(Court court)
    {
        for (var hour = 8; hour < 10; hour++)
        {
            for (var i = 0; i < 12; i++)
            {
                var at = (24 * Days) + hour + (i / 60.0);
                court.Take(Court.Rpc(at, Court.ClientAt(i), Court.Controller));
                court.Take(Court.Contact(at + 0.001, Court.ClientAt(i), Court.FileServer, 445));
            }
        }

        return court;
    }

    private static Court Burst(Court court, FlowTraffic? traffic = null, double hours = Now)
    {
        for (var i = 0; i < 130; i++)
            court.Take(
                Court.Rpc(hours + (i / 36_000.0), Client, Court.Controller, traffic: traffic, id: (1L << 40) + (long)(hours * 1_000) + i));
        return court;
    }

    private static Finding FindingOf(Court court, FindingKind kind, string client, string server) =>
        court.Complete().Find(kind, client, server) ?? throw new InvalidOperationException("It was not found.");

    private static FindingRarity RarityOf(Court court, FindingKind kind, string client, string server) =>
        FindingOf(court, kind, client, server).Rarity ?? throw new InvalidOperationException("It has no rarity.");

    private static (int?, int?, long?, int?, long?) Server(FindingRarity rarity) => (
        rarity.ServerClients, rarity.ServerClientsLike, rarity.PairFirstSeenUnixMilliseconds, rarity.PairDays, rarity.PairFlows);

    private static (long?, bool?, int?, long?, HostRole?) Octets(FindingRarity rarity) =>
        (rarity.Octets, rarity.IsUpload, rarity.OctetsPercentile, rarity.OctetsFlows, rarity.OctetsOfRole);
}
