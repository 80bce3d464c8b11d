using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>An inventory agent on every machine looks up the names behind security identifiers: by RPC and over pipes.</summary>
internal sealed class NameLookups : IHabit
{
    public string Name => "name lookups";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        foreach (var machine in day.WorkstationsOn.Concat(day.Servers))
        {
            if (machine.Kind == MachineKind.DomainController || !random.Chance(0.7)) continue;
            var presence = day.Of(machine);
            var (controller, at) =
                (day.Network.ControllerFor(machine, random), presence.OnFrom + random.Below(presence.OnUntil - presence.OnFrom));
            if (random.Chance(0.3)) day.Contact(machine, controller, WellKnownPort.Smb, at, 10, octets: Octets.PipeCalls);
            else day.Rpc(machine, controller, RpcService.SecurityAuthority, at, octets: 800, ratio: 1.35);

            // The names of a file server's own groups only it knows.
            if (machine.IsWorkstation && random.Chance(0.1))
                day.Authority(machine, day.Network.FileServerOf(machine.Group, day.Number), at + 3_000);
        }
    }
}
