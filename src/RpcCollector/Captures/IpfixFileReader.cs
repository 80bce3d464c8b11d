using System.Buffers.Binary;
using RpcCollector.Flows;

namespace RpcCollector.Captures;

/// <summary>
/// Reads an IPFIX File (RFC 5655): Messages one behind the other, each taken as a datagram that arrived at its export time.
/// </summary>
internal sealed class IpfixFileReader : CaptureReader
{
    private readonly TransportSession _session;
    private bool _ended;

    /// <param name="ordinal">Stands for the exporter's port, since Templates hold for their own file only (RFC 5655, 5.1).</param>
    public IpfixFileReader(ByteSource source, int ordinal, CaptureTally tally)
        : base(source, tally)
    {
        var unspecified = HostAddress.FromIPv4(0);
        _session = new TransportSession(unspecified, (ushort)ordinal, unspecified, 0);
    }

    public static bool IsIpfix(ByteSource source) =>
        source.TryPeek(ExportHeader.IpfixLength, out var header) && header is [0, 10, ..]
            && BinaryPrimitives.ReadUInt16BigEndian(header[2..]) >= ExportHeader.IpfixLength;

    public override bool TryRead()
    {
        if (_ended) return false;
        if (IsIpfix(Source) && Source.TryPeek(4, out var start)
            && Source.TryRead(BinaryPrimitives.ReadUInt16BigEndian(start[2..]), out var message))
        {
            Take(CapturedPacket.NoTime, _session, message);
            return true;
        }

        _ended = true;
        if (Source.IsDamaged || Source.TryPeek(1, out _)) Tally.Lose(CaptureLoss.DamagedFile);
        return false;
    }
}
