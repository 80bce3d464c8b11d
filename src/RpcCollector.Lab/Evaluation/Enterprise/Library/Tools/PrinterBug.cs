using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>PrinterBug (SpoolSample): the spooler is asked to tell another machine of changes, and opens its printer.</summary>
/// <remarks>
/// After MS-RPRN (2.1: \PIPE\spoolss and TCP; 3.1.4.10.4 RpcRemoteFindFirstPrinterChangeNotificationEx). Octets estimated from
/// recorded calls over pipes and to the spooler (sharpsc-create, printnightmare-tcp). The way back: see Coercion.
/// </remarks>
internal sealed class PrinterBug : IAttackTool
{
    public string Name => "printerbug";

    public string Technique => "T1187";

    public IReadOnlyList<TargetKind> Targets { get; } =
        [TargetKind.DomainController, TargetKind.PrintServer, TargetKind.FileServer, TargetKind.ApplicationServer, TargetKind.Workstation];

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        if (script.Random.Chance(0.4)) script.Rpc(RpcService.Spooler, up: 1_900, down: 1_000, seconds: 2);
        else script.Smb(up: 4_600, down: 3_800, seconds: 4, FlowEnd.Orderly);
        Coercion.FollowPrinter(script);
    }
}
