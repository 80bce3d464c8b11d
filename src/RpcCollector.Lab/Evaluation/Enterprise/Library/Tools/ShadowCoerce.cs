namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>ShadowCoerce: a shadow copy of a share on another machine is asked for, by the pipe FssagentRpc alone.</summary>
/// <remarks>
/// After MS-FSRVP (2.1: \PIPE\FssagentRpc; 3.1.4.9 IsPathSupported): the agent runs where file server VSS is installed, and starts at
/// the first call, which fails; so two sessions in some runs. Octets estimated from recorded calls over pipes. The way back: see
/// Coercion.
/// </remarks>
internal sealed class ShadowCoerce : IAttackTool
{
    public string Name => "shadowcoerce";

    public string Technique => "T1187";

    public IReadOnlyList<TargetKind> Targets { get; } =
        [TargetKind.FileServer, TargetKind.DomainController, TargetKind.OtherServer];

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        script.Smb(up: 4_300, down: 3_600, seconds: 2, FlowEnd.Orderly);
        if (script.Random.Chance(0.5))
        {
            script.Wait(4_000);
            script.Smb(up: 4_400, down: 3_700, seconds: 3, FlowEnd.Orderly);
        }

        Coercion.FollowPath(script);
    }
}
