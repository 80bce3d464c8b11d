using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// Invoke-Command or Enter-PSSession: WS-Management over HTTP, several connections, some of which last as long as the session.
/// </summary>
/// <remarks>
/// Recorded: APT29's second day (public Zeek logs): sessions of four to eight connections to 5985 within seconds, 2 to 48 KB up, 0.2 to
/// 20 KB down, 0 to 180 s; up to 700 KB up where a file is sent along. 5986 is estimated to be one in ten.
/// </remarks>
internal sealed class PowerShellRemoting : IAttackTool
{
    public string Name => "powershell-remoting";

    public string Technique => "T1021.006";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Any;

    public bool RunsCode => true;

    public void Write(FlowScript script)
    {
        var port = script.Random.Chance(0.1) ? WellKnownPort.WinRmHttps : WellKnownPort.WinRmHttp;
        var isCarrying = script.Random.Chance(0.15);
        for (var i = 4 + script.Random.Below(5); i > 0; i--)
        {
            script.Contact(port, up: isCarrying && i == 4 ? 600_000 : script.Around(11_000, 0.6), down: script.Around(6_000, 0.6),
                seconds: script.Random.Pick([0.4, 1, 45, 110]));
            script.Wait(script.Random.Chance(0.3) ? 25_000 : 400);
        }
    }
}
