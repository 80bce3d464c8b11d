using System.Buffers;
using System.Text.Json;
using RpcCollector.Detection.Wire;
using RpcCollector.Flows;
using RpcCollector.Store.Words;

namespace RpcCollector.Scale.Words;

/// <summary>
/// What a person said, as rows of tables: the content of one or more deeds of the topic <see cref="Topic"/>, one after the other. JSON:
/// <c>version</c>, <c>writer</c>, <c>soon</c>, and <c>rows</c>, each an array of table, key, and values or null for one that is gone.
/// </summary>
/// <param name="Writer">The process that says it: 16 hexadecimal digits, others at each start.</param>
/// <param name="IsSoon">True for what stood in the writer's store before it was said.</param>
internal sealed record SaidDeed(string Writer, bool IsSoon, IReadOnlyList<SaidRow> Rows)
{
    public const string Topic = IWordTaker.Topic;

    /// <summary>Any change that a reader of this version would take for something else is another one; so is another column.</summary>
    public const int CurrentVersion = 1;

    /// <summary>Of one word, in JSON.</summary>
    public const int MostOctets = 4 << 20;

    public const int MostRows = 20_000;

    private const int WriterLetters = 16;
    private const int OctetsPerDeed = 48_000;

    public byte[] Write()
    {
        var to = new ArrayBufferWriter<byte>();
        using var json = new Utf8JsonWriter(to);
        json.WriteStartObject();
        json.WriteNumber("version", CurrentVersion);
        json.WriteString("writer", Writer);
        if (IsSoon) json.WriteBoolean("soon", value: true);
        json.WriteStartArray("rows");
        foreach (var row in Rows)
        {
            json.WriteStartArray();
            json.WriteStringValue(row.Table);
            Write(json, row.Key);
            if (row.Values is null) json.WriteNullValue();
            else WriteAll(json, row.Values);
            json.WriteEndArray();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        return to.WrittenSpan.ToArray();
    }

    /// <summary>The messages that say it, to be appended in this order.</summary>
    /// <param name="number">Of the word: grows with each of a writer.</param>
    public static IReadOnlyList<byte[]> Messages(string source, ulong epoch, ulong number, long now, ReadOnlySpan<byte> written)
    {
        var writer = new ActMessageWriter(source, ActHeader.NoPartition, epoch, new ExporterDirectory());
        var messages = new List<byte[]>();
        while (!written.IsEmpty)
        {
            var some = written[..Math.Min(written.Length, OctetsPerDeed)];
            if (!writer.TryAdd(Topic, some))
            {
                messages.Add(writer.Finish(number, now, isLast: false).ToArray());
                continue;
            }

            written = written[some.Length..];
        }

        messages.Add(writer.Finish(number, now).ToArray());
        return messages;
    }

    /// <summary>Reads one, whole or not at all: whatever stands there, nothing is thrown.</summary>
    public static WordRejection Read(ReadOnlyMemory<byte> written, out SaidDeed deed)
    {
        deed = new SaidDeed("", IsSoon: false, []);
        try
        {
            using var json = JsonDocument.Parse(written, new JsonDocumentOptions { MaxDepth = 8 });
            return Read(json.RootElement, ref deed);
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or FormatException)
        {
            return WordRejection.Malformed;
        }
    }

    private static WordRejection Read(JsonElement root, ref SaidDeed deed)
    {
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("version", out var version)
            || !version.TryGetInt32(out var number)) return WordRejection.Malformed;
        if (number != CurrentVersion) return WordRejection.UnknownVersion;
        if (!root.TryGetProperty("writer", out var writer) || writer.GetString() is not { Length: WriterLetters } by
            || !by.All(char.IsAsciiHexDigitLower) || !root.TryGetProperty("rows", out var said)) return WordRejection.Malformed;
        if (said.GetArrayLength() > MostRows) return WordRejection.TooLong;
        var rows = new List<SaidRow>(said.GetArrayLength());
        foreach (var one in said.EnumerateArray())
        {
            if (one.GetArrayLength() != 3) return WordRejection.Malformed;
            if (SaidTables.Find(one[0].GetString() ?? "") is not { } table) return WordRejection.UnknownTable;
            List<object?>? values = null;
            if (one[2].ValueKind != JsonValueKind.Null)
            {
                if (one[2].GetArrayLength() != table.Columns.Length) return WordRejection.Malformed;
                values = [.. one[2].EnumerateArray().Select((value, i) => Value(value, table.IsBlob(i)))];
            }

            var row = new SaidRow(table.Name, Value(one[1], isBlob: false) ?? "", values);
            if (!table.MakesSense(row)) return WordRejection.Malformed;
            rows.Add(row);
        }

        deed = new SaidDeed(by, root.TryGetProperty("soon", out var soon) && soon.GetBoolean(), rows);
        return WordRejection.None;
    }

    private static object? Value(JsonElement from, bool isBlob) => from.ValueKind switch
    {
        JsonValueKind.Null => null,
        JsonValueKind.String => isBlob ? from.GetBytesFromBase64() : from.GetString(),
        JsonValueKind.Number => from.GetInt64(),
        _ => throw new FormatException("Values are numbers, texts or nothing."),
    };

    private static void WriteAll(Utf8JsonWriter json, IReadOnlyList<object?> values)
    {
        json.WriteStartArray();
        foreach (var value in values) Write(json, value);
        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, object? value)
    {
        switch (value)
        {
            case long number:
                json.WriteNumberValue(number);
                break;
            case byte[] octets:
                json.WriteBase64StringValue(octets);
                break;
            default:
                json.WriteStringValue(value as string);
                break;
        }
    }
}
