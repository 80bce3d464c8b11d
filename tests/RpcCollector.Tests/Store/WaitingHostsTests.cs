using RpcCollector.Flows;
using RpcCollector.Store;

namespace RpcCollector.Tests.Store;

public sealed class WaitingHostsTests
{
    [Fact]
    public void Every_activity_is_found_by_either_end_with_few_others()
    {
        const int Number = 20_000;
        var hosts = new WaitingHosts(2 * Number, isWhole: true);
        for (var i = 0; i < Number; i++) hosts.Add(i, Client(i), Server(i));

        for (var i = 0; i < Number; i++)
        {
            Assert.Contains(i, hosts.Of(Client(i))!);
            Assert.Contains(i, hosts.Of(Server(i))!);
            Assert.InRange(hosts.Of(Server(i))!.Count, Number / 100, (Number / 100) + 50);
        }
    }

    [Fact]
    public void Host_that_nothing_waits_of_has_none() => Assert.Empty(new WaitingHosts(10, isWhole: true).Of(Client(1))!);

    [Fact]
    public void What_it_has_no_room_for_it_does_not_know_before_none_waits()
    {
        var hosts = new WaitingHosts(capacity: 4, isWhole: true);
        for (var i = 0; i < 3; i++) hosts.Add(i, Client(i), Server(i));
        Assert.Null(hosts.Of(Client(1)));

        hosts.Add(4, Client(4), Server(4));
        Assert.Null(hosts.Of(Client(4)));

        hosts.Clear();
        hosts.Add(5, Client(5), Server(5));
        Assert.Equal([5], hosts.Of(Client(5))!);
        Assert.DoesNotContain(1, hosts.Of(Client(1))!);
    }

    [Fact]
    public void What_waited_before_it_is_not_known()
    {
        var hosts = new WaitingHosts(capacity: 4, isWhole: false);
        hosts.Add(1, Client(1), Server(1));

        Assert.Null(hosts.Of(Client(1)));
    }

    private static HostAddress Client(int number) => HostAddress.FromIPv4(0x0A00_0000 + (uint)number);

    private static HostAddress Server(int number) => HostAddress.FromIPv4(0xAC10_0000 + (uint)(number % 100));
}
