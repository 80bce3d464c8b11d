namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// impacket's atexec: a task is registered, run and deleted by the pipe atsvc, its output read from ADMIN$; SMB alone.
/// </summary>
/// <remarks>
/// After public descriptions of the tool and MS-TSCH (2.1: ITaskSchedulerService by TCP or by \PIPE\atsvc). Octets are those of the
/// recorded schtasks-create (6 KB up for one task) with SMB2's headers and session setup; nothing of it is recorded here.
/// </remarks>
internal sealed class AtExec : IAttackTool
{
    public string Name => "atexec";

    public string Technique => "T1053.005";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        script.Smb(up: 14_000, down: 9_000, seconds: 6, FlowEnd.Orderly);
    }
}
