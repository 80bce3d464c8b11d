using System.Text;
using System.Text.Json;
using System.Text.Unicode;

namespace RpcCollector.Flows.Zeek;

/// <summary>Reads a line of JSON: one object, whose strings and numbers are used.</summary>
/// <remarks>
/// Forwarders write "id.orig_h" as {"id":{"orig_h":…}} and put the whole line into {"conn":{…}}. Whatever is stated twice must be stated
/// alike: which of two values others would take, nobody knows (RFC 8259, 4).
/// </remarks>
internal static class ZeekJson
{
    private const int LongestName = 64;

    /// <returns>False when the line is no JSON object, or contradicts itself.</returns>
    public static bool TryRead(ReadOnlySpan<byte> octets, ZeekLine line)
    {
        // A line that is cut short is rejected here.
        if (octets is not [(byte)'{', .., (byte)'}']) return false;
        var reader = new Utf8JsonReader(octets);
        try
        {
            reader.Read();
            return ReadObject(ref reader, line, Place.Line) && reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader reports bad JSON only by throwing; an InvalidOperationException means a string that is not UTF-8.
            return false;
        }
    }

    private static bool ReadObject(ref Utf8JsonReader reader, ZeekLine line, Place place)
    {
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!ReadProperty(ref reader, line, place)) return false;
        }

        return true;
    }

    private static bool ReadProperty(ref Utf8JsonReader reader, ZeekLine line, Place place)
    {
        Span<byte> unescaped = stackalloc byte[LongestName];
        scoped var name = reader.ValueSpan;
        if (reader.ValueIsEscaped) name = name.Length <= LongestName ? unescaped[..reader.CopyString(unescaped)] : default;
        var field = place == Place.Id ? ZeekFields.FindInId(name) : ZeekFields.Find(name);
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartObject) return ReadNested(ref reader, line, place, name);
        if (reader.TokenType is JsonTokenType.StartArray)
        {
            if (field is { } list && ZeekFields.IsList(list)) return ReadList(ref reader, line, list);
            reader.Skip();
        }

        if (field is not { } known) return true;
        if (reader.TokenType == JsonTokenType.String)
        {
            var room = line.Room(reader.ValueSpan.Length);

            // A flow is read all the same where something beside it is garbled that only names.
            if (ZeekFields.IsOfNames(known)) return !TryCopy(ref reader, room, out var copied) || line.TrySet(known, copied);
            return line.TrySet(known, reader.CopyString(room));
        }

        if (known == ZeekField.Success && reader.TokenType is JsonTokenType.True or JsonTokenType.False)
        {
            line.Room(1)[0] = reader.TokenType == JsonTokenType.True ? (byte)'T' : (byte)'F';
            return line.TrySet(known, 1);
        }

        // A value that is null is none, and no other value that is used is true, false or an array.
        if (reader.TokenType != JsonTokenType.Number) return true;
        reader.ValueSpan.CopyTo(line.Room(reader.ValueSpan.Length));
        return line.TrySet(known, reader.ValueSpan.Length);
    }

    private static bool ReadNested(ref Utf8JsonReader reader, ZeekLine line, Place place, scoped ReadOnlySpan<byte> name)
    {
        if (place != Place.Id && Ascii.EqualsIgnoreCase(name, "id"u8)) return ReadObject(ref reader, line, Place.Id);
        if (place == Place.Line && IsWholeLine(reader, ZeekLogKinds.Of(name)))
        {
            name.CopyTo(line.Room(name.Length));
            return line.TrySet(ZeekField.Log, name.Length) && ReadObject(ref reader, line, Place.Wrapped);
        }

        reader.Skip();
        return true;
    }

    /// <summary>
    /// True for the object of a whole line, named after its log: others write objects named dns or kerberos into lines of other logs, but
    /// a line of Zeek's begins with its time.
    /// </summary>
    /// <param name="reader">A copy, which reads ahead.</param>
    private static bool IsWholeLine(Utf8JsonReader reader, ZeekLogKind kind) =>
        kind != ZeekLogKind.Other
            && (kind is ZeekLogKind.Conn or ZeekLogKind.DceRpc || (reader.Read() && reader.TokenType == JsonTokenType.PropertyName
            && (reader.ValueTextEquals("ts"u8) || reader.ValueTextEquals("_path"u8))));

    private static bool ReadList(ref Utf8JsonReader reader, ZeekLine line, ZeekField field)
    {
        var length = 0;
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
            if (reader.TokenType is not (JsonTokenType.String or JsonTokenType.Number)) continue;
            var room = line.Room(length + reader.ValueSpan.Length + 1)[length..];
            if (!TryCopy(ref reader, room, out var copied)) continue;
            if (room[..copied].Contains(ZeekLine.ListSeparator)) continue;
            room[copied] = ZeekLine.ListSeparator;
            length += copied + 1;
        }

        return line.TrySet(field, length);
    }

    /// <returns>False for a string that is not UTF-8.</returns>
    private static bool TryCopy(ref Utf8JsonReader reader, Span<byte> into, out int copied)
    {
        copied = 0;
        if (reader.TokenType != JsonTokenType.String)
        {
            reader.ValueSpan.CopyTo(into);
            copied = reader.ValueSpan.Length;
            return true;
        }

        if (!reader.ValueIsEscaped && !Utf8.IsValid(reader.ValueSpan)) return false;
        try
        {
            copied = reader.CopyString(into);
            return true;
        }
        catch (InvalidOperationException)
        {
            // Half of a surrogate pair.
            return false;
        }
    }

    private enum Place : byte
    {
        /// <summary>In the line's own object.</summary>
        Line,

        /// <summary>In an object named after the log, inside the line's own.</summary>
        Wrapped,

        /// <summary>In the object "id" of either.</summary>
        Id,
    }
}
