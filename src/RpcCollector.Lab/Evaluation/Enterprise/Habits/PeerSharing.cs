using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>
/// One workstation in a hundred shares a folder or a printer with up to three colleagues; now and then somebody new finds it.
/// </summary>
internal sealed class PeerSharing : IHabit
{
    private readonly List<(Machine Owner, Machine[] Users, double UsesPerDay)> _shares = [];

    public PeerSharing(Network network)
    {
        var random = SeededRandom.Of(network.Seed, "shares");
        var workstations = network.Workstations.Where(machine => machine.FirstDay == 0).ToList();
        foreach (var owner in workstations.Where(machine => machine.Kind == MachineKind.Desktop))
        {
            if (!random.Chance(0.015)) continue;
            var colleagues = workstations.Where(machine => machine != owner && machine.Group == owner.Group).ToList();
            if (colleagues.Count == 0) continue;
            _shares.Add(
                (owner, [.. Enumerable.Range(0, 1 + random.Below(3)).Select(_ => random.Pick(colleagues)).Distinct()],
                    random.Pick([3.0, 1.0, 0.2])));
        }
    }

    public string Name => "shares between workstations";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var (owner, users, usesPerDay) in _shares.Where(share => day.IsThere(share.Owner)))
        {
            foreach (var user in users.Where(user => day.Of(user).HasUser))
            {
                for (var i = random.Poisson(usesPerDay); i > 0; i--)
                    day.Contact(user, owner, WellKnownPort.Smb, day.WorkingMoment(user), 300, octets: FileShares.Draw(random));
            }

            // About one new user of some share every two weeks in a thousand hosts.
            if (day.IsWeekend || !random.Chance(0.1 / Math.Max(1, _shares.Count) * day.Network.Shape.Hosts / 1_000)) continue;
            var other = random.Pick(day.Workers);
            if (other != owner) day.Contact(
                other, owner, WellKnownPort.Smb, day.WorkingMoment(other), 120, octets: FileShares.Draw(random));
        }
    }
}
