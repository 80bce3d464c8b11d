using System.Text;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Suricata;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Detection.Tests.Operations;

/// <summary>Suricata's events dcerpc and smb with their reader, for a test.</summary>
internal sealed class Eve
{
    public const string Drsuapi = "e3514235-4b06-11d1-ab04-00c04fc2dcd2";
    public const string Svcctl = "367abb81-9844-35f1-ad32-98f038001003";
    public const string Samr = "12345778-1234-abcd-ef00-0123456789ac";

    private readonly EveOperationReader _reader;

    public Eve() => _reader = new EveOperationReader(Counters);

    public HopCounters Counters { get; } = new();

    public List<RpcOperation> Calls { get; } = [];

    private ZeekSensor Sensor { get; } =
        ZeekSensor.Of(new ExporterCatalog(new ExporterDirectory()), ZeekSensor.DefaultAddress(0))!;

    public RpcOperation Only => Assert.Single(Calls);

    public Eve Read(params string[] lines)
    {
        var log = new EveLog(Counters);
        foreach (var line in lines)
        {
            if (log.Read(Encoding.UTF8.GetBytes(line)) is not (EveEventKind.DceRpc or EveEventKind.Smb)) continue;
            if (_reader.TryRead(log.Event, Sensor, out var operation)) Calls.Add(operation);
        }

        Assert.Equal(
            Counters.Received(Hop.SuricataLine), Counters.Used(Hop.SuricataLine) + Counters.Rejected(Hop.SuricataLine));
        return this;
    }

    public string[] Names => [.. Calls.Select(call => $"{call.Interface}::{call.Operation}")];

    /// <summary>A request on a connection of its own.</summary>
    public static string Request(int opnum, params string[] interfaces) =>
        DceRpc($$""" "request":"REQUEST","req":{"opnum":{{opnum}},"frag_cnt":1}{{Interfaces(interfaces)}},"call_id":3 """);

    public static string Bind(params string[] interfaces) =>
        DceRpc($$""" "request":"BIND","response":"BINDACK"{{Interfaces(interfaces)}},"call_id":2 """);

    /// <summary>A request through a pipe.</summary>
    public static string Piped(int opnum, params string[] interfaces) =>
        Event(
            "smb", "",
            """ "smb":{"id":9,"dialect":"3.11","command":"SMB2_COMMAND_IOCTL","session_id":7,"tree_id":1,"dcerpc":{"request":""" +
            $$$""" "REQUEST","response":"RESPONSE","opnum":{{{opnum}}},"req":{"frag_cnt":1}{{{Interfaces(interfaces)}}},"call_id":4}}""");

    public static string DceRpc(string content, string ends = "") => Event("dcerpc", ends, $"\"dcerpc\":{{{content}}}");

    public static string Event(string type, string ends, string content) =>
        $$"""{"timestamp":"2026-03-02T09:15:01.012345+0000","flow_id":1586217812345678,"event_type":"{{type}}",""" +
        (ends.Length > 0 ? ends
            : type == "smb" ? """ "src_ip":"10.20.1.15","src_port":49740,"dest_ip":"10.20.0.10","dest_port":445 """
            : """ "src_ip":"10.20.1.15","src_port":49732,"dest_ip":"10.20.0.10","dest_port":49667 """) +
        $$""","proto":"TCP",{{content}}}""";

    /// <summary>Interfaces by their UUID, which may be followed by a result other than "accepted".</summary>
    private static string Interfaces(string[] interfaces) => interfaces.Length == 0 ? "" : ",\"interfaces\":[" + string.Join(
        ',', interfaces.Select(one => one.Split(' ') is [var id, var result]
            ? $$"""{"uuid":"{{id}}","version":"1.0","ack_result":{{result}}}"""
            : $$"""{"uuid":"{{one}}","version":"4.0","ack_result":0,"ack_reason":0}""")) + "]";
}
