namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>sc \\host create, then start, sometimes delete: a connection to the service control manager for each.</summary>
/// <remarks>
/// Recorded: find-local-admin (OpenSCManager over TCP: 2.9 KB up, 1.0 KB down), sharpsc-create and sharpsc-start (the same against a
/// firewall: 15 s of SYNs, and SMB after 21 s). The binary that the service runs is copied first in half of the runs; its size is
/// estimated.
/// </remarks>
internal sealed class RemoteServiceControl : IAttackTool
{
    public string Name => "sc";

    public string Technique => "T1543.003/T1569.002";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        if (script.Random.Chance(0.5))
        {
            script.Smb(up: script.Random.Pick([70_000.0, 220_000, 600_000]), down: 5_300, seconds: 11);
            script.Wait(15_000);
        }

        script.ServiceControl(up: 3_300, down: 1_200, seconds: 0.5);
        script.Wait(6_000);
        script.ServiceControl(up: 2_900, down: 1_000, seconds: 0.5);
        if (script.Random.Chance(0.5))
        {
            script.Wait(60_000);
            script.ServiceControl(up: 2_700, down: 1_000, seconds: 0.5);
        }
    }
}
