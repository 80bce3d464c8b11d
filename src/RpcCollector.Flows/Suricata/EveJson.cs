using System.Buffers.Text;
using System.Text.Json;

namespace RpcCollector.Flows.Suricata;

/// <summary>Reads a line of eve.json: one object, with objects in it.</summary>
internal static class EveJson
{
    private const int LongestName = 64;

    /// <returns>What the line is about; null when it is no JSON object, or contradicts itself.</returns>
    public static EveEventKind? Read(ReadOnlySpan<byte> octets, EveEvent into)
    {
        // A line that is cut short is rejected here.
        if (octets is not [(byte)'{', .., (byte)'}']) return null;
        var reader = new Utf8JsonReader(octets);
        try
        {
            reader.Read();
            if (!TryReadObject(ref reader, into, "")) return null;
            var kind = KindOf(into);
            return kind == EveEventKind.Unused || (reader.TokenType == JsonTokenType.EndObject && !reader.Read()) ? kind : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // The reader reports bad JSON only by throwing; an InvalidOperationException means a string that is not UTF-8.
            return null;
        }
    }

    private static EveEventKind KindOf(EveEvent read)
    {
        if (!read.Has(EveField.EventType)) return EveEventKind.None;
        var type = read[EveField.EventType];
        return type.SequenceEqual("flow"u8) ? EveEventKind.Flow
            : type.SequenceEqual("netflow"u8) ? EveEventKind.NetFlow
            : type.SequenceEqual("dcerpc"u8) ? EveEventKind.DceRpc
            : type.SequenceEqual("smb"u8) ? EveEventKind.Smb
            : type.SequenceEqual("dhcp"u8) ? EveEventKind.Dhcp
            : type.SequenceEqual("dns"u8) ? EveEventKind.Dns
            : type.SequenceEqual("krb5"u8) ? EveEventKind.Krb5 : EveEventKind.Unused;
    }

    /// <returns>False when a value contradicts another.</returns>
    private static bool TryReadObject(ref Utf8JsonReader reader, EveEvent into, string prefix)
    {
        Span<byte> unescaped = stackalloc byte[LongestName];
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            scoped var name = reader.ValueSpan;
            if (reader.ValueIsEscaped) name = name.Length <= LongestName ? unescaped[..reader.CopyString(unescaped)] : default;
            reader.Read();
            if (reader.TokenType == JsonTokenType.StartObject && EveFields.FindObject(prefix, name) is { } inside)
            {
                if (!TryReadObject(ref reader, into, inside)) return false;
                continue;
            }

            if (reader.TokenType == JsonTokenType.StartArray && prefix is "dcerpc." && name.SequenceEqual("interfaces"u8))
                ReadInterfaces(ref reader, into);
            else if (reader.TokenType == JsonTokenType.StartArray && prefix is "dns." && name.SequenceEqual("answers"u8))
            {
                if (!EveAnswers.TryRead(ref reader, into)) return false;
            }
            else if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray) reader.Skip();
            else if (EveFields.Find(prefix, name) is { } field && !TryTake(ref reader, into, field)) return false;

            // Most events are of kinds that are not used, and say so in their first properties.
            if (prefix.Length == 0 && into.Has(EveField.EventType) && KindOf(into) == EveEventKind.Unused) return true;
        }

        return true;
    }

    private static bool TryTake(ref Utf8JsonReader reader, EveEvent into, EveField field)
    {
        var length = reader.ValueSpan.Length;
        if (reader.TokenType == JsonTokenType.String)
        {
            var room = into.Room(length);
            return into.TrySet(field, reader.CopyString(room));
        }

        // A value that is null is none, and no value that is used is true or false.
        if (reader.TokenType != JsonTokenType.Number) return true;
        reader.ValueSpan.CopyTo(into.Room(length));
        return into.TrySet(field, length);
    }

    private static void ReadInterfaces(ref Utf8JsonReader reader, EveEvent into)
    {
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject) reader.Skip();
            else if (ReadInterface(ref reader) is { } id) into.AddInterface(id);
        }
    }

    /// <summary>The interface that an element names; null when it names none, or one that the server refused.</summary>
    private static Guid? ReadInterface(ref Utf8JsonReader reader)
    {
        Guid? id = null;
        var isRefused = false;
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isId, isResult) = (reader.ValueTextEquals("uuid"u8), reader.ValueTextEquals("ack_result"u8));
            reader.Read();
            if (isId && reader.TokenType == JsonTokenType.String && Utf8Parser.TryParse(reader.ValueSpan, out Guid stated, out var length)
                && length == reader.ValueSpan.Length)
                id = stated;
            if (isResult && reader.TokenType == JsonTokenType.Number) isRefused = !reader.ValueSpan.SequenceEqual("0"u8);
            reader.Skip();
        }

        return isRefused ? null : id;
    }
}
