using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

/// <summary>What people are shown of hosts and edges, read from the judge a slice at a time.</summary>
public sealed class NetworkReadingTests
{
    private static readonly HostAddress Controller = HostAddress.Parse(Court.Controller);

    [Fact]
    public void Every_pair_is_read_once_with_all_its_services_in_slices_of_any_size()
    {
        var court = Lived(3);
        var whole = Select(court, new EdgeChoice(), 1_000, rows: int.MaxValue);

        Assert.Equal(24, whole.Total);
        Assert.Equal(24, whole.Rarest.Select(pair => (pair.Client, pair.Server)).Distinct().Count());
        Assert.Equal(
            court.Judge.Edges(Controller).GroupBy(edge => edge.Client).ToDictionary(pair => pair.Key, pair => pair.Sum(edge => edge.Flows)),
            whole.Rarest.Where(pair => pair.Server == Controller).ToDictionary(pair => pair.Client, pair => pair.Flows));
        foreach (var rows in (int[])[1, 3, 7])
            Assert.Equal(Described(whole), Described(Select(court, new EdgeChoice(), 1_000, rows)));
    }

    [Fact]
    public void Survey_counts_hosts_edges_pairs_and_roles_and_names_who_sees_which_network()
    {
        var court = Lived(3).AdvanceTo((24 * 2) + 16.9);
        foreach (var rows in (int[])[1, 5, int.MaxValue])
        {
            var survey = Survey(court, rows);
            Assert.Equal((14, 24, 48, 12, 3), (survey.Hosts, survey.Pairs, survey.Edges, survey.Clients, survey.Days));
            Assert.Equal((12, 14), (survey.HostsOf(HostRole.Workstation), Enum.GetValues<HostRole>().Sum(survey.HostsOf)));
            var network = survey.Prefixes.Single(prefix => prefix.Prefix.ToString() is "10.0.1.0/24");
            Assert.Equal((12, "192.0.2.1"), (network.Hosts, Assert.Single(network.Exporters).ToString()));
            Assert.Equal(Court.At((24 * 2) + 16), network.LastUnixMilliseconds);
        }
    }

    [Fact]
    public void Survey_names_who_sees_a_network_of_which_contacts_are_only_counted()
    {
        var court = new Court(new JudgementOptions { Roles = [$"{Court.Controller}=domain-controller"] });
        court.Take(Court.Contact(1, Court.ClientAt(0), Court.Controller, 88));

        Assert.Equal(0, court.Judge.Counts.OpenFacts);
        var network = Survey(court, rows: 1).Prefixes.Single(prefix => prefix.Prefix.Contains(HostAddress.Parse(Court.ClientAt(0))));
        Assert.Equal("192.0.2.1", Assert.Single(network.Exporters).ToString());
    }

    [Fact]
    public void Contact_that_nobody_else_has_is_rarer_than_what_all_do_and_stands_first()
    {
        var court = Lived(6);
        court.Take(Court.Rpc((24 * 5) + 16.5, Court.ClientAt(3), Court.ClientAt(4))).AdvanceTo((24 * 5) + 16.6);

        var selection = Select(court, new EdgeChoice(), 3, rows: 10);

        Assert.Equal((25, 3), (selection.Total, selection.Rarest.Count));
        Assert.Equal(
            (Court.ClientAt(3), Court.ClientAt(4)), (selection.Rarest[0].Client.ToString(), selection.Rarest[0].Server.ToString()));
        Assert.Equal(1, selection.Rarest[0].Rarity);
        Assert.True(selection.Rarest[1].Rarity < 0.3, $"{selection.Rarest[1].Rarity}");
    }

