using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>MMC20.Application by DCOM, from PowerShell: a console is activated and told to run a command; no SMB.</summary>
/// <remarks>
/// Octets after the recorded dcom-shellwindows and dcom-registerxll, which activate other objects the same way (MS-DCOM,
/// RemoteCreateInstance). The time is estimated: mmc.exe starts first.
/// </remarks>
internal sealed class Mmc20 : IAttackTool
{
    public string Name => "mmc20";

    public string Technique => "T1021.003";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        script.Rpc(RpcService.Activation, up: 8_000, down: 5_500, seconds: 8, FlowEnd.ResetByClient);
        if (script.Random.Chance(0.3))
        {
            script.Wait(40_000);
            script.Rpc(RpcService.Activation, up: 6_000, down: 4_500, seconds: 3, FlowEnd.ResetByClient);
        }
    }
}
