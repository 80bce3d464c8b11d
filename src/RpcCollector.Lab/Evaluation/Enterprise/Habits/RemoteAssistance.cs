using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// Helpdesk staff look into somebody's workstation from their own, by RPC about once a week each: harmless, rare, and to the flows the
/// same as an attack.
/// </summary>
internal sealed class RemoteAssistance : IHabit
{
    private readonly double _sessionsPerWeek;

    /// <param name="sessionsPerWeek">By RPC, of each of the staff.</param>
    public RemoteAssistance(Network network, double sessionsPerWeek)
    {
        _sessionsPerWeek = sessionsPerWeek;
        var random = SeededRandom.Of(network.Seed, "helpdesk");
        var candidates = network.Workstations.Where(machine => machine is { FirstDay: 0, Kind: MachineKind.Desktop }).ToList();
        random.Shuffle(candidates);
        Staff = [.. candidates.Take(network.Shape.HelpdeskStaff)];
        foreach (var machine in Staff) machine.GoneDay = int.MaxValue;
    }

    public string Name => "remote assistance";

    public IReadOnlyList<Machine> Staff { get; }

    public void Live(SimulatedDay day, SeededRandom random)
    {
        if (day.IsWeekend) return;
        foreach (var own in Staff.Where(machine => day.Of(machine).HasUser))
        {
            for (var i = random.Poisson(_sessionsPerWeek / 5); i > 0; i--)
            {
                var (other, at) = (random.Pick(day.Workers), day.WorkingMoment(own));
                if (other == own || !day.IsOnAt(other, at)) continue;
                day.Rpc(own, other, RpcService.Wmi, at, octets: 8_000, ratio: 2, isCached: 0);
                if (random.Chance(0.5)) day.Contact(own, other, WellKnownPort.Smb, at + 20_000, 120, octets: FileShares.Draw(random));
            }
        }
    }
}
