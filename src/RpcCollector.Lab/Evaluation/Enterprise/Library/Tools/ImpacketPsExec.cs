namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// impacket's psexec: a small service binary over SMB, the service by the pipe svcctl, a connection for each of the console's pipes.
/// </summary>
/// <remarks>
/// After public descriptions of the tool and MS-SCMR (2.1.2: named pipes); nothing of it is recorded here. RemCom's service is 56 KB;
/// the three connections for stdin, stdout and stderr follow within a second. Octets of the console are estimated.
/// </remarks>
internal sealed class ImpacketPsExec : IAttackTool
{
    public string Name => "impacket-psexec";

    public string Technique => "T1569.002/T1021.002";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        // Shares are listed, the binary is copied and the service made and started, all on one session.
        script.Smb(up: 78_000, down: 14_000, seconds: 40, FlowEnd.Orderly);
        script.Wait(1_500);
        for (var i = 0; i < 3; i++) script.Smb(up: 2_600, down: i == 1 ? 9_000 : 2_400, seconds: 35, FlowEnd.Orderly);
    }
}
