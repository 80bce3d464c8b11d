using System.Globalization;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>
/// A client that replicates from a domain controller, as Zeek's logs tell it, with its lease, its name and who logged on.
/// </summary>
internal sealed class ZeekAttack(string client, string server)
{
    private int _port = 50_000;

    /// <summary>Appends it once more, as it is now, over other ports.</summary>
    /// <param name="name">What the client says that it is called, as it stands in JSON.</param>
    public void Write(string folder, string name)
    {
        var now = DateTimeOffset.UtcNow;
        var (mapper, endpoint) = (_port++, _port++);
        Append("dhcp.log",
            $"{{\"ts\":{Seconds(now.AddSeconds(-60))},\"uids\":[\"C0\"],\"mac\":\"02:00:0a:14:01:0f\",\"host_name\":\"{name}\"," +
            $"\"assigned_addr\":\"{client}\",\"lease_time\":28800.0,\"msg_types\":[\"REQUEST\",\"ACK\"]}}");
        Append("ntlm.log", $"{{{Head(now.AddSeconds(-1), endpoint, 49_667)},\"username\":\"alice\",\"domainname\":\"CORP\"," +
            "\"server_dns_computer_name\":\"dc-01.corp.example\",\"success\":true}");
        Append("conn.log", Flow(now.AddMilliseconds(-500), mapper, 135));
        Append("conn.log", Flow(now.AddMilliseconds(-490), endpoint, 49_667));
        Append("dce_rpc.log", $"{{{Head(now, endpoint, 49_667)},\"endpoint\":\"drsuapi\",\"operation\":\"DRSGetNCChanges\"}}");

        void Append(string log, string line) => File.AppendAllText(Path.Combine(folder, log), line + "\n");
    }

    private string Flow(DateTimeOffset start, int clientPort, int serverPort) =>
        $"{{{Head(start, clientPort, serverPort)},\"proto\":\"tcp\",\"duration\":0.4,\"conn_state\":\"SF\",\"history\":\"ShADadFf\"," +
        "\"orig_pkts\":6,\"resp_pkts\":5}";

    private string Head(DateTimeOffset at, int clientPort, int serverPort) =>
        $"\"ts\":{Seconds(at)},\"uid\":\"C{clientPort}\",\"id.orig_h\":\"{client}\",\"id.orig_p\":{clientPort}," +
        $"\"id.resp_h\":\"{server}\",\"id.resp_p\":{serverPort}";

    private static string Seconds(DateTimeOffset at) =>
        (at.ToUnixTimeMilliseconds() / 1000.0).ToString("0.000", CultureInfo.InvariantCulture);
}
