using System.Buffers.Binary;
using RpcCollector.Flows.Elements;

namespace RpcCollector.Flows.Templates;

/// <summary>How to read the records of one Template: the places of the fields we use, compiled once from its Field Specifiers.</summary>
/// <remarks>
/// A Template with variable-length fields has no fixed places. Its records are first gathered: the used fields are copied, one behind the other,
/// into a scratch record, whose places are fixed; everything after that is the same for both.
/// </remarks>
internal sealed class RecordPlan
{
    /// <summary>Octets that the scratch record of a variable-length plan needs at most: every role once, addresses 16, the rest at most 8.</summary>
    public const int MaxScratchLength = 512;

    private readonly Slot[] _slots = new Slot[FieldRoles.Count];

    // For variable-length Templates: each field's length, and its place in the scratch record or -1.
    private readonly ushort[] _lengths;
    private readonly short[] _scratchOffsets;

    public RecordPlan(ReadOnlySpan<FieldSpecifier> fields)
    {
        foreach (var field in fields)
        {
            IsVariableLength |= field.IsVariableLength;
            MinimumLength += field.MinimumLength;
        }

        _lengths = IsVariableLength ? new ushort[fields.Length] : [];
        _scratchOffsets = IsVariableLength ? new short[fields.Length] : [];
        var place = 0;
        for (var i = 0; i < fields.Length; i++)
        {
            var field = fields[i];
            var role = field.IsScope ? FieldRole.None : FieldRoles.Of(field);
            // When an element is repeated, position decides (RFC 7011, 8): the first is the outermost, which routers saw.
            var isUsed = role != FieldRole.None && !_slots[(int)role].IsPresent && place <= ushort.MaxValue;
            if (isUsed) _slots[(int)role] = new Slot((ushort)place, (byte)field.Length);
            if (!IsVariableLength)
            {
                place += field.Length;
                continue;
            }

            _lengths[i] = field.Length;
            _scratchOffsets[i] = isUsed ? (short)place : (short)-1;
            if (isUsed) place += field.Length;
        }

        HasIPv4 = this[FieldRole.SourceIPv4].IsPresent && this[FieldRole.DestinationIPv4].IsPresent;
        HasIPv6 = this[FieldRole.SourceIPv6].IsPresent && this[FieldRole.DestinationIPv6].IsPresent;
        IsTransportFlow = (HasIPv4 || HasIPv6) && this[FieldRole.Protocol].IsPresent
            && this[FieldRole.SourcePort].IsPresent && this[FieldRole.DestinationPort].IsPresent;
        HasReverse = this[FieldRole.ReverseOctets].IsPresent || this[FieldRole.ReversePackets].IsPresent || this[FieldRole.ReverseTcpFlags].IsPresent;
    }

    /// <summary>Octets of every record, or of the shortest when <see cref="IsVariableLength"/>.</summary>
    public int MinimumLength { get; }

    public bool IsVariableLength { get; }

    public bool HasIPv4 { get; }

    public bool HasIPv6 { get; }

    public bool HasReverse { get; }

    /// <summary>True when a record says which transport endpoints its flow is between.</summary>
    public bool IsTransportFlow { get; }

    public Slot this[FieldRole role] => _slots[(int)role];

    /// <summary>Copies the used fields of the variable-length record at the start of <paramref name="records"/> into <paramref name="scratch"/>.</summary>
    /// <returns>The record's length in octets; -1 when a field ends beyond the Set.</returns>
    public int Gather(ReadOnlySpan<byte> records, Span<byte> scratch)
    {
        var place = 0;
        for (var i = 0; i < _lengths.Length; i++)
        {
            int length = _lengths[i];
            if (length == FieldSpecifier.VariableLength)
            {
                // One octet of length, or 255 and two more (RFC 7011, 7).
                if (place >= records.Length) return -1;
                length = records[place++];
                if (length == 255)
                {
                    if (records.Length - place < 2) return -1;
                    length = BinaryPrimitives.ReadUInt16BigEndian(records[place..]);
                    place += 2;
                }
            }

            if (records.Length - place < length) return -1;
            if (_scratchOffsets[i] >= 0) records.Slice(place, length).CopyTo(scratch[_scratchOffsets[i]..]);
            place += length;
        }

        return place;
    }
}
