using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// DCSync of the whole directory: account by account as impacket does, or in packets of the naming context as mimikatz does.
/// </summary>
/// <remarks>
/// Each account costs what the recorded dcsync-covenant cost for one, without the bind: about 1.5 KB up and 4 KB down; of large packets
/// the request is small (MS-DRSR, 4.1.10.5). Directories of 300 to 4,000 accounts are estimated, as are the times.
/// </remarks>
internal sealed class DcSyncDirectory : IAttackTool
{
    public string Name => "dcsync-directory";

    public string Technique => "T1003.006";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Controllers;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        var accounts = script.Around(1_000, 0.6);
        if (script.Random.Chance(0.5))
        {
            // secretsdump lists the accounts over SMB first, and asks for each.
            script.Smb(up: 9_000 + (accounts * 4), down: 12_000 + (accounts * 60), seconds: 20);
            script.Wait(1_000);
            script.Rpc(RpcService.SecurityAuthority, up: accounts * 1_500, down: accounts * 4_000, seconds: accounts * 0.02);
        }
        else
        {
            script.Rpc(
                RpcService.SecurityAuthority, up: 5_000 + (accounts * 25), down: accounts * 3_000, seconds: 6, FlowEnd.ResetByClient);
        }
    }
}
