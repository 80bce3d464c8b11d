namespace RpcCollector.Flows.Zeek;

/// <summary>
/// Reads Zeek's own format: lines of columns, below a header that names the columns and special values (#separator, #set_separator,
/// #unset_field, #empty_field, #path, #fields).
/// </summary>
/// <remarks>Where no #separator states what separates the columns, what stands between a header line's name and its value does.</remarks>
internal sealed class ZeekTable
{
    private byte[] _separator = "\t"u8.ToArray();
    private byte[] _unset = "-"u8.ToArray();
    private byte[] _empty = "(empty)"u8.ToArray();
    private byte[] _listSeparator = ","u8.ToArray();
    private ZeekField?[] _columns = [];

    /// <summary>The log that the header names.</summary>
    public ZeekLogKind Kind { get; private set; }

    /// <summary>True once the columns are known.</summary>
    public bool HasHeader => _columns.Length > 0;

    /// <summary>Reads a line that begins with #; lines that do not describe the format are ignored.</summary>
    public void ReadHeader(ReadOnlySpan<byte> octets)
    {
        // This line comes before the separator is known, so a space separates it.
        if (TryStrip(octets, "#separator "u8, out var separator))
        {
            var plain = new byte[separator.Length];
            _separator = plain[..Unescape(separator, plain)];
            if (_separator.Length == 0) _separator = "\t"u8.ToArray();
            (_columns, Kind) = ([], ZeekLogKind.Unknown);
        }
        else if (TryStripName(octets, "#unset_field"u8, out var unset))
        {
            _unset = unset.ToArray();
        }
        else if (TryStripName(octets, "#empty_field"u8, out var empty))
        {
            _empty = empty.ToArray();
        }
        else if (TryStripName(octets, "#set_separator"u8, out var between))
        {
            if (between.Length > 0) _listSeparator = between.ToArray();
        }
        else if (TryStripName(octets, "#path"u8, out var path))
        {
            Kind = ZeekLogKinds.Of(path);
        }
        else if (TryStripName(octets, "#fields"u8, out var fields))
        {
            var columns = new List<ZeekField?>();
            foreach (var column in fields.Split(_separator)) columns.Add(ZeekFields.Find(fields[column]));
            _columns = [.. columns];
        }
    }

    /// <returns>False when the line has more or fewer columns than the header, or contradicts itself.</returns>
    public bool TryRead(ReadOnlySpan<byte> octets, ZeekLine line)
    {
        var column = 0;
        foreach (var place in octets.Split(_separator))
        {
            if (column == _columns.Length) return false;
            if (_columns[column++] is not { } field) continue;
            var value = octets[place];
            if (value.SequenceEqual(_unset)) continue;
            var length = value.SequenceEqual(_empty) ? 0
                : ZeekFields.IsList(field) ? UnescapeList(value, line) : Unescape(value, line.Room(value.Length));
            if (!line.TrySet(field, length)) return false;
        }

        return column == _columns.Length;
    }

    private int UnescapeList(ReadOnlySpan<byte> values, ZeekLine line)
    {
        // No longer than as it stands but for one octet behind the last.
        var room = line.Room(values.Length + 1);
        var length = 0;
        foreach (var place in values.Split(_listSeparator))
        {
            var value = values[place];
            if (value.SequenceEqual(_unset) || value.SequenceEqual(_empty)) continue;
            var plain = Unescape(value, room[length..]);
            if (room.Slice(length, plain).Contains(ZeekLine.ListSeparator)) continue;
            room[length + plain] = ZeekLine.ListSeparator;
            length += plain + 1;
        }

        return length;
    }

    /// <summary>The value of a header line of this name.</summary>
    private bool TryStripName(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        if (!TryStrip(octets, name, out value)) return false;
        if (TryStrip(value, _separator, out var rest))
        {
            value = rest;
            return true;
        }

        if (value.IsEmpty || value[0] == '_' || char.IsAsciiLetterOrDigit((char)value[0])) return false;
        _separator = [value[0]];
        value = value[1..];
        return true;
    }

    private static bool TryStrip(ReadOnlySpan<byte> octets, ReadOnlySpan<byte> prefix, out ReadOnlySpan<byte> rest)
    {
        rest = octets.StartsWith(prefix) ? octets[prefix.Length..] : default;
        return octets.StartsWith(prefix);
    }

    /// <summary>Undoes Zeek's escapes: \x09 is an octet in hexadecimal digits, \\ a backslash.</summary>
    /// <returns>How many octets were written.</returns>
    private static int Unescape(ReadOnlySpan<byte> value, Span<byte> plain)
    {
        var length = 0;
        while (!value.IsEmpty)
        {
            if (value is [(byte)'\\', (byte)'x', var high, var low, ..] && char.IsAsciiHexDigit((char)high)
                && char.IsAsciiHexDigit((char)low))
            {
                plain[length++] = (byte)((Digit(high) << 4) | Digit(low));
                value = value[4..];
                continue;
            }

            if (value is [(byte)'\\', (byte)'\\', ..]) value = value[1..];
            plain[length++] = value[0];
            value = value[1..];
        }

        return length;
    }

    private static int Digit(byte character) => character <= '9' ? character - '0' : (character & 0x0F) + 9;
}
