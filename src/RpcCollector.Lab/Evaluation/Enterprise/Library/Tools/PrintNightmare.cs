using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// PrintNightmare: the spooler is told to add a driver, whose library it fetches from a share of the attacker's or from its own disk.
/// </summary>
/// <remarks>
/// Recorded: printnightmare-tcp (spooler's port: 1.8 KB up, 0.6 KB down in 0.25 s, an attempt that lists drivers). The calls over
/// \PIPE\spoolss and the library fetched by UNC are after MS-RPRN (2.1, 3.1.4.4.8) and public descriptions of the flaw; libraries of
/// 10 to 300 KB are estimated.
/// </remarks>
internal sealed class PrintNightmare : IAttackTool
{
    public string Name => "printnightmare";

    public string Technique => "CVE-2021-34527/CVE-2021-1675";

    public IReadOnlyList<TargetKind> Targets { get; } =
        [TargetKind.PrintServer, TargetKind.DomainController, TargetKind.FileServer, TargetKind.Workstation];

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        var library = script.Around(40_000, 0.8);
        var isFetched = script.Random.Chance(0.7);
        if (!isFetched)
        {
            // It is put on the victim's own disk beforehand.
            script.Smb(up: library + 6_000, down: 5_000, seconds: 11);
            script.Wait(12_000);
        }

        if (script.Random.Chance(0.5)) script.Rpc(RpcService.Spooler, up: 2_800, down: 1_400, seconds: 1.5);
        else script.Smb(up: 8_000, down: 5_000, seconds: 12);
        if (isFetched) script.InReturn(Party.Attacker, WellKnownPort.Smb, up: 4_500, down: library + 3_000, seconds: 11);
    }
}
