using System.Globalization;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>
/// Lets softflowd, a real exporter, see the small network of tests/captures/make/traffic.py and export it to a collector.
/// </summary>
internal static class ExportTraffic
{
    // As traffic.py has it.
    public const string Workstation = "10.20.1.15";
    public const string Colleague = "10.20.1.16";
    public const string Linux = "10.20.1.66";
    public const string Admin = "10.20.1.5";
    public const string Laptop = "10.20.1.99";
    public const string Controller = "10.20.0.10";
    public const string Files = "10.20.0.20";
    public const string Printer = "10.20.0.30";
    public const string Resolver = "10.20.0.53";

    private static readonly (string Basis, string Client, string Server)[] Pairs =
    [
        ("car", Workstation, Controller),
        ("extended", Admin, Colleague),
        ("extended", Linux, Files),
        ("mapper-only", Laptop, Printer),
        ("mapper-only", Laptop, Resolver),
    ];

    private static readonly (string Basis, string Client, string Server)[] PairsOverIPv6 =
        [("car", "2001:db8:20:1::15", "2001:db8:20::10")];

    /// <summary>What is to be found in it, in ascending order. NetFlow v5 has no field for an IPv6 address.</summary>
    public static IEnumerable<(string Basis, string Client, string Server)> Expected(bool hasIPv6) =>
        Pairs.Concat(hasIPv6 ? PairsOverIPv6 : []).Order();

    public static Task ToAsync(LiveCollector collector, TemporaryFolder folder, params string[] versionOptions) =>
        ToAsync(collector.UdpPort, folder, versionOptions);

    public static async Task ToAsync(int port, TemporaryFolder folder, params string[] versionOptions)
    {
        Tool.Require("softflowd", "python3");
        var packets = folder.PathOf("traffic.pcap");

        // A minute ago: a running collector judges what happens by its own clock.
        var begin = DateTimeOffset.UtcNow.AddMinutes(-1).ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        await EndWellAsync(
            Tool.Start(
                "python3", folder.FullName, "-B", Path.Combine(SharedData.RepositoryRoot(), "tests", "captures", "make", "traffic.py"),
                packets, begin));

        // -a: the times are those of the packets; -d: stay in the foreground; -c none: no control socket.
        await EndWellAsync(Tool.Start(
            "softflowd", folder.FullName, ["-r", packets, "-n", $"127.0.0.1:{port}", "-a", "-d", "-c", "none", .. versionOptions]));
    }

    private static async Task EndWellAsync(ChildProcess process)
    {
        await using (process)
        {
            Assert.True(await process.WaitForExitAsync() == 0, process.Transcript);
        }
    }
}
