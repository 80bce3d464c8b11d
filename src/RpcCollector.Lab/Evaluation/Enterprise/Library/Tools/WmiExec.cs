using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>impacket's wmiexec: a process by WMI for each command, whose output is read from ADMIN$ over SMB.</summary>
/// <remarks>
/// DCOM's activation and IWbemServices as recorded (wmi-wbemcomn, sharpwmi-create: 9 to 12 KB up, 16 to 49 KB down on WMI's port; two
/// mapper connections, of which one is joined). That SMB is opened first and stays is after public descriptions of the tool; the
/// output's size is estimated.
/// </remarks>
internal sealed class WmiExec : IAttackTool
{
    public string Name => "wmiexec";

    public string Technique => "T1047";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        var outputs = 1 + script.Random.Below(5);
        script.Smb(up: 3_000 + (outputs * 1_200), down: 3_000 + (outputs * 2_500), seconds: 30, FlowEnd.Orderly);
        script.Wait(300);
        script.Rpc(RpcService.Wmi, up: 10_000, down: 20_000, seconds: 28);
    }
}
