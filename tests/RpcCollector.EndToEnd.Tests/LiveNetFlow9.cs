using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>
/// Exports flows as a router does live: NetFlow v9, times by its uptime, each flow in a datagram of its own when it ends, whole seconds
/// in the header.
/// </summary>
internal sealed class LiveNetFlow9
{
    private const int TemplateId = 256;
    private const int IdleHeaders = 2_000;

    // Addresses, ports, protocol, flags, FIRST_SWITCHED and LAST_SWITCHED (RFC 3954, 8).
    private static readonly (int Element, int Length)[] Fields = [(8, 4), (12, 4), (7, 2), (11, 2), (4, 1), (6, 1), (22, 4), (21, 4)];

    private readonly Random _random = new(1);
    private readonly long _bootUnixMilliseconds;

    private LiveNetFlow9(long bootUnixMilliseconds) => _bootUnixMilliseconds = bootUnixMilliseconds;

    /// <param name="starts">What the exporter saw, one orientation of each record.</param>
    /// <param name="isSettled">
    /// True when many headers come before the first flow, so that its boot time is known; else the first header is as early as it can
    /// be.
    /// </param>
    public static List<CapturedDatagram> Export(IEnumerable<FlowStart> starts, bool isSettled)
    {
        var byEnd = starts.OrderBy(start => start.EndUnixMilliseconds).ToList();
        var boot = byEnd.Min(start => start.StartUnixMilliseconds) - 3_600_000;
        var exporter = new LiveNetFlow9(boot);
        var first = (boot / 1000 * 1000) + 60_999;
        var datagrams = new List<CapturedDatagram> { exporter.Datagram(first, message => message.Template(TemplateId, Fields)) };
        for (var i = 0; isSettled && i < IdleHeaders; i++)
            datagrams.Add(
                exporter.Datagram(first + (i * 1_000L) + exporter._random.Next(1_000), message => message.Template(TemplateId, Fields)));
        datagrams.AddRange(
            byEnd.Select(
                start => exporter.Datagram(
                    start.EndUnixMilliseconds + exporter._random.Next(5_000), message => exporter.AddRecord(message, start))));
        return datagrams;
    }

    private CapturedDatagram Datagram(long now, Action<MessageBuilder> content)
    {
        var message = MessageBuilder.NetFlowV9(1, UpTime(now), (uint)(now / 1000));
        content(message);
        return message.From() with { ArrivalUnixMilliseconds = now };
    }

    private void AddRecord(MessageBuilder message, FlowStart start)
    {
        var isFromServer = start.Half == FlowHalf.FromServer;
        var (source, destination) = isFromServer ? (start.Server, start.Client) : (start.Client, start.Server);
        var (sourcePort, destinationPort) = isFromServer ? (start.ServerPort, start.ClientPort) : (start.ClientPort, start.ServerPort);
        message.Set(TemplateId, set => set
            .Address(source.ToString()).Address(destination.ToString()).U16(sourcePort).U16(destinationPort).U8(6)
            .U8(isFromServer ? start.ServerTcpFlags : start.ClientTcpFlags)
            .U32(UpTime(start.StartUnixMilliseconds)).U32(UpTime(start.EndUnixMilliseconds)));
    }

    private uint UpTime(long unixMilliseconds) => (uint)(unixMilliseconds - _bootUnixMilliseconds);
}
