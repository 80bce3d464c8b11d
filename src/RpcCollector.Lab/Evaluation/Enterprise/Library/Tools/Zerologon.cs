using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library.Tools;

/// <summary>
/// Zerologon: netlogon authentications with zeros, 256 on average until one succeeds, on one connection or each on its own.
/// </summary>
/// <remarks>
/// Recorded: zerologon-mimikatz (one connection: 114 KB up, 70 KB down in 1.1 s) and zerologon-burst (a mapper and an endpoint
/// connection for each of 21 attempts in 8 s: 744 octets up, 396 down). The number of attempts is geometric with 1/256 (Secura's paper
/// on the flaw), at most 2,000 as the tools have it.
/// </remarks>
internal sealed class Zerologon : IAttackTool
{
    public string Name => "zerologon";

    public string Technique => "CVE-2020-1472";

    public IReadOnlyList<TargetKind> Targets => AttackLibrary.Controllers;

    public bool RunsCode => false;

    public void Write(FlowScript script)
    {
        var attempts = Math.Clamp((int)script.Random.Exponential(256), 12, 2_000);
        if (script.Random.Chance(0.5))
        {
            script.Rpc(
                RpcService.SecurityAuthority, up: 1_500 + (attempts * 255), down: 1_200 + (attempts * 156), seconds: attempts * 0.0025,
                FlowEnd.ResetByClient);
            return;
        }

        // Once the port is known some ask no more; the recorded tool asks each time.
        for (var i = 0; i < attempts; i++)
        {
            script.Rpc(RpcService.SecurityAuthority, up: 744, down: 396, seconds: 0.3);
            script.Wait(i % 8 == 0 ? 250 : 60);
        }
    }
}
