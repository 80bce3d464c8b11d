using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Judgement.Learned;

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

    private static int Count(HourlyClients clients, int hour, EdgeService service)
    {
        Assert.True(clients.TryCount(hour, service, out var count));
        return count;
    }
}
