namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// Sysinternals PsExec: its service binary is copied to ADMIN$, a service made and started, and the pipes of its console used.
/// </summary>
/// <remarks>
/// Order after Sysinternals' own description and MS-SCMR (2.1: svcctl by TCP, or by the pipe \PIPE\svcctl where that fails); octets of
/// the service control calls and the 21 s of a firewalled victim recorded (find-local-admin, sharpsc-create). The binary's size is that
/// of released versions, 140 to 600 KB; what the console prints is estimated.
/// </remarks>
internal sealed class PsExec : IAttackTool
{
    public string Name => "psexec";

    public string Technique => "T1569.002/T1021.002";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        // 1. The copy, on the session whose pipes carry the console until the command ends.
        var binary = script.Random.Pick([145_000.0, 180_000, 380_000, 570_000]);
        script.Smb(up: binary + 15_000, down: 12_000 + (script.Random.Uniform() * 20_000), seconds: 35);
        script.Wait(250);

        // 2. The service.
        script.ServiceControl(up: 3_400, down: 1_500, seconds: 8);

        // 3. It is removed in the end.
        script.Wait(20_000);
        if (script.Random.Chance(0.5)) script.ServiceControl(up: 2_600, down: 1_100, seconds: 2);
    }
}
