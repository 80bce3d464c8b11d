using RpcCollector.Flows;

namespace RpcCollector.Lab.Evaluation.Enterprise.Simulation;

/// <summary>How much the two ends of a connection send each other.</summary>
/// <param name="Client">The median of what the client sends.</param>
/// <param name="Server">The median of what the server sends.</param>
/// <param name="Spread">Standard deviation of the logarithm; half of it is common to both ends.</param>
internal readonly record struct Octets(double Client, double Server, double Spread = 0.8)
{
    // Kerberos, LDAP, WinRM and calls over named pipes: medians of a public recording of a small Windows network
    // (OTRF Security-Datasets, APT29 day 2). The others are estimates of what such files weigh.
    public static readonly Octets Ticket = new(700, 600, 0.8);
    public static readonly Octets DirectoryQuery = new(1_900, 1_700, 1.1);
    public static readonly Octets RemoteShell = new(5_000, 3_600, 1.1);
    public static readonly Octets PipeCalls = new(16_000, 14_500, 0.4);
    public static readonly Octets Events = new(90_000, 6_000, 1.2);

    public static readonly Octets PolicyRead = new(4_500, 40_000, 0.9);
    public static readonly Octets LogonScript = new(3_200, 14_000, 0.6);
    public static readonly Octets Browsing = new(6_000, 18_000, 0.9);
    public static readonly Octets FileRead = new(14_000, 400_000, 1.4);
    public static readonly Octets FileWrite = new(300_000, 14_000, 1.4);
    public static readonly Octets Profile = new(5_000_000, 120_000, 1.1);
    public static readonly Octets Scan = new(1_800_000, 18_000, 0.8);
    public static readonly Octets Package = new(60_000, 25_000_000, 1.2);
    public static readonly Octets PushedPackage = new(9_000_000, 110_000, 1.2);
    public static readonly Octets PrintedFile = new(700_000, 12_000, 1.1);
    public static readonly Octets BackupRead = new(3_000_000, 700_000_000, 1.2);
    public static readonly Octets BackupWrite = new(600_000_000, 2_500_000, 1.2);
    public static readonly Octets Release = new(18_000_000, 180_000, 1.3);

    /// <summary>What a connection to a port carries, where the habit does not say.</summary>
    public static Octets Usual(ushort port) => port switch
    {
        88 => Ticket,
        389 => DirectoryQuery,
        WellKnownPort.WinRmHttp => RemoteShell,
        _ => new Octets(4_000, 6_000, 1),
    };

    public (uint Client, uint Server) Draw(SeededRandom random)
    {
        var common = random.LogNormal(1, Spread * 0.85);
        return (
            (uint)Math.Clamp(Client * common * random.LogNormal(1, Spread * 0.5), 132, 4e9),
            (uint)Math.Clamp(Server * common * random.LogNormal(1, Spread * 0.5), 132, 4e9));
    }
}
