using System.Buffers.Binary;
using RpcCollector.Flows;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Captures;

/// <summary>Finds the export datagrams among the packets of a capture: link layer, IP (fragments put together), UDP, export.</summary>
internal sealed class PacketCaptureReader(PacketFile file, ByteSource source, CaptureTally tally) : CaptureReader(source, tally)
{
    private const int UdpHeaderLength = 8;

    /// <summary>IP packets in one another at most: nobody nests tunnels deeper, but who makes a packet can.</summary>
    private const int MaxDepth = 8;

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
        if (LinkLayer.NotRead(captured.LinkType) is { } notRead) return notRead;
        var layer = LinkLayer.Of(captured.LinkType, captured.Octets);
        var isCut = captured.IsCut;
        for (var depth = 0; depth < MaxDepth; depth++)
        {
            // 2. From frame to packet.
            layer = FrameLayers.Follow(layer);
            if (layer.Kind == LayerKind.VnTag) return CaptureLoss.VnTag;
            if (layer.Kind != LayerKind.IP || !IPPacket.TryRead(layer.Octets, out var packet))
                return isCut ? CaptureLoss.CutPacket : CaptureLoss.NotIP;
            isCut |= packet.IsCut;

            // 3. IP. Of a tunnel's packet that was cut, enough may be left to say what it carries.
            if (packet.EndsInHeader) return CaptureLoss.CutPacket;
            var isTunnel = Tunnel.IsTunnel(packet.Protocol);
            if (packet.Protocol != IPPacket.Udp && !isTunnel) return CaptureLoss.NotUdp;
            if (packet.IsFragment && packet.IsCut) return CaptureLoss.CutPacket;
            if (packet.IsFragment && !(_fragments ??= new FragmentBuffer()).TryComplete(ref packet)) return CaptureLoss.IncompleteFragments;
            layer = isTunnel ? Tunnel.Of(packet.Protocol, packet.Payload) : Tunnel.OfUdp(packet.Payload);
            if (isTunnel || layer.Kind != LayerKind.Other) continue;

            // 4. The export.
            return packet.IsCut ? CaptureLoss.CutPacket : TryTake(packet, captured.UnixNanoseconds);
        }

        return CaptureLoss.NestedTooDeeply;
    }

    /// <summary>UDP (RFC 768): ports, length, checksum. Length 0 stands for more than 65,535 octets (RFC 2675, 4).</summary>
    private CaptureLoss? TryTake(in IPPacket packet, long unixNanoseconds)
    {
        if (packet.Payload.Length < UdpHeaderLength) return CaptureLoss.NotUdp;
        int length = BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[4..]);
        if (length == 0) length = packet.Payload.Length;
        if (length < UdpHeaderLength) return CaptureLoss.NotUdp;
        if (length > packet.Payload.Length) return CaptureLoss.CutPacket;

        var payload = packet.Payload[UdpHeaderLength..length];
        if (payload.Length > ushort.MaxValue || !ExportHeader.IsPlausible(payload)) return NameOf(payload);
        var session = new TransportSession(
            packet.Source, BinaryPrimitives.ReadUInt16BigEndian(packet.Payload), packet.Destination,
            BinaryPrimitives.ReadUInt16BigEndian(packet.Payload[2..]));
        Take(unixNanoseconds, session, payload);
        return null;
    }

    /// <summary>What a datagram is that is not read.</summary>
    private static CaptureLoss NameOf(ReadOnlySpan<byte> payload) => payload.Length < 2
        ? CaptureLoss.NotAnExport
        : OtherFormat.Of(payload) switch
        {
            Rejection.Sflow => CaptureLoss.Sflow,
            Rejection.NetflowV1 => CaptureLoss.NetflowV1,
            Rejection.NetflowV6 => CaptureLoss.NetflowV6,
            Rejection.NetflowV7 => CaptureLoss.NetflowV7,
            Rejection.NetflowV8 => CaptureLoss.NetflowV8,
            _ => CaptureLoss.NotAnExport,
        };

    private void End()
    {
        _ended = true;
        Tally.Lose(CaptureLoss.UnreadablePacket, file.Unreadable);
        Tally.Lose(CaptureLoss.IncompleteFragments, _fragments?.Incomplete ?? 0);
        if (Source.IsDamaged) Tally.Lose(CaptureLoss.DamagedFile);
    }
}
