using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>A search for open shares: many machines within minutes, of which one in five answers.</summary>
/// <remarks>
/// What any share scanner does; the times and the share of answers are estimated. srvsvc's reply is 1 to 2 KB (MS-SRVS, 3.1.4.8).
/// </remarks>
internal sealed class SmbSweep : IAttackTool
{
    public string Name => "smb-sweep";

    public string Technique => "T1135";

    public IReadOnlyList<TargetKind> Targets { get; } = [TargetKind.Workstation];

    public bool RunsCode => false;

    public (int Least, int Most) Hosts => (20, 80);

    public void Write(FlowScript script)
    {
        if (script.Random.Chance(0.2)) script.Smb(up: 2_600, down: 3_400, seconds: 1.5, FlowEnd.Orderly);
        else script.Contact(WellKnownPort.Smb, 0, 0, 0.5, FlowEnd.Silent);
    }
}
