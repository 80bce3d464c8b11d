using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation.Enterprise;
using RpcCollector.Lab.Evaluation.Enterprise.Simulation;

namespace RpcCollector.Lab.Evaluation.Office.Export;

/// <summary>Writes what a simulated office does as the logs that Zeek would have written of it: conn.log and dhcp.log, as JSON.</summary>
internal sealed class ZeekDay : IArrivalSink, IDisposable
{
    private const byte Fin = 0x01;
    private const byte Syn = 0x02;
    private const byte Rst = 0x04;
    private const byte Psh = 0x08;
    private const byte Ack = 0x10;
    private const byte Whole = Fin | Syn | Psh | Ack;

    // A mapper connection beside an endpoint connection is not counted by the simulation.
    private static readonly FlowTraffic Mapper = new(620, 480, Whole, Whole, FlowHalf.Both, DirectionConfidence.Stated);

    private readonly List<(long End, string Line)> _connections = [];
    private readonly ArrayBufferWriter<byte> _octets = new(1_024);
    private readonly Utf8JsonWriter _json;

    public ZeekDay() => _json = new Utf8JsonWriter(_octets);

    public int NumConnections => _connections.Count;

    public void Take(in ActivityChange change, long arrivalUnixMilliseconds)
    {
        var activity = change.Activity;
        if (activity.Mapper is { } mapper)
            Add(activity.Client, activity.Server, mapper, activity.Endpoint is null ? activity.Traffic : Mapper);
        if (activity.Endpoint is { } endpoint) Add(activity.Client, activity.Server, endpoint, activity.Traffic);
    }

    public void Take(in ContactChange change, long arrivalUnixMilliseconds) =>
        Add(change.Contact.Client, change.Contact.Server, change.Contact.Flow, change.Contact.Traffic);

    /// <summary>What Zeek would have written of it, dhcp.log, is made of <see cref="SimulatedOffice.Leases"/>.</summary>
    public void Take(in AddressLease lease, long arrivalUnixMilliseconds)
    {
    }

    public void Dispose() => _json.Dispose();

    public void Write(string folder, SimulatedOffice office)
    {
        Directory.CreateDirectory(folder);

        // Zeek writes a connection when it has ended.
        _connections.Sort(static (left, right) => left.End != right.End
            ? left.End.CompareTo(right.End)
            : string.CompareOrdinal(left.Line, right.Line));
        File.WriteAllLines(Path.Combine(folder, "conn.log"), _connections.Select(connection => connection.Line));
        var server = office.AddressOf(office.Network.Of(MachineKind.DomainController)[0]);
        File.WriteAllLines(
            Path.Combine(folder, "dhcp.log"), office.Leases.OrderBy(lease => lease.AtUnixMilliseconds).ThenBy(lease => lease.Address)
                .Select((lease, i) => Line(lease, server, i)));
    }

    private void Add(HostAddress client, HostAddress server, in FlowSpan flow, in FlowTraffic traffic)
    {
        // A recording without TCP flags shows an answered connection all the same.
        var isAnswered = traffic.ServerTcpFlags != 0 || traffic.ServerOctets > 0;
        var (sent, answered) =
            (traffic.ClientTcpFlags == 0 ? Whole : traffic.ClientTcpFlags,
                traffic.ServerTcpFlags == 0 && isAnswered ? Whole : traffic.ServerTcpFlags);
        var (start, end) = (flow.StartUnixMilliseconds, flow.EndUnixMilliseconds);
        _json.WriteStartObject();
        _json.WriteNumber("ts", start / 1_000m);
        _json.WriteString("uid", string.Create(CultureInfo.InvariantCulture, $"C{_connections.Count:x8}"));
        _json.WriteString("id.orig_h", client.ToString());
        _json.WriteNumber("id.orig_p", flow.ClientPort);
        _json.WriteString("id.resp_h", server.ToString());
        _json.WriteNumber("id.resp_p", flow.ServerPort);
        _json.WriteString("proto", "tcp");
        _json.WriteNumber("duration", (end - start) / 1_000m);
        _json.WriteString("conn_state", StateOf(sent, answered));
        _json.WriteString("history", HistoryOf(sent, answered));
        _json.WriteNumber("orig_pkts", PacketsOf(traffic.ClientOctets));
        _json.WriteNumber("orig_ip_bytes", traffic.ClientOctets);
        _json.WriteNumber("resp_pkts", PacketsOf(traffic.ServerOctets));
        _json.WriteNumber("resp_ip_bytes", traffic.ServerOctets);
        _connections.Add((end, EndLine()));
    }

    private string Line(GrantedLease lease, HostAddress server, int number)
    {
        var (name, address) = (OfficeNames.Of(lease.Machine), HostAddress.FromIPv4(lease.Address).ToString());
        _json.WriteStartObject();
        _json.WriteNumber("ts", lease.AtUnixMilliseconds / 1_000m);
        _json.WriteStartArray("uids");
        _json.WriteStringValue(string.Create(CultureInfo.InvariantCulture, $"CD{number:x7}"));
        _json.WriteEndArray();
        _json.WriteString("client_addr", address);
        _json.WriteString("server_addr", server.ToString());
        _json.WriteString("mac", string.Create(
            CultureInfo.InvariantCulture, $"02:00:00:00:{lease.Machine.Number >> 8 & 0xFF:x2}:{lease.Machine.Number & 0xFF:x2}"));
        _json.WriteString("host_name", name);
        _json.WriteString("client_fqdn", $"{name}.office.example");
        _json.WriteString("domain", "office.example");
        _json.WriteString("requested_addr", address);
        _json.WriteString("assigned_addr", address);
        _json.WriteNumber("lease_time", (decimal)lease.Seconds);
        _json.WriteStartArray("msg_types");
        _json.WriteStringValue("REQUEST");
        _json.WriteStringValue("ACK");
        _json.WriteEndArray();
        _json.WriteNumber("duration", 0.012m);
        return EndLine();
    }

    private string EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        var line = Encoding.UTF8.GetString(_octets.WrittenSpan);
        _json.Reset();
        _octets.ResetWrittenCount();
        return line;
    }

    private static string HistoryOf(byte sent, byte answered)
    {
        if (answered == 0) return "S";
        if ((answered & Rst) != 0 && (answered & Syn) == 0) return "Sr";
        var history = new StringBuilder("Sh");
        foreach (var (flag, letter) in ((byte, char)[])[(Ack, 'A'), (Psh, 'D'), (Fin, 'F'), (Rst, 'R')])
        {
            if ((sent & flag) != 0) history.Append(letter);
            if ((answered & flag) != 0 && flag != Ack) history.Append(char.ToLowerInvariant(letter));
        }

        return history.ToString();
    }

    private static string StateOf(byte sent, byte answered)
    {
        if (answered == 0) return "S0";
        if ((answered & Rst) != 0 && (answered & Syn) == 0) return "REJ";
        if ((sent & Rst) != 0) return "RSTO";
        if ((answered & Rst) != 0) return "RSTR";
        return (sent & answered & Fin) != 0 ? "SF" : "S1";
    }

    private static long PacketsOf(uint octets) => octets == 0 ? 0 : 1 + (octets / 1_400);
}
