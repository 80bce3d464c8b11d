using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// Persistence by WMI: filter, consumer and binding are put, each an instance sent whole, after their classes were fetched.
/// </summary>
/// <remarks>
/// Octets after the recorded wmi-invoke (17 KB up, 50 KB down for one call of a method with its class): three of them by one connection
/// are estimated. The script of the consumer is 2 to 20 KB.
/// </remarks>
internal sealed class WmiEventSubscription : IAttackTool
{
    public string Name => "wmi-event-subscription";

    public string Technique => "T1546.003";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        script.Rpc(RpcService.Wmi, up: 34_000 + (script.Random.Uniform() * 18_000), down: 70_000, seconds: 25);
        if (!script.Random.Chance(0.3)) return;

        // The binding is looked at again.
        script.Wait(90_000);
        script.Rpc(RpcService.Wmi, up: 9_000, down: 22_000, seconds: 10);
    }
}
