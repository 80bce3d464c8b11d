using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>DCShadow: the attacker's machine is registered as a controller, and a real one is told to replicate from it.</summary>
/// <remarks>
/// Order after the published descriptions of the attack and MS-DRSR (4.1.19 DRSReplicaAdd, 4.1.1 DRSAddEntry): LDAP writes, drsuapi at
/// the controller, then the controller asks the attacker's mapper and his drsuapi. That the way back begins within milliseconds is
/// measured on a public capture (9 to 44 ms for it and coercion); octets are estimated.
/// </remarks>
internal sealed class DcShadow : IAttackTool
{
    public string Name => "dcshadow";

    public string Technique => "T1207";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Controllers;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        // 1. Server object, nTDSDSA and service principal names are written.
        for (var i = 2 + script.Random.Below(2); i > 0; i--)
        {
            script.Contact(WellKnownPort.Ldap, up: 4_500, down: 6_500, seconds: 2);
            script.Wait(500);
        }

        // 2. The controller is told of its new partner, and replicates.
        script.Rpc(RpcService.SecurityAuthority, up: 3_600, down: 2_000, seconds: 3);
        script.RpcInReturn(Party.Attacker, RpcService.Application, up: 2_600, down: 5_500, seconds: 2);
        if (script.Random.Chance(0.5)) script.RpcInReturn(Party.Attacker, RpcService.Application, up: 2_200, down: 3_500, seconds: 1);

        // 3. It is undone.
        script.Wait(4_000);
        script.Contact(WellKnownPort.Ldap, up: 3_000, down: 2_500, seconds: 1);
    }
}
