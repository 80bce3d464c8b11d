using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Habits;

/// <summary>Machines renew their certificates every few weeks: DCOM to the certificate authority.</summary>
internal sealed class CertificateEnrolment : IHabit
{
    public string Name => "certificate enrolment";

    public void Live(SimulatedDay day, SeededRandom random)
    {
        var authority = day.Network.Of(MachineKind.CertificateAuthority)[0];
        foreach (var machine in day.WorkstationsOn.Concat(day.Servers))
        {
            if (machine == authority || !(random.Chance(1 / 42.0) || (machine.FirstDay == day.Number && day.Number > 0))) continue;
            var presence = day.Of(machine);
            day.Rpc(machine, authority, RpcService.Certificates, presence.OnFrom + random.Below(presence.OnUntil - presence.OnFrom),
                octets: 6_000, ratio: 1.2, isCached: 0);
        }
    }
}
