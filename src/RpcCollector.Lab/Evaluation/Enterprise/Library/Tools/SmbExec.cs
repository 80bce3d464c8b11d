using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// impacket's smbexec: a service for each command by the pipe svcctl, and its output read from a share; SMB alone.
/// </summary>
/// <remarks>
/// Recorded: smbexec (Empire's, one command: 15 KB up, 5 KB down in 1.7 s, closed by both with a reset of the server). Several commands
/// in one session are after public descriptions of the tool.
/// </remarks>
internal sealed class SmbExec : IAttackTool
{
    public string Name => "smbexec";

    public string Technique => "T1569.002";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        var commands = 1 + script.Random.Below(6);
        script.Smb(up: 8_000 + (commands * 6_500), down: 3_000 + (commands * 3_000), seconds: 1.7 * commands, FlowEnd.ResetByServer);
        if (!script.Random.Chance(0.3)) return;

        // Some runs answer with a share of their own, which the victim writes its output to.
        script.InReturn(Party.Attacker, WellKnownPort.Smb, up: 4_000, down: 2_500, seconds: 3);
    }
}
