namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// impacket's secretsdump: the remote registry is started by svcctl, hives are saved by winreg, and fetched from ADMIN$; SMB alone.
/// </summary>
/// <remarks>
/// After public descriptions of the tool, MS-RRP (3.1.5.20 BaseRegSaveKey) and MS-SCMR. SAM is 40 to 80 KB and SECURITY 40 to 130 KB on
/// ordinary machines; the session's other octets are estimated. Sometimes svcctl is asked over TCP.
/// </remarks>
internal sealed class SecretsDump : IAttackTool
{
    public string Name => "secretsdump";

    public string Technique => "T1003.002/T1003.004";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        if (script.Random.Chance(0.2))
        {
            script.ServiceControl(up: 3_000, down: 1_200, seconds: 3);
            script.Wait(2_000);
        }

        script.Smb(up: 26_000, down: 130_000 + (script.Random.Uniform() * 90_000), seconds: 14, FlowEnd.Orderly);
    }
}
