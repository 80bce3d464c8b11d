using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// BloodHound's collection: the directory from a controller by LDAP, then each machine's local groups and sessions by SMB's pipes.
/// </summary>
/// <remarks>
/// After SharpHound's documentation: port 445 is tried, then samr, srvsvc and wkssvc on one session. Octets: recorded samr-domain-
/// admins (11 KB up, 9 KB down for the members of a group) for samr; a directory of a thousand hosts is estimated at 1 to 6 MB of LDAP.
/// </remarks>
internal sealed class BloodHound : IAttackTool
{
    public string Name => "bloodhound";

    public string Technique => "T1087.002/T1069.002/T1033";

    public IReadOnlyList<TargetKind> Targets { get; } =
        [TargetKind.Workstation, TargetKind.DomainController, TargetKind.FileServer, TargetKind.ApplicationServer];

    public bool RunsCode => false;

    public (int Least, int Most) Hosts => (30, 90);

    public void Write(FlowScript script)
    {
        if (script.Target == TargetKind.DomainController)
        {
            for (var i = 3; i > 0; i--)
            {
                script.Contact(WellKnownPort.Ldap, up: 20_000, down: i == 1 ? 2_500_000 : 300_000, seconds: 12);
                script.Wait(2_000);
            }

            // The controller's own groups: samr by TCP, or by the pipe.
            if (script.Random.Chance(0.5)) script.Rpc(RpcService.SecurityAuthority, up: 7_000, down: 6_500, seconds: 3);
            else script.Smb(up: 11_300, down: 9_000, seconds: 11);
            return;
        }

        // One in four does not let anybody in.
        if (script.Random.Chance(0.25)) script.Contact(WellKnownPort.Smb, 0, 0, 0.5, FlowEnd.Silent);
        else script.Smb(up: 9_500, down: 7_500, seconds: 11);
    }
}
