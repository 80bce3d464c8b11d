using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// impacket's dcomexec: a COM object such as ShellWindows is made to run a command, whose output is read from ADMIN$ over SMB.
/// </summary>
/// <remarks>
/// Recorded but for SMB: dcom-shellwindows (23.6 KB up, 12.1 KB down in 0.5 s) and dcom-registerxll (3.4 and 2.6 KB). SMB for the
/// output is after public descriptions of the tool, its size estimated. The two mapper connections of DCOM are joined as one.
/// </remarks>
internal sealed class DcomExec : IAttackTool
{
    public string Name => "dcomexec";

    public string Technique => "T1021.003";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        script.Smb(up: 4_000, down: 6_000, seconds: 40, FlowEnd.Orderly);
        script.Wait(400);
        script.Rpc(RpcService.Activation, up: 16_000, down: 9_000, seconds: 30);
    }
}
