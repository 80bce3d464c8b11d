using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>Print queues: RPC to the spooler, and SMB for drivers.</summary>
internal sealed class Printing : IHabit
{
    public string Name => "printing";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var machine in day.Workers)
        {
            if (machine.Number % 10 >= 7 || day.Of(machine).IsRemote) continue; // three of ten never print
            var server = day.Network.PrintServerFor(machine);
            for (var i = random.Poisson(1.5); i > 0; i--)
            {
                var at = day.WorkingMoment(machine);
                day.Rpc(machine, server, RpcService.Spooler, at, octets: 60_000, ratio: 0.3);
                if (random.Chance(0.3))
                    day.Contact(machine, server, 445, at, 60, octets: random.Chance(0.5) ? Octets.PrintedFile : Octets.Browsing);
            }
        }
    }
}