    [Fact]
    public void One_hosts_edges_are_those_that_are_found_among_all()
    {
        var court = Lived(2);
        foreach (var host in (string[])[Court.Controller, Court.FileServer, Court.ClientAt(0), "10.9.9.9"])
        {
            var address = HostAddress.Parse(host);
            foreach (var rows in (int[])[1, 4, int.MaxValue])
            {
                var (asClient, asServer) = (
                    Select(court, new EdgeChoice(Client: AddressPrefix.Of(address)), 1_000, rows),
                    Select(court, new EdgeChoice(Server: AddressPrefix.Of(address)), 1_000, rows));
                var all = Select(court, new EdgeChoice(Host: AddressPrefix.Of(address)), 1_000, rows);
                Assert.Equal(
                    Described(all).Order(StringComparer.Ordinal),
                    Described(asClient).Concat(Described(asServer)).Order(StringComparer.Ordinal));
                Assert.Equal(court.Judge.Host(address)?.ServerEdges ?? 0, asServer.Rarest.Sum(pair => pair.Edges.Count));
            }
        }

        Assert.Equal(12, Select(court, new EdgeChoice(Server: AddressPrefix.Of(Controller)), 0, rows: 5).Of(EdgeService.Kerberos));
    }

    [Fact]
    public void Window_service_role_and_rarity_choose_and_count_what_they_choose()
    {
        var court = new Court(new JudgementOptions { Roles = [$"{Court.Controller}=domain-controller"] }).SimulateDay(0);
        court.Take(Court.Contact(30, "10.0.1.200", Court.FileServer, 445)).AdvanceTo(31);

        Assert.Equal(25, Total(new EdgeChoice()));
        Assert.Equal(1, Total(new EdgeChoice(SinceUnixMilliseconds: Court.At(24))));
        Assert.Equal(1, Total(new EdgeChoice(SinceUnixMilliseconds: Court.At(31) - 1)));
        Assert.Equal(0, Total(new EdgeChoice(SinceUnixMilliseconds: Court.At(31))));
        Assert.Equal(24, Total(new EdgeChoice(UntilUnixMilliseconds: Court.At(30))));
        Assert.Equal(0, Total(new EdgeChoice(UntilUnixMilliseconds: Court.At(8))));
        Assert.Equal(13, Total(new EdgeChoice(Services: new HashSet<EdgeService> { EdgeService.Smb })));
        Assert.Equal(12, Total(new EdgeChoice(Role: HostRole.DomainController)));
        Assert.Equal(12, Total(new EdgeChoice(Host: AddressPrefix.Of(Controller))));
        Assert.Equal(25, Total(new EdgeChoice(Host: Prefix("10.0.1.0/24"))));

        var kerberos = Select(court, new EdgeChoice(Services: new HashSet<EdgeService> { EdgeService.Kerberos }), 100, rows: 9);
        Assert.All(kerberos.Rarest, pair => Assert.Equal(EdgeService.Kerberos, Assert.Single(pair.Edges).Service));
        var rare = Select(court, new EdgeChoice(LeastRarity: 0.5), 100, rows: 9);
        Assert.NotEmpty(rare.Rarest);
        Assert.All(rare.Rarest, pair => Assert.True(pair.Rarity >= 0.5));
        Assert.True(rare.Total < 25);

        int Total(EdgeChoice choice) => Select(court, choice, 100, rows: 9).Total;
    }

    [Fact]
    public void What_several_machines_did_under_one_address_is_one_edge()
    {
        var court = new Court().SimulateDay(0);
        foreach (var (machine, hour) in (ReadOnlySpan<(ulong, double)>)[(7, 30), (8, 32), (9, 34)])
        {
            court.Take(new AddressLease(HostAddress.Parse(Court.ClientAt(0)), machine, Court.At(hour), Court.At(hour + 1)));
            court.Take(Court.Contact(hour + 0.5, Court.ClientAt(0), Court.FileServer, 445));
        }

        court.AdvanceTo(34.9);
        var pairs = Select(court, new EdgeChoice(), 100, rows: 2).Rarest;
        var pair = Assert.Single(pairs, pair => pair.Client.ToString() == Court.ClientAt(0) && pair.Server.ToString() == Court.FileServer);
        Assert.Equal(12, pair.Flows);
        Assert.Equal(24, pairs.Count);
    }

