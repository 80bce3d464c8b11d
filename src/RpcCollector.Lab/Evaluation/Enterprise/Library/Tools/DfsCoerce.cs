namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>DFSCoerce: a namespace is to be added or removed on another machine, by the pipe netdfs alone.</summary>
/// <remarks>
/// After MS-DFSNM (2.1: \PIPE\netdfs; NetrDfsAddStdRoot). Octets estimated from recorded calls over pipes (sharpsc-create). The way
/// back: see Coercion.
/// </remarks>
internal sealed class DfsCoerce : IAttackTool
{
    public string Name => "dfscoerce";

    public string Technique => "T1187";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Controllers;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        script.Smb(up: 4_500, down: 3_700, seconds: 3, FlowEnd.Orderly);
        Coercion.FollowPath(script);
    }
}
