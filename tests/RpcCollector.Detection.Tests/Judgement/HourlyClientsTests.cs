using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;
using RpcCollector.Flows;

namespace RpcCollector.Detection.Tests.Judgement;

public sealed class HourlyClientsTests
{
    private const int Hour = 444_456;

    [Fact]
    public void Clients_are_counted_by_hour_and_service_though_hours_come_in_turn()
    {
        var clients = default(HourlyClients);
        for (var i = 0; i < 3; i++)
        {
            clients.Add(Hour + 1, EdgeService.Kerberos);
            clients.Add(Hour, EdgeService.Ldap);
            clients.Add(Hour + 2, EdgeService.Rpc);
        }

        Assert.Equal(
            (3, 0, 0),
            (Count(clients, Hour, EdgeService.Ldap), Count(clients, Hour, EdgeService.Kerberos), Count(clients, Hour, EdgeService.Rpc)));
        Assert.Equal((3, 3), (Count(clients, Hour + 1, EdgeService.Kerberos), Count(clients, Hour + 2, EdgeService.Rpc)));
    }

    [Fact]
    public void Many_clients_by_one_service_are_none_by_another()
    {
        var clients = default(HourlyClients);
        for (var i = 0; i < 100_000; i++) clients.Add(Hour, EdgeService.Kerberos);

        Assert.Equal(15, Count(clients, Hour, EdgeService.Kerberos));
        Assert.All(
            Enum.GetValues<EdgeService>().Except([EdgeService.Kerberos]),
            service => Assert.Equal(0, Count(clients, Hour, service)));
    }

    [Fact]
    public void Hour_before_four_others_is_not_known()
    {
        var clients = default(HourlyClients);
        clients.Add(Hour + 4, EdgeService.Smb);
        clients.Add(Hour, EdgeService.Smb);

        Assert.False(clients.TryCount(Hour, EdgeService.Smb, out var unknown));
        Assert.Equal((0, 1), (unknown, Count(clients, Hour + 4, EdgeService.Smb)));
    }

    [Fact]
    public void Dropped_hour_that_opens_again_begins_with_none_and_others_keep_theirs()
    {
        var clients = default(HourlyClients);
        clients.Add(Hour, EdgeService.Smb);
        clients.Add(Hour + 1, EdgeService.Smb);

        clients.Drop(Hour);
        clients.Add(Hour, EdgeService.Rpc);

        Assert.Equal(
            (0, 1, 1),
            (Count(clients, Hour, EdgeService.Smb), Count(clients, Hour, EdgeService.Rpc), Count(clients, Hour + 1, EdgeService.Smb)));
    }

    [Fact]
    public void Service_whose_rows_were_dropped_has_none_and_others_keep_theirs()
    {
        var clients = default(HourlyClients);
        foreach (var service in (ReadOnlySpan<EdgeService>)[EdgeService.Smb, EdgeService.Kerberos, EdgeService.Ldap])
            for (var i = 0; i < 20; i++) clients.Add(Hour, service);

        clients.Drop(Hour, EdgeService.Kerberos);
        clients.Drop(Hour + 4, EdgeService.Smb);

        Assert.Equal(
            (15, 0, 15),
            (Count(clients, Hour, EdgeService.Smb), Count(clients, Hour, EdgeService.Kerberos), Count(clients, Hour, EdgeService.Ldap)));
    }

    [Fact]
    public void Clients_that_are_counted_are_those_that_have_a_row_of_the_hour_whatever_was_dropped_between()
    {
        Assert.True(RoleTable.TryParse([], out var told, out _));
        var edges = new Edges(new ToldRoles(told));
        var (facts, random, latest) = (new OpenFacts(edges, new JudgementOptions()), new Random(16), Hour);
        for (var step = 0; step < 20_000; step++)
        {
            // Four hours are open at once; one that is over is dropped, with the edges and hosts of which nothing else is known.
            if (random.Next(100) == 0) facts.DropBefore(++latest - 3);
            if (random.Next(500) == 0) facts.Drop(latest - random.Next(4));
            if (random.Next(200) == 0) facts.DropDirectories(latest - random.Next(4), long.MaxValue);
            var client = edges.FindOrAddHost(new HostIdentity(HostAddress.FromIPv4(0x0A00_0000 + (uint)random.Next(40))));
            var server = edges.FindOrAddHost(new HostIdentity(HostAddress.FromIPv4(0x0A80_0000 + (uint)random.Next(5))));
            var (service, hour) = ((EdgeService)random.Next(EdgeServiceName.Count), latest - random.Next(4));
            var edge = edges.Find(client, server, service) is >= 0 and var known ? known : edges.Add(client, server, service);
            if (facts.FindOpen(edge, hour) < 0) facts.Open(edge, hour);
            if (step % 20 == 0) Compare(edges, facts, server, latest);
        }
    }

    private static void Compare(Edges edges, OpenFacts facts, int server, int latest)
    {
        for (var hour = latest - 3; hour <= latest; hour++)
        {
            foreach (var service in Enum.GetValues<EdgeService>())
            {
                var rows = 0;
                for (var i = edges.Host(server).FirstAsServer; i >= 0; i = edges[i].NextOfServer)
                    if (edges[i].Service == service && facts.FindOpen(i, hour) >= 0) rows++;
                var isKnown = edges.Host(server).Clients.TryCount(hour, service, out var clients);
                Assert.Equal(isKnown ? Math.Min(rows, 15) : 0, isKnown ? clients : rows);
            }
        }
    }

    private static int Count(HourlyClients clients, int hour, EdgeService service)
    {
        Assert.True(clients.TryCount(hour, service, out var count));
        return count;
    }
}
