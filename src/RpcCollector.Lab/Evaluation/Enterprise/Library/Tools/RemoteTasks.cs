using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>schtasks /s: a task is made, run and deleted, each by a call of its own of the task scheduler over TCP.</summary>
/// <remarks>
/// Recorded: schtasks-create (6.1 KB up, 1.5 KB down in 33 ms, reset by the client). /run and /delete are estimated from it (MS-TSCH,
/// SchRpcRun and SchRpcDelete).
/// </remarks>
internal sealed class RemoteTasks : IAttackTool
{
    public string Name => "schtasks";

    public string Technique => "T1053.005";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        script.Rpc(RpcService.Tasks, up: 6_100, down: 1_500, seconds: 0.05, FlowEnd.ResetByClient);
        script.Wait(9_000);
        script.Rpc(RpcService.Tasks, up: 3_300, down: 2_100, seconds: 0.05, FlowEnd.ResetByClient);
        if (script.Random.Chance(0.6))
        {
            script.Wait(30_000);
            script.Rpc(RpcService.Tasks, up: 2_900, down: 1_200, seconds: 0.05, FlowEnd.ResetByClient);
        }
    }
}