    [Fact]
    public void Edges_that_are_forgotten_while_they_are_read_end_no_reading()
    {
        var court = new Court(new JudgementOptions { Retain = TimeSpan.FromDays(1) }).SimulateDay(0);
        var (survey, all, one) = (Survey(court, 100), new EdgeChoice(), new EdgeChoice(Server: AddressPrefix.Of(Controller)));
        RarestPairs[] readings = [new(survey, all, 100), new(survey, one, 100)];
        foreach (var reading in readings) court.Judge.Read(reading, 3);

        // They go, and others take their rows.
        for (var hour = 24; hour < 24 * 4; hour++) court.Take(Court.Contact(hour, $"10.7.0.{hour}", "10.7.1.1", 445));
        foreach (var reading in readings)
        {
            for (var slices = 0; !court.Judge.Read(reading, 3); slices++) Assert.InRange(slices, 0, 100);
        }

        Assert.Empty(readings[1].Rarest);
    }

    [Fact]
    public void First_pairs_are_the_same_page_after_page_as_all_in_their_order_in_slices_of_any_size()
    {
        var court = Lived(2);
        var all = Select(court, new EdgeChoice(), 1_000, rows: 100).Rarest.OrderBy(pair => pair.Client).ThenBy(pair => pair.Server)
            .Select(Ends).ToList();
        foreach (var (rows, most) in (ReadOnlySpan<(int, int)>)[(1, 1), (3, 5), (int.MaxValue, 7), (10, 1_000)])
        {
            var found = new List<(HostAddress, HostAddress)>();
            while (true)
            {
                var page = First(court, new EdgeChoice(), found.Count == 0 ? null : found[^1], most, rows);
                Assert.True(page.Count <= most);
                if (page.Count == 0) break;
                found.AddRange(page.Select(Ends));
            }

            Assert.Equal(all, found);
        }
    }

