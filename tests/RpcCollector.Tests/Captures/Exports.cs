using System.Net;

namespace RpcCollector.Tests.Captures;

/// <summary>Builds small exports: NetFlow v5 of TCP flows, and an IPFIX Message without records.</summary>
internal static class Exports
{
    public const long ExportUnixSeconds = 1_600_000_100;

    /// <summary>One TCP flow; times in milliseconds after <see cref="ExportUnixSeconds"/> (negative: before).</summary>
    public readonly record struct Flow(string Client, string Server, int ClientPort, int ServerPort, int Start, int End);

    /// <summary>A NetFlow v5 message; the exporter has been up for 1,000 s.</summary>
    public static byte[] NetFlow5(params Flow[] flows)
    {
        const int UpMilliseconds = 1_000_000;
        var message = new Octets().U16(5).U16(flows.Length).U32(UpMilliseconds).U32(ExportUnixSeconds).U32(0).U32(0).U16(0).U16(0);
        foreach (var flow in flows)
        {
            message.Add(IPAddress.Parse(flow.Client).GetAddressBytes()).Add(IPAddress.Parse(flow.Server).GetAddressBytes()).U32(0).U16(0)
                .U16(0)
                .U32(10).U32(1_000).U32(UpMilliseconds + flow.Start).U32(UpMilliseconds + flow.End).U16(flow.ClientPort)
                    .U16(flow.ServerPort)
                .U8(0).U8(0x1B).U8(6).U8(0).U16(0).U16(0).U8(0).U8(0).U16(0);
        }

        return message.ToArray();
    }

    public static byte[] Ipfix(long exportUnixSeconds = ExportUnixSeconds, int sequence = 0) =>
        new Octets().U16(10).U16(16).U32(exportUnixSeconds).U32(sequence).U32(1).ToArray();

    /// <summary>An IPFIX Message of one Set.</summary>
    public static byte[] IpfixSet(int setId, byte[] content, int sequence = 0) =>
        new Octets().U16(10).U16(20 + content.Length).U32(ExportUnixSeconds).U32(sequence).U32(1)
        .U16(setId).U16(4 + content.Length).Add(content).ToArray();

    /// <summary>The Template of <see cref="IpfixData"/>, under the id 256.</summary>
    public static byte[] IpfixTemplate(int sequence = 0)
    {
        var template = new Octets().U16(256).U16(8);
        foreach (var (element, length) in new[] { (8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (152, 8), (153, 8) })
            template.U16(element).U16(length);
        return IpfixSet(2, template.ToArray(), sequence);
    }

    /// <summary>Flows as Data Records of <see cref="IpfixTemplate"/>.</summary>
    public static byte[] IpfixData(int sequence, params Flow[] flows)
    {
        var records = new Octets();
        foreach (var flow in flows)
        {
            records.Add(IPAddress.Parse(flow.Client).GetAddressBytes()).Add(IPAddress.Parse(flow.Server).GetAddressBytes())
                .U16(flow.ClientPort).U16(flow.ServerPort)
                .U8(6).U8(0x1B).S64((ExportUnixSeconds * 1000) + flow.Start).S64((ExportUnixSeconds * 1000) + flow.End);
        }

        return IpfixSet(256, records.ToArray(), sequence);
    }

    /// <summary>The flows of <see cref="MapperAndEndpoint"/>.</summary>
    public static Flow[] MapperAndEndpointFlows(string client = "198.51.100.7", string server = "198.51.100.20") =>
        [new Flow(client, server, 50_001, 135, -20_000, -15_000), new Flow(client, server, 50_002, 49_668, -19_995, -16_000)];

    /// <summary>A mapper flow and the endpoint flow that follows it 5 ms later: CAR-2014-05-001.</summary>
    public static byte[] MapperAndEndpoint(string client = "198.51.100.7", string server = "198.51.100.20") =>
        NetFlow5(MapperAndEndpointFlows(client, server));
}
