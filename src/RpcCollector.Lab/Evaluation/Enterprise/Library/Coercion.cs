using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Enterprise.Library;

/// <summary>What all coercions have in common: the victim authenticates to a machine that the attacker names.</summary>
/// <remarks>
/// Measured on public captures of coercion: 9 to 44 ms after the call. Sizes are estimated: SMB2's negotiation and two NTLM session setups
/// (MS-SMB2, 3.3.5.4 and 3.3.5.5; MS-NLMP) are 1.5 to 4 KB. How often it goes to which port is estimated too.
/// </remarks>
internal static class Coercion
{
    private const ushort Http = 80;

    /// <summary>
    /// The victim follows a UNC path: SMB, or WebDAV where its WebClient runs, which is no port that the collector keeps flows of.
    /// </summary>
    public static void FollowPath(FlowScript script)
    {
        var isHttp = script.Random.Chance(0.15);
        script.InReturn(ToWhom(script), isHttp ? Http : WellKnownPort.Smb, up: 2_400, down: 1_700, seconds: 2);
    }

    /// <summary>The victim's spooler opens the caller's printer: over the pipe, or by TCP as Windows 11 and Server 2025 do first.</summary>
    public static void FollowPrinter(FlowScript script)
    {
        if (script.Random.Chance(0.25)) script.RpcInReturn(ToWhom(script), RpcService.Spooler, up: 1_400, down: 900, seconds: 1);
        else FollowPath(script);
    }

    private static Party ToWhom(FlowScript script) => script.Random.Chance(0.5) ? Party.Relay : Party.Attacker;
}
