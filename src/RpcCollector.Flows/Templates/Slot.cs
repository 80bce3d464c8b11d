using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace RpcCollector.Flows.Templates;

/// <summary>Where a field lies in a record: offset and length in octets. A length of 0 means that the Template has no such field.</summary>
internal readonly struct Slot(ushort offset, byte length)
{
    public readonly ushort Offset = offset;
    public readonly byte Length = length;

    public bool IsPresent => Length != 0;

    /// <summary>The unsigned integer in network order, of any reduced size up to eight octets (RFC 7011, 6.2); 0 when absent.</summary>
    /// <param name="record">A record no shorter than its plan says.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Read(ReadOnlySpan<byte> record) => Length switch
    {
        0 => 0,
        1 => record[Offset],
        2 => BinaryPrimitives.ReadUInt16BigEndian(record[Offset..]),
        4 => BinaryPrimitives.ReadUInt32BigEndian(record[Offset..]),
        8 => BinaryPrimitives.ReadUInt64BigEndian(record[Offset..]),
        _ => ReadOddLength(record),
    };

    private ulong ReadOddLength(ReadOnlySpan<byte> record)
    {
        ulong value = 0;
        foreach (var octet in record.Slice(Offset, Length)) value = (value << 8) | octet;
        return value;
    }
}
