using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>The domain's DPAPI backup key: three secrets are read from a controller by lsarpc.</summary>
/// <remarks>
/// After MS-LSAD (3.1.4.6.6 LsarRetrievePrivateData) and DSInternals' description of the theft: the preferred key's name, then the key
/// of 2 KB. By the pipe lsarpc, sometimes by TCP. Octets estimated from recorded calls over pipes and to lsass's port.
/// </remarks>
internal sealed class DpapiBackupKey : IAttackTool
{
    public string Name => "dpapi-backup-key";

    public string Technique => "T1552.004";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Controllers;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        if (script.Random.Chance(0.3)) script.Rpc(RpcService.SecurityAuthority, up: 3_800, down: 5_600, seconds: 1, FlowEnd.ResetByClient);
        else script.Smb(up: 6_200, down: 7_400, seconds: 11);
    }
}