    [Fact]
    public void First_pairs_of_networks_and_of_one_host_are_those_among_all()
    {
        var court = Lived(2);
        var all = First(court, new EdgeChoice(), after: null, 1_000, rows: 9);
        foreach (var (client, server) in (ReadOnlySpan<(string?, string?)>)
            [(Court.ClientAt(3), null), (null, Court.Controller), (Court.ClientAt(3), Court.Controller), (Court.Controller, null),
            ("10.0.1.0/29", null), (null, "10.0.0.16/28"), ("10.0.1.0/29", Court.FileServer), ("192.0.2.0/24", null)])
        {
            AddressPrefix? clients = client is null ? null : Prefix(client);
            AddressPrefix? servers = server is null ? null : Prefix(server);
            var chosen = First(court, new EdgeChoice(Client: clients, Server: servers), after: null, 1_000, rows: 2);
            Assert.Equal(
                all.Where(pair => clients?.Contains(pair.Client) != false && servers?.Contains(pair.Server) != false).Select(Ends),
                chosen.Select(Ends));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Pair_that_gets_another_service_while_pairs_are_read_is_not_missed(bool isOneHost)
    {
        var court = new Court();
        for (var i = 0; i < 9; i++) court.Take(Court.Contact(8 + (i / 100.0), Court.ClientAt(i), Court.FileServer, 445));
        var server = HostAddress.Parse(Court.FileServer);
        var selection = new FirstPairs(new EdgeChoice(Server: isOneHost ? AddressPrefix.Of(server) : null), after: null, 100);

        for (var i = 0; i < 9; i++)
        {
            court.Judge.Read(selection, 1);
            court.Take(Court.Rpc(8.5 + (i / 100.0), Court.ClientAt(i), Court.FileServer));
            court.Take(Court.Rpc(8.6 + (i / 100.0), Court.ClientAt(8 - i), Court.FileServer, id: 100 + i));
        }

        while (!court.Judge.Read(selection, 1)) Assert.True(selection.Pairs.Count < 100);
        Assert.Equal(
            Enumerable.Range(0, 9).Select(Court.ClientAt).Order(StringComparer.Ordinal),
            selection.Pairs.Select(pair => pair.Client.ToString()).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void First_hosts_are_in_order_of_address_and_of_one_role_in_slices_of_any_size()
    {
        var court = Lived(3).AdvanceTo((24 * 2) + 16.9);
        List<HostAddress> all = [.. court.Judge.Hosts().Select(host => host.Address)];
        List<HostAddress> clients = [.. court.Judge.Hosts(HostRole.Workstation).Select(host => host.Address)];
        Assert.Equal((14, 12), (all.Count, clients.Count));
        foreach (var rows in (int[])[1, 5, int.MaxValue])
        {
            Assert.Equal(all, Hosts(new HostSelection(_ => true, role: null, int.MaxValue), rows));
            Assert.Equal(all.Take(3), Hosts(new HostSelection(_ => true, role: null, 3), rows));
            Assert.Equal(all.Skip(5).Take(4), Hosts(new HostSelection(host => host.CompareTo(all[4]) > 0, role: null, 4), rows));
            Assert.Equal(clients.Take(2), Hosts(new HostSelection(_ => true, HostRole.Workstation, 2), rows));
            Assert.Empty(Hosts(new HostSelection(_ => true, role: null, 0), rows));
        }

        IReadOnlyList<HostAddress> Hosts(HostSelection selection, int rows)
        {
            while (!court.Judge.Read(selection, rows)) Assert.NotEqual(0, rows);
            return selection.Hosts;
        }
    }

    [Fact]
    public void Role_of_a_host_is_the_one_that_is_told_of_it_in_full()
    {
        var court = Lived(2);

        foreach (var host in court.Judge.Hosts()) Assert.Equal(host.Role, court.Judge.RoleOf(host.Address));
        Assert.Null(court.Judge.RoleOf(HostAddress.Parse("10.9.9.9")));
    }

    [Fact]
    public void First_of_many_in_any_order_are_the_smallest_one_of_each()
    {
        var random = new Random(16);
        for (var most = 1; most < 40; most++)
        {
            var (first, all) = (new FirstInOrder<int>(static (left, right) => left.CompareTo(right), most), new SortedSet<int>());
            for (var i = 0; i < 1_000; i++)
            {
                var key = random.Next(100);
                all.Add(key);
                first.Add(key);
            }

            Assert.Equal(all.Take(most), first.Read());
        }
    }

    private static (HostAddress, HostAddress) Ends(EdgePair pair) => (pair.Client, pair.Server);

    private static IReadOnlyList<EdgePair> First(
        Court court, EdgeChoice choice, (HostAddress Client, HostAddress Server)? after, int most, int rows)
    {
        var selection = new FirstPairs(choice, after, most);
        while (!court.Judge.Read(selection, rows)) Assert.NotEqual(0, rows);
        return selection.Pairs;
    }

    private static Court Lived(int days)
    {
        var court = new Court();
        for (var day = 0; day < days; day++) court.SimulateDay(day);
        return court;
    }

    private static NetworkSurvey Survey(Court court, int rows)
    {
        var survey = new NetworkSurvey();
        while (!court.Judge.Read(survey, rows)) Assert.NotEqual(0, rows);
        return survey;
    }

    private static RarestPairs Select(Court court, EdgeChoice choice, int most, int rows)
    {
        var selection = new RarestPairs(Survey(court, rows), choice, most);
        while (!court.Judge.Read(selection, rows)) Assert.NotEqual(0, rows);
        return selection;
    }

    private static AddressPrefix Prefix(string text) => AddressPrefix.TryParse(text, out var prefix) ? prefix : throw new FormatException();

    private static IEnumerable<string> Described(RarestPairs selection) =>
        selection.Rarest.Select(pair => $"{pair.Rarity} {string.Join(' ', pair.Edges)}");
}
