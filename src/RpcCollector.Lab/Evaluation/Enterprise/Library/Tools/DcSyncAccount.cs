using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>DCSync of one account: the directory replicates one object to who asks, with its secrets.</summary>
/// <remarks>
/// Recorded: dcsync-covenant (mapper 0.6 KB up, 0.9 KB down; lsass's port 4.1 KB up, 7.8 KB down in 0.15 s; a Kerberos ticket 0.1 s
/// later). Larger replies are those of accounts with history and memberships (MS-DRSR, 4.1.10), estimated up to three times as large;
/// some ask for two or three accounts.
/// </remarks>
internal sealed class DcSyncAccount : IAttackTool
{
    public string Name => "dcsync-account";

    public string Technique => "T1003.006";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Controllers;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        for (var accounts = script.Random.Chance(0.3) ? 2 + script.Random.Below(2) : 1; accounts > 0; accounts--)
        {
            var reply = 7_800 * (1 + (script.Random.Uniform() * 1.2));
            script.Rpc(RpcService.SecurityAuthority, up: 4_060, down: reply, seconds: 0.2, FlowEnd.Open);
            script.Wait(100);
            if (accounts == 1) script.Contact(WellKnownPort.Kerberos, up: 1_850, down: 1_890, seconds: 0.01);
            else script.Wait(8_000);
        }
    }
}
