using System.Buffers.Binary;

namespace RpcCollector.Commands;

/// <summary>Where the records of one Template hold absolute times; all other fields are skipped.</summary>
internal sealed class TimeLayout
{
    private const ushort VariableLength = 65535;
    private const uint ReverseEnterprise = 29305;

    private readonly (ushort Length, TimeCoding Coding)[] _fields;
    private readonly int _shortest;

    private TimeLayout((ushort Length, TimeCoding Coding)[] fields)
    {
        _fields = fields;
        _shortest = fields.Sum(field => field.Length == VariableLength ? 1 : field.Length);
    }

    private enum TimeCoding : byte
    {
        None,
        Seconds,
        Milliseconds,

        /// <summary>32 bits of seconds and 32 of fraction, whether called micro- or nanoseconds (RFC 7011, 6.1.9 and 6.1.10).</summary>
        Ntp,
    }

    /// <summary>Reads the Template Record at the start of <paramref name="templates"/>, and removes it from there.</summary>
    /// <returns>False at the end of the Set, at its padding, and when the record states more fields than the Set holds.</returns>
    public static bool TryRead(int version, bool isOptions, ref ReadOnlySpan<byte> templates, out ushort id, out TimeLayout layout)
    {
        (id, layout) = (0, new TimeLayout([]));
        if (templates.Length < 4) return false;
        id = BinaryPrimitives.ReadUInt16BigEndian(templates);
        int count = BinaryPrimitives.ReadUInt16BigEndian(templates[2..]);
        var place = 4;

        // IPFIX tells how many of the fields are scope, NetFlow v9 how many octets of Field Specifiers are scope and options. A
        // withdrawal ends before that.
        if (isOptions && (version == 9 || count > 0))
        {
            if (templates.Length < 6) return false;
            if (version == 9) count = (count + BinaryPrimitives.ReadUInt16BigEndian(templates[4..])) / 4;
            place = 6;
        }

        var fields = new (ushort, TimeCoding)[count];
        for (var i = 0; i < count; i++)
        {
            if (templates.Length - place < 4) return false;
            var (element, length) =
                (BinaryPrimitives.ReadUInt16BigEndian(templates[place..]), BinaryPrimitives.ReadUInt16BigEndian(templates[(place + 2)..]));
            place += 4;
            var enterprise = 0u;
            if (version != 9 && (element & 0x8000) != 0)
            {
                if (templates.Length - place < 4) return false;
                enterprise = BinaryPrimitives.ReadUInt32BigEndian(templates[place..]);
                place += 4;
            }

            fields[i] = (length, enterprise is 0 or ReverseEnterprise ? CodingOf(element & 0x7FFF, length) : TimeCoding.None);
        }

        layout = new TimeLayout(fields);
        templates = templates[place..];
        return true;
    }

    /// <summary>Moves the times of all records of a Data Set.</summary>
    /// <returns>
    /// False when a record ends beyond the Set, or the Template was withdrawn: then the remaining times stay as they are.
    /// </returns>
    public bool Move(Span<byte> records, long seconds)
    {
        if (_shortest == 0) return false;
        while (records.Length >= _shortest)
        {
            var place = 0;
            foreach (var (stated, coding) in _fields)
            {
                int length = stated;
                if (length == VariableLength && !TryReadLength(records, ref place, out length)) return false;
                if (length > records.Length - place) return false;
                if (coding != TimeCoding.None) Move(records.Slice(place, length), coding, seconds);
                place += length;
            }

            records = records[place..];
        }

        return true;
    }

    /// <summary>One octet of length, or 255 and two more (RFC 7011, 7).</summary>
    private static bool TryReadLength(ReadOnlySpan<byte> records, ref int place, out int length)
    {
        length = place < records.Length ? records[place++] : 0;
        if (length < 255) return place <= records.Length;
        if (records.Length - place < 2) return false;
        length = BinaryPrimitives.ReadUInt16BigEndian(records[place..]);
        place += 2;
        return true;
    }

    private static void Move(Span<byte> field, TimeCoding coding, long seconds)
    {
        // NTP's seconds are the first half of the field; integers may be sent in fewer octets (RFC 7011, 6.2).
        if (coding == TimeCoding.Ntp) field = field[..4];
        var value = 0UL;
        foreach (var octet in field) value = (value << 8) | octet;

        // Zero is what exporters send for a time that they do not know.
        if (value == 0) return;
        value += unchecked((ulong)(coding == TimeCoding.Milliseconds ? seconds * 1000 : seconds));
        for (var i = field.Length - 1; i >= 0; i--, value >>= 8) field[i] = (byte)value;
    }

    /// <summary>flowStart and flowEnd (150 to 157), systemInitTimeMilliseconds (160), observationTime (322 to 325).</summary>
    private static TimeCoding CodingOf(int element, int length) => (element, length) switch
    {
        (150 or 151 or 322, >= 4 and <= 8) => TimeCoding.Seconds,
        (152 or 153 or 160 or 323, >= 4 and <= 8) => TimeCoding.Milliseconds,
        ((>= 154 and <= 157) or 324 or 325, 8) => TimeCoding.Ntp,
        _ => TimeCoding.None,
    };
}
