using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>Settings of the rules on named operations.</summary>
public sealed class OperationOptions
{
    [Setting(
        "How many distinct enumerating operations (samr, lsarpc, srvsvc, wkssvc) of one client on one server within " +
        "Operations:EnumerationWindow are reported as enumeration, instead of each for itself.", Unit = "operations", Minimum = 2,
        Maximum = 60)]
    public int EnumerationOperations { get; set; } = 5;

    [Setting("Within what time distinct enumerating operations belong together.", Unit = "hh:mm:ss", Minimum = 1, Maximum = 3_600)]
    public TimeSpan EnumerationWindow { get; set; } = TimeSpan.FromMinutes(5);

    [Setting(
        "How many netlogon authentications of one client on one server within a minute are reported as a burst, as Zerologon " +
        "(CVE-2020-1472) makes them by the hundred.", Unit = "calls a minute", Minimum = 2, Maximum = 10_000)]
    public int NetlogonBurst { get; set; } = 30;
}
