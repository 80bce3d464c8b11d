using System.Text.Json;
using RpcCollector.Flows.Zeek;

namespace RpcCollector.Flows.Suricata;

/// <summary>Reads the answers of a DNS event: an array of objects with rrname, rrtype and rdata.</summary>
internal static class EveAnswers
{
    private const int NumParts = 3;

    /// <returns>False when the event has other answers already.</returns>
    public static bool TryRead(ref Utf8JsonReader reader, EveEvent into)
    {
        var length = 0;
        Span<Range> parts = stackalloc Range[NumParts];
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (reader.TokenType != JsonTokenType.StartObject)
            {
                reader.Skip();
                continue;
            }

            var end = ReadAnswer(ref reader, into, length, parts);
            length = Arrange(into.Room(end * 2 - length + NumParts), length, end, parts);
        }

        return into.TrySet(EveField.Answers, length);
    }

    /// <summary>Copies what is used of one answer behind what was read before, in whatever order it stands.</summary>
    /// <returns>Where that ends.</returns>
    private static int ReadAnswer(ref Utf8JsonReader reader, EveEvent into, int end, scoped Span<Range> parts)
    {
        parts.Clear();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var part = reader.ValueTextEquals("rrname"u8) ? 0 : reader.ValueTextEquals("rrtype"u8) ? 1
                : reader.ValueTextEquals("rdata"u8) ? 2 : -1;
            reader.Read();
            if (part >= 0 && reader.TokenType == JsonTokenType.String)
            {
                var room = into.Room(end + reader.ValueSpan.Length)[end..];
                var copied = reader.CopyString(room);
                if (!room[..copied].Contains(ZeekLine.ListSeparator)) parts[part] = end..(end + copied);
                end += copied;
            }

            reader.Skip();
        }

        return end;
    }

    /// <summary>Name, type and value, each with its separator, take the place of what was copied; none when one is missing.</summary>
    private static int Arrange(Span<byte> room, int start, int end, scoped ReadOnlySpan<Range> parts)
    {
        var next = end;
        foreach (var part in parts)
        {
            var (at, length) = part.GetOffsetAndLength(end);
            if (length == 0) return start;
            room.Slice(at, length).CopyTo(room[next..]);
            room[next + length] = ZeekLine.ListSeparator;
            next += length + 1;
        }

        room[end..next].CopyTo(room[start..]);
        return start + (next - end);
    }
}
