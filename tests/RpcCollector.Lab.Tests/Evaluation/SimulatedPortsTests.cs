using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Tests.Evaluation;

public class SimulatedPortsTests
{
    private const int Days = 30;
    private const int Hour = 3_600_000;

    private static readonly Network Network = new(new EnterpriseShape(1_000, Days, 14), 3);
    private static readonly RpcService[] Services = Enum.GetValues<RpcService>();

    private static readonly RpcService[] OfTheStart =
        [RpcService.Shutdown, RpcService.EventLog, RpcService.Tasks, RpcService.SecurityAuthority, RpcService.ServiceControl];

    [Fact]
    public void No_two_processes_of_a_machine_share_a_port_at_any_hour()
    {
        foreach (var machine in Network.Servers.Concat(Network.Workstations.Take(50)))
        {
            for (var hour = 0; hour < Days * 24; hour += 5)
            {
                var ports = Services.Select(service => Port(machine, service, hour / 24, hour % 24 * Hour)).ToList();
                Assert.Equal(Services.Length, ports.Distinct().Count());
            }
        }
    }

    [Fact]
    public void Server_has_other_ports_after_a_restart_and_the_same_until_the_next()
    {
        var (restarts, moved) = (0, 0);
        foreach (var server in Network.Servers.Where(server => server.FirstDay == 0))
        {
            for (var day = 1; day < Days; day++)
            {
                var (before, after) = (Ports(server, day - 1, (24 * Hour) - 1), Ports(server, day, (24 * Hour) - 1));
                if (Network.Restarts.On(server, day) is null) Assert.Equal(before, after);
                else (restarts, moved) = (restarts + 1, moved + (before.SequenceEqual(after) ? 0 : 1));
            }
        }

        Assert.InRange(restarts, 1.2 * Network.Servers.Count(), 2.5 * Network.Servers.Count());
        Assert.True(moved == restarts, $"{moved} of {restarts}");

        // Of those that no process is restarted alone of.
        static List<ushort> Ports(Machine server, int day, int at) =>
            [.. Services.Where(service => service is not (RpcService.Spooler or RpcService.Certificates or RpcService.Application
                or RpcService.Mail)).Select(service => Port(server, service, day, at))];
    }

    [Fact]
    public void Process_of_the_start_often_keeps_its_port_over_a_restart_and_an_activated_one_hardly_ever()
    {
        Assert.InRange(KeptBy(RpcService.SecurityAuthority), 0.3, 0.9);
        Assert.InRange(KeptBy(RpcService.EventLog), 0.3, 0.9);
        Assert.InRange(KeptBy(RpcService.Wmi), 0, 0.05);

        static double KeptBy(RpcService service) => Network.Servers.Where(server => server.FirstDay == 0)
            .SelectMany(server => Enumerable.Range(1, Days - 1).Where(day => Network.Restarts.On(server, day) is not null)
                .Select(day => Port(server, service, day - 1, (24 * Hour) - 1) == Port(server, service, day, (24 * Hour) - 1) ? 1.0 : 0))
            .Average();
    }

    [Fact]
    public void Processes_of_the_start_have_the_lowest_ports_from_49664_on_and_on_old_servers_from_49152()
    {
        var old = 0;
        foreach (var server in Network.Servers)
        {
            var ports = OfTheStart.Select(service => (int)Port(server, service, 12, 12 * Hour)).ToList();
            if (ports[0] < 49_664) old++;
            Assert.All(ports, port => Assert.InRange(port, ports[0] < 49_664 ? 49_152 : 49_664, ports[0] < 49_664 ? 49_172 : 49_684));
        }

        Assert.InRange(old / (double)Network.Servers.Count(), 0.1, 0.4);
    }

    [Fact]
    public void Spooler_that_is_restarted_alone_moves_alone()
    {
        var alone = Network.Servers.Where(server => server.FirstDay == 0).SelectMany(server => Enumerable.Range(1, Days - 1).Where(day =>
            Network.Restarts.On(server, day) is null
            && Port(server, RpcService.Spooler, day - 1, (24 * Hour) - 1) != Port(server, RpcService.Spooler, day, (24 * Hour) - 1)));

        Assert.InRange(alone.Count(), 20, 200);
    }

    [Fact]
    public void Server_answers_on_the_former_port_until_the_minute_of_its_restart()
    {
        var (server, day, at) = Network.Servers.Where(server => server.FirstDay == 0)
            .SelectMany(server => Enumerable.Range(1, Days - 1).Select(day => (server, day, Network.Restarts.On(server, day))))
            .Where(one => one.Item3 is not null).Select(one => (one.server, one.day, one.Item3!.Value)).First();

        Assert.Equal(Port(server, RpcService.Wmi, day - 1, (24 * Hour) - 1), Port(server, RpcService.Wmi, day, at - 1));
        Assert.NotEqual(Port(server, RpcService.Wmi, day, at - 1), Port(server, RpcService.Wmi, day, at));
        Assert.True(Network.Restarts.IsDown(server, day, at + 1));
        Assert.False(Network.Restarts.IsDown(server, day, at - 1));
    }

    private static ushort Port(Machine machine, RpcService service, int day, int at) => Network.Ports.Of(machine, service, day, at);
}
