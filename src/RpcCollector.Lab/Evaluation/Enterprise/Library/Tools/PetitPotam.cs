using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>PetitPotam: efsrpc opens a file on another machine, mostly by the pipe lsarpc or efsrpc, seldom by TCP.</summary>
/// <remarks>
/// After MS-EFSR (2.1: \PIPE\lsarpc and \PIPE\efsrpc; 3.1.4.2.1). Octets are those of recorded calls over a pipe (sharpsc-create: 4.6
/// to 4.9 KB up, 3.9 to 4.1 KB down for a call of svcctl, of which the session and its Kerberos ticket are the most); by TCP lsass's
/// port answers, estimated. The way back: see Coercion.
/// </remarks>
internal sealed class PetitPotam : IAttackTool
{
    public string Name => "petitpotam";

    public string Technique => "T1187";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        if (script.Random.Chance(0.2)) script.Rpc(RpcService.SecurityAuthority, up: 1_900, down: 1_300, seconds: 2);
        else script.Smb(up: 4_500, down: 3_700, seconds: 3, FlowEnd.Orderly);
        Coercion.FollowPath(script);
    }
}
