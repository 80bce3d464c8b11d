using System.Globalization;
using System.Text;
using RpcCollector.Flows;

namespace RpcCollector.Lab.Filling;

/// <summary>Hosts that nobody has: clients that tell stories, servers that are in them, and what they are called.</summary>
internal static class MadeUpHosts
{
    public const int NumServers = 3_000;
    public const int NumControllers = 8;
    public const int NumOthers = 20_000;
    public const int NumExporters = 12;

    /// <summary>Each of them is in one story alone.</summary>
    public static HostAddress Client(int number) => At(10, 32, number);

    public static HostAddress Server(int number) => At(10, 80, number);

    /// <summary>Hosts that do what all do: they are in activities alone.</summary>
    public static HostAddress Other(int number) => At(10, 112, number);

    public static HostAddress Controller(int number) => At(10, 0, number);

    public static HostAddress Exporter(int number) => At(172, 31, number);

    /// <summary>A names file.</summary>
    public static string Names(int clients)
    {
        var csv = new StringBuilder("# Made up, of no network.\naddress,name,kind\n");
        Add("PC", "workstation", clients, Client);
        Add("SRV", "server", NumServers, Server);
        Add("WS", "workstation", NumOthers, Other);
        Add("DC", "domain-controller", NumControllers, Controller);
        return csv.ToString();

        void Add(string prefix, string kind, int count, Func<int, HostAddress> address)
        {
            for (var i = 0; i < count; i++)
                csv.Append(CultureInfo.InvariantCulture, $"{address(i)},{prefix}-{i:00000}.made-up.example,{kind}\n");
        }
    }

    // A block of a million addresses each, without those that end in 0 and 255.
    private static HostAddress At(int first, int second, int number) =>
        HostAddress.FromIPv4(
            ((uint)first << 24) | ((uint)(second + (number / 254 / 256)) << 16) | ((uint)(number / 254 % 256) << 8) | (uint)((number % 254)
                + 1));
}
