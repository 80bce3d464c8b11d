using System.Text.Json;

namespace RpcCollector.Flows.Zeek;

/// <summary>Reads a line of JSON: one object, whose strings and numbers are used.</summary>
internal static class ZeekJson
{
    private const int LongestName = 64;

    /// <returns>False when the line is no JSON object.</returns>
    public static bool TryRead(ReadOnlySpan<byte> octets, ZeekLine line)
    {
        // A line that is cut short is rejected here.
        if (octets is not [(byte)'{', .., (byte)'}']) return false;
        var reader = new Utf8JsonReader(octets);
        try
        {
            reader.Read();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName) ReadProperty(ref reader, line);
            return reader.TokenType == JsonTokenType.EndObject && !reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader reports bad JSON only by throwing; an InvalidOperationException means a string that is not UTF-8.
            return false;
        }
    }

    private static void ReadProperty(ref Utf8JsonReader reader, ZeekLine line)
    {
        var field = FieldOf(ref reader);
        reader.Read();
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            reader.Skip();
            return;
        }

        if (field is not { } known) return;
        if (reader.TokenType == JsonTokenType.String)
        {
            var room = line.Room(reader.ValueSpan.Length);
            line.Set(known, reader.CopyString(room));
        }
        else if (reader.TokenType == JsonTokenType.Number)
        {
            reader.ValueSpan.CopyTo(line.Room(reader.ValueSpan.Length));
            line.Set(known, reader.ValueSpan.Length);
        }
        else
        {
            line.Remove(known);
        }
    }

    private static ZeekField? FieldOf(ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped) return ZeekFields.Find(reader.ValueSpan);
        if (reader.ValueSpan.Length > LongestName) return null;
        Span<byte> name = stackalloc byte[LongestName];
        return ZeekFields.Find(name[..reader.CopyString(name)]);
    }
}
