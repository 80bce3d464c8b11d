using System.Buffers.Binary;
using RpcCollector.Flows.Wire;

namespace RpcCollector.Detection.Wire;

/// <summary>The parts of a message for the judge whose lengths were found to be right.</summary>
internal readonly ref struct ActMessageParts
{
    private readonly ReadOnlySpan<byte> _header;
    private readonly ReadOnlySpan<byte> _source;

    private ActMessageParts(ReadOnlySpan<byte> message, int lenChanges, int lenExporters)
    {
        _header = message[..WireForm.HeaderOctets];
        Changes = message.Slice(WireForm.HeaderOctets, lenChanges);
        Exporters = message.Slice(WireForm.HeaderOctets + lenChanges, lenExporters);
        _source = message[(WireForm.HeaderOctets + lenChanges + lenExporters)..];
    }

    public ReadOnlySpan<byte> Changes { get; }

    public ReadOnlySpan<byte> Exporters { get; }

    private long Watermark => BinaryPrimitives.ReadInt64LittleEndian(_header[24..]);

    private uint NumChanges => BinaryPrimitives.ReadUInt32LittleEndian(_header[36..]);

    /// <summary>Finds the parts; what the changes hold is not looked at.</summary>
    public static WireRejection Find(ReadOnlySpan<byte> message, out ActMessageParts parts)
    {
        parts = default;
        var rejection = WireForm.RejectionOf(message, ActForm.Magic, ActForm.Version);
        if (rejection != WireRejection.None) return rejection;
        long lenChanges = BinaryPrimitives.ReadUInt32LittleEndian(message[40..]);
        var lenExporters = BinaryPrimitives.ReadUInt16LittleEndian(message[44..]) * WireForm.AddressOctets;
        if (WireForm.HeaderOctets + lenChanges + lenExporters + message[46] != message.Length) return WireRejection.WrongLength;
        parts = new ActMessageParts(message, (int)lenChanges, lenExporters);
        if (message[47] > 1) return WireRejection.UnknownValue;
        if (message[48..WireForm.HeaderOctets].ContainsAnyExcept((byte)0)) return WireRejection.ReservedInUse;
        if (!WireForm.IsTime(parts.Watermark)) return WireRejection.ImpossibleTime;
        return WireForm.IsName(parts._source) ? WireRejection.None : WireRejection.ImpossibleName;
    }

    /// <summary>Looks for anything that makes the message useless.</summary>
    /// <param name="kinds">A bit for each kind of change that it holds.</param>
    public WireRejection Check(out uint kinds)
    {
        kinds = 0;
        var numExporters = Exporters.Length / WireForm.AddressOctets;
        var rest = Changes;
        var numChanges = 0u;
        while (!rest.IsEmpty)
        {
            if (TakeChange(ref rest, out var kind, out var body) is not WireRejection.None and var reason) return reason;
            if (ActChange.Check(kind, body, numExporters) is not WireRejection.None and var wrong) return wrong;
            kinds |= BitOf(kind);
            numChanges++;
        }

        return numChanges == NumChanges ? WireRejection.None : WireRejection.WrongLength;
    }

    public static uint BitOf(ActChangeKind kind) => 1u << (int)kind;

    /// <summary>Takes the next change off what is left.</summary>
    public static WireRejection TakeChange(ref ReadOnlySpan<byte> rest, out ActChangeKind kind, out ReadOnlySpan<byte> body)
    {
        kind = ActChangeKind.None;
        body = [];
        if (rest.Length < ActForm.ChangeHeaderOctets) return WireRejection.WrongLength;
        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (rest.Length - ActForm.ChangeHeaderOctets < length) return WireRejection.WrongLength;
        if (rest[5..ActForm.ChangeHeaderOctets].ContainsAnyExcept((byte)0)) return WireRejection.ReservedInUse;
        kind = (ActChangeKind)rest[4];
        body = rest.Slice(ActForm.ChangeHeaderOctets, (int)length);
        rest = rest[(ActForm.ChangeHeaderOctets + (int)length)..];
        return WireRejection.None;
    }

    public ActHeader HeaderOf(WireNames names) => new(
        names.Of(_source), BinaryPrimitives.ReadUInt16LittleEndian(_header[6..]), BinaryPrimitives.ReadUInt64LittleEndian(_header[8..]),
        BinaryPrimitives.ReadUInt64LittleEndian(_header[16..]), Watermark, BinaryPrimitives.ReadUInt32LittleEndian(_header[32..]),
        _header[47] == 1, (int)NumChanges);
}
