using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace RpcCollector.Flows.Templates;

/// <summary>
/// Reads one unsigned integer of a record without a branch, whatever its length: loads eight octets that contain it, shifts and masks.
/// </summary>
/// <remarks>
/// Every record must have at least eight octets. They are loaded from the field's start or, if they would then reach beyond the record,
/// from eight octets before its end.
/// </remarks>
internal readonly struct FieldPlace
{
    public const int LeastRecordLength = sizeof(ulong);

    private readonly ulong _mask;
    private readonly ushort _offset;
    private readonly byte _shift;

    /// <param name="slot">Where the field lies; absent reads as 0.</param>
    /// <param name="recordLength">Octets that every record has at least.</param>
    public FieldPlace(Slot slot, int recordLength)
    {
        if (slot.Length is 0 or > sizeof(ulong)) return;
        _offset = (ushort)Math.Min(slot.Offset, recordLength - sizeof(ulong));
        _shift = (byte)(8 * (sizeof(ulong) - (slot.Offset - _offset + slot.Length)));
        _mask = ulong.MaxValue >> (8 * (sizeof(ulong) - slot.Length));
    }

    /// <param name="record">The first octet of a record that has as many octets as its plan says.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public ulong Read(ref readonly byte record)
    {
        var octets = Unsafe.ReadUnaligned<ulong>(in Unsafe.Add(ref Unsafe.AsRef(in record), (nuint)_offset));
        return ((BitConverter.IsLittleEndian ? BinaryPrimitives.ReverseEndianness(octets) : octets) >> _shift) & _mask;
    }
}
