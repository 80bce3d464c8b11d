using RpcCollector.Captures;
using RpcCollector.Flows;

namespace RpcCollector.Tests.Captures;

/// <summary>What reading a capture gave.</summary>
internal sealed record ReadDatagrams(
    List<(long ArrivalUnixMilliseconds, TransportSession Session, byte[] Payload)> Datagrams, CaptureTally Tally)
{
    public static ReadDatagrams Of(byte[] file)
    {
        using var folder = new TemporaryFolder();
        return OfPaths(folder.Write("capture", file));
    }

    public static ReadDatagrams OfPaths(params string[] paths)
    {
        var read = new ReadDatagrams([], new CaptureTally());
        using var captures = new CaptureMerge(CaptureInput.Find(paths), read.Tally);
        while (captures.TryRead(out var datagram))
            read.Datagrams.Add((datagram.ArrivalUnixMilliseconds, datagram.Session, datagram.Payload.ToArray()));
        return read;
    }
}
