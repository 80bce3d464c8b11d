namespace RpcCollector.Detection.Operations;

/// <summary>
/// Netlogon authentications in a burst: Zerologon (CVE-2020-1472) tries about 256 times. A machine of the domain authenticates a few
/// times a day.
/// </summary>
public static partial class OperationRules
{
    private const long BurstMilliseconds = 60_000;

    private static readonly string[] SettingPasswords = ["NetrServerPasswordSet2", "NetrServerPasswordSet"];

    // Within an hour, of one client on one controller.
    private const int OrdinaryNetlogonCalls = 8;

    private static OperationDraft? NetlogonBurst(OperationWindow window, OperationOptions options)
    {
        var calls = window.Of(FindingKind.NetlogonBurst);
        if (calls.Count == 0) return null;
        var most = MostWithin(BurstMilliseconds, [.. calls.Where(call => !call.Is(SettingPasswords))]);
        if (most < options.NetlogonBurst)
        {
            // Every machine of the domain does so several times a day, and sets its password once a month.
            if (window.Server == HostRole.DomainController && calls.Count <= OrdinaryNetlogonCalls) return null;
            return Draft(
                calls, FindingSeverity.Low, FindingConfidence.Low, "authenticated to netlogon as machines of the domain do");
        }

        // The client's role does not matter: none justifies this.
        var hasSetPassword = calls.Any(call => call.Is(SettingPasswords));
        return Draft(
            calls, FindingSeverity.Critical, FindingConfidence.High,
            $"authenticated to netlogon {most} times within a minute{(hasSetPassword ? " and set a machine password" : "")}");
    }

    private static int MostWithin(long milliseconds, NamedCall[] calls)
    {
        var (most, first) = (0, 0);
        for (var last = 0; last < calls.Length; last++)
        {
            while (calls[last].At - calls[first].At >= milliseconds) first++;
            most = Math.Max(most, last + 1 - first);
        }

        return most;
    }
}
