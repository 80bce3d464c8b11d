using System.Buffers.Binary;
using RpcCollector.Flows;

namespace RpcCollector.Captures;

/// <summary>Finds the export datagrams among the packets of a capture: link layer, IP (fragments put together), UDP, export.</summary>
internal sealed class PacketCaptureReader(PacketFile file, ByteSource source, CaptureTally tally) : CaptureReader(source, tally)
{
    private const int UdpHeaderLength = 8;

    private FragmentBuffer? _fragments;
    private bool _ended;

    public override bool TryRead()
    {
        while (!_ended && file.TryRead(out var packet))
        {
            if (TryTake(packet) is not { } loss) return true;
            if (loss != CaptureLoss.IncompleteFragments) Tally.Lose(loss);
        }

        if (!_ended) End();
        return false;
    }

    /// <summary>
    /// Takes the packet if it is an export; otherwise returns the reason. Fragments are counted at the end, when it is known which
    /// packets stayed incomplete.
    /// </summary>
    private CaptureLoss? TryTake(in CapturedPacket captured)
    {
        // 1. Link layer.
        if (!LinkLayer.IsKnown(captured.LinkType)) return CaptureLoss.UnknownLinkType;
        if (!LinkLayer.TryFindIP(captured.LinkType, captured.Octets, out var octets)) return CaptureLoss.NotIP;

        // 2. IP.
        if (!IPPacket.TryRead(octets, out var packet)) return CaptureLoss.NotIP;
        if (packet.Protocol != IPPacket.Udp) return CaptureLoss.NotUdp;
        if (packet.IsCut) return CaptureLoss.CutPacket;
        if (packet.IsFragment && !(_fragments ??= new FragmentBuffer()).TryComplete(ref packet)) return CaptureLoss.IncompleteFragments;

        // 3. UDP (RFC 768): ports, length, checksum. Length 0 stands for more than 65,535 octets (RFC 2675, 4).
        if (packet.Payload.Length < UdpHeaderLength) return CaptureLoss.NotUdp;
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[4..]);
        if (length == 0) length = packet.Payload.Length;
        if (length < UdpHeaderLength) return CaptureLoss.NotUdp;
        if (length > packet.Payload.Length) return CaptureLoss.CutPacket;

        // 4. An export?
        var payload = packet.Payload[UdpHeaderLength..length];
        if (payload.Length > ushort.MaxValue || !ExportHeader.IsPlausible(payload)) return CaptureLoss.NotAnExport;
        var session = new TransportSession(
            packet.Source, BinaryPrimitives.ReadUInt16BigEndian(packet.Payload), packet.Destination,
            BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]));
        Take(captured.UnixNanoseconds, session, payload);
        return null;
    }

    private void End()
    {
        _ended = true;
        Tally.Lose(CaptureLoss.UnreadablePacket, file.Unreadable);
        Tally.Lose(CaptureLoss.IncompleteFragments, _fragments?.Incomplete ?? 0);
        if (Source.IsDamaged) Tally.Lose(CaptureLoss.DamagedFile);
    }
}
