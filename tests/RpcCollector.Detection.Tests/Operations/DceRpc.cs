using System.Text;
using RpcCollector.Detection.Judgement;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Detection.Tests.Operations;

/// <summary>Calls as Zeek writes them, and what the rules say of them.</summary>
internal static class DceRpc
{
    public const long Noon = 1_588_334_400_000;

    public static RpcOperation Read(string line)
    {
        var counters = new HopCounters();
        var log = new ZeekLog(ZeekLogKind.Unknown, counters);
        Assert.Equal(ZeekLogKind.DceRpc, log.Read(Encoding.UTF8.GetBytes(line)));
        Assert.True(new OperationReader(counters).TryRead(log.Line, out var operation));
        Assert.Equal((1, 1), (counters.Received(Hop.ZeekLine), counters.Used(Hop.ZeekLine)));
        return operation;
    }

    public static string Line(
        string onInterface, string operation, double at = Noon / 1000.0, string uid = "CHhAvVGS1DHFjwGM9", ushort clientPort = 50_000,
        ushort serverPort = 49_667) =>
        $$"""{"ts":{{at:0.000000}},"uid":"{{uid}}","id.orig_h":"10.0.1.5","id.orig_p":{{clientPort}}""" +
        $$""","id.resp_h":"10.0.0.4","id.resp_p":{{serverPort}},"rtt":0.001""" +
        $$""","named_pipe":"x","endpoint":"{{onInterface}}","operation":"{{operation}}"}""";

    public static RpcOperation Call(
        string onInterface, string operation, int atMilliseconds = 0, string uid = "CHhAvVGS1DHFjwGM9", ushort clientPort = 50_000) =>
        Read(Line(onInterface, operation, (Noon + atMilliseconds) / 1000.0, uid, clientPort));

    public static IReadOnlyList<OperationDraft> Judge(HostRole client, HostRole server, params IEnumerable<RpcOperation> calls) =>
        OperationRules.Judge(new OperationWindow(client, server, calls), new OperationOptions());
}
