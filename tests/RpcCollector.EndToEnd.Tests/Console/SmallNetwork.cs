using System.Globalization;
using System.Text;
using System.Text.Json;
using RpcCollector.EndToEnd.Tests.Live;
using RpcCollector.EndToEnd.Tests.Programs;

namespace RpcCollector.EndToEnd.Tests.Console;

/// <summary>
/// An office as a Zeek sensor would log it now: two domain controllers, two servers, a management server and workstations, of which one
/// drives another. Half of them have a name.
/// </summary>
internal sealed class SmallNetwork
{
    public const string Controller = "10.20.0.10";
    public const string OtherController = "10.20.0.11";
    public const string Manager = "10.20.0.40";
    public const string Intruder = "10.20.1.15";
    public const string Driven = "10.20.1.18";

    private const int NumWorkstations = 12;

    private static readonly string[] FileServers = ["10.20.0.30", "10.20.0.31"];

    private readonly TemporaryFolder _folder;
    private int _port = 50_000;

    public SmallNetwork(TemporaryFolder folder)
    {
        _folder = folder;
        Directory.CreateDirectory(Zeek);
        var names = new StringBuilder("address,name,kind,owner,site,tags\n")
            .AppendLine(CultureInfo.InvariantCulture, $"{Controller},DC-01,domain-controller,IT,Berlin,tier0")
            .AppendLine(CultureInfo.InvariantCulture, $"{Manager},SCCM-01,server,IT (Berlin),Berlin,tier1")
            .AppendLine(CultureInfo.InvariantCulture, $"{Intruder},PC-0415,workstation,,,");
        for (var i = 0; i < NumWorkstations; i += 2)
        {
            if (Workstation(i) != Intruder)
                names.AppendLine(CultureInfo.InvariantCulture, $"{Workstation(i)},PC-{i + 411:0000},workstation,,,");
        }

        File.WriteAllText(Names, names.ToString());
    }

    /// <summary>With which the sensor hears of it.</summary>
    public string[] Settings => [$"--Zeek:Folders:0={Zeek}", $"--Names:File={Names}"];

    private string Zeek => _folder.PathOf("zeek");

    private string Names => _folder.PathOf("names.csv");

    /// <summary>Lets a working hour go by, and waits until the sensor knows of all of it.</summary>
    /// <returns>What the API says of the network.</returns>
    public async Task<JsonElement> LiveAsync(LiveCollector sensor)
    {
        // What is in a log when it is first looked at is old: it goes on until it was heard.
        var edges = 0;
        return await sensor.UntilAsync(
            async () =>
            {
                edges = Write();
                return await sensor.JsonAsync("/api/v1/network");
            },
            network => network.GetProperty("total_edges").GetInt32() >= edges);
    }

    public static string Workstation(int number) => string.Create(CultureInfo.InvariantCulture, $"10.20.1.{11 + number}");

    private int Write()
    {
        var log = new StringBuilder();
        var edges = 0;
        for (var i = 0; i < NumWorkstations; i++)
        {
            Talk(log, Workstation(i), i % 2 == 0 ? Controller : OtherController, 88, 389);
            Talk(log, Workstation(i), FileServers[i % 2], 445);
            Talk(log, Manager, Workstation(i), 5985);
            edges += 3;
        }

        Drive(log, Intruder, Driven);
        Talk(log, FileServers[0], FileServers[1], 445);
        File.AppendAllText(Path.Combine(Zeek, "conn.log"), log.ToString());
        return edges + 2;
    }

    private void Talk(StringBuilder log, string client, string server, params ReadOnlySpan<int> ports)
    {
        foreach (var port in ports) Add(log, client, server, port, TimeSpan.FromSeconds(-2));
    }

    /// <summary>The endpoint mapper and, ten milliseconds later, the endpoint that it named.</summary>
    private void Drive(StringBuilder log, string client, string server)
    {
        Add(log, client, server, 135, TimeSpan.FromMilliseconds(-500));
        Add(log, client, server, 49_667, TimeSpan.FromMilliseconds(-490));
    }

    private void Add(StringBuilder log, string client, string server, int port, TimeSpan since)
    {
        var start = (DateTimeOffset.UtcNow + since).ToUnixTimeMilliseconds() / 1000.0;
        log.Append(CultureInfo.InvariantCulture, $"{{\"ts\":{start:0.000},\"uid\":\"C{_port}\",\"id.orig_h\":\"{client}\",")
            .Append(CultureInfo.InvariantCulture,
                $"\"id.orig_p\":{(_port++ % 10_000) + 50_000},\"id.resp_h\":\"{server}\",\"id.resp_p\":{port},")
            .AppendLine(
                "\"proto\":\"tcp\",\"duration\":0.4,\"conn_state\":\"SF\",\"history\":\"ShADadFf\",\"orig_pkts\":6,\"resp_pkts\":5}");
    }
}
