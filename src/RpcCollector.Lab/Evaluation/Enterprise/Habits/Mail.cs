using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// A mail server that lives on RPC: older clients reach it by the mapper, and it asks the controllers who people are, in bursts of up to
/// 17 calls within ten seconds and, in its busiest minute of a day, 53 (seen between an Exchange server and a controller).
/// </summary>
internal sealed class Mail : IHabit
{
    private const int Hour = 3_600_000;
    private const int Burst = 10_000;

    public string Name => "mail servers";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var servers = day.Network.Of(MachineKind.MailServer);

        // 1. Seven of twenty people still have a client that uses RPC.
        foreach (var machine in day.Workers.Where(machine => machine.Number % 20 < 7))
        {
            var server = servers[machine.Group % servers.Count];
            for (var i = 1 + random.Poisson(2); i > 0; i--)
                Fetch(machine, server, day.Of(machine).WorkFrom + random.Below(120_000));
            for (var i = random.Poisson(4); i > 0; i--) Fetch(machine, server, day.WorkingMoment(machine));
        }

        // 2. The server among the controllers: now and then a call, bursts when many log on or send.
        foreach (var server in servers)
        {
            foreach (var controller in day.Network.Of(MachineKind.DomainController))
            {
                if (controller.Site != server.Site) continue;
                for (var i = random.Poisson(200); i > 0; i--) Ask(server, controller, random.Below(Presence.Whole));
                for (var i = random.Poisson(day.IsWeekend ? 15 : 60); i > 0; i--)
                    BurstOf(5 + random.Below(13), server, controller, (int)((6.5 + (12 * random.Uniform())) * Hour));
                if (day.IsWeekend) continue;
                var busiest = (8 * Hour) + random.Below(Hour);
                foreach (var (calls, i) in ((int[])[17, 11, 9, 7, 5, 4]).Select((calls, i) => (calls, i)))
                    BurstOf(calls, server, controller, busiest + (i * Burst));
            }
        }

        void Fetch(Machine machine, Machine server, int at) =>
            day.Rpc(machine, server, RpcService.Mail, at, octets: 30_000, ratio: 3, isCached: 0.3);

        void BurstOf(int calls, Machine server, Machine controller, int at)
        {
            for (; calls > 0; calls--) Ask(server, controller, at + random.Below(Burst));
        }

        void Ask(Machine server, Machine controller, int at) => day.Authority(server, controller, at, isCached: 0.05);
    }
}
