using System.Buffers;
using System.Globalization;
using System.Text.Json;
using RpcCollector.Detection;

namespace RpcCollector.Commands;

/// <summary>Writes the result of a replay as JSON, one object a line: each activity, then the summary.</summary>
internal sealed class ReplayJson : IDisposable
{
    private static readonly long EarliestUnixMilliseconds = DateTimeOffset.MinValue.ToUnixTimeMilliseconds();
    private static readonly long LatestUnixMilliseconds = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    private readonly Stream _output;
    private readonly ReplayResult _result;
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private readonly Utf8JsonWriter _json;

    private ReplayJson(Stream output, ReplayResult result)
    {
        (_output, _result) = (output, result);
        _json = new Utf8JsonWriter(_lines);
    }

    public static void Write(Stream output, ReplayResult result)
    {
        using var writer = new ReplayJson(output, result);
        foreach (var activity in result.Activities) writer.WriteActivity(activity);
        writer.WriteSummary();
        writer.Send();
    }

    public void Dispose() => _json.Dispose();

    /// <summary>A time as RFC 3339 has it, in UTC, with milliseconds.</summary>
    public static string Time(long unixMilliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(Math.Clamp(unixMilliseconds, EarliestUnixMilliseconds, LatestUnixMilliseconds))
            .ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    public static string Name(JoinBasis basis) => JsonNamingPolicy.KebabCaseLower.ConvertName(basis.ToString());

    private void WriteActivity(in RpcActivity activity)
    {
        _json.WriteStartObject();
        _json.WriteString("type", "activity");
        _json.WriteString("basis", Name(activity.Basis));
        _json.WriteString("client", activity.Client.ToString());
        _json.WriteString("server", activity.Server.ToString());
        if (activity.Mapper is { } mapper)
        {
            _json.WriteStartObject("mapper");
            _json.WriteNumber("client_port", mapper.ClientPort);
            WriteTimes(mapper);
        }

        if (activity.Endpoint is { } endpoint)
        {
            _json.WriteStartObject("endpoint");
            _json.WriteNumber("client_port", endpoint.ClientPort);
            _json.WriteNumber("server_port", endpoint.ServerPort);
            WriteTimes(endpoint);
        }

        _json.WriteStartArray("exporters");
        foreach (var exporter in _result.ExportersOf(activity)) _json.WriteStringValue(exporter.ToString());
        _json.WriteEndArray();
        EndLine();
    }

    private void WriteTimes(in FlowSpan flow)
    {
        _json.WriteString("start", Time(flow.StartUnixMilliseconds));
        _json.WriteString("end", Time(flow.EndUnixMilliseconds));
        _json.WriteEndObject();
    }

    private void WriteSummary()
    {
        _json.WriteStartObject();
        _json.WriteString("type", "summary");
        _json.WriteNumber("datagrams", _result.Datagrams);
        _json.WriteNumber("data_records", _result.DataRecords);
        _json.WriteNumber("options_records", _result.OptionsRecords);
        _json.WriteNumber("templates", _result.Templates);
        _json.WriteNumber("flow_starts", _result.FlowStarts);
        WriteCounts("activities", _result.ByBasis().Select(entry => (Name(entry.Basis), (long)entry.Count)));
        WriteCounts("findings", []);
        WriteCounts("rejected", _result.Rejected().Select(entry => (SnakeCase(entry.Reason), entry.Count)));

        // What the files held besides exports; left out where they held nothing else.
        var losses = _result.Captures.Losses().Select(entry => (SnakeCase(entry.Loss), entry.Count)).ToList();
        if (losses.Count > 0) WriteCounts("not_read", losses);
        EndLine();
    }

    private void WriteCounts(string name, IEnumerable<(string Name, long Count)> counts)
    {
        _json.WriteStartObject(name);
        foreach (var (key, count) in counts) _json.WriteNumber(key, count);
        _json.WriteEndObject();
    }

    private void EndLine()
    {
        _json.WriteEndObject();
        _json.Flush();
        _json.Reset();
        _lines.Write("\n"u8);
        if (_lines.WrittenCount > 1 << 15) Send();
    }

    private void Send()
    {
        _output.Write(_lines.WrittenSpan);
        _lines.ResetWrittenCount();
    }

    private static string SnakeCase<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.SnakeCaseLower.ConvertName(value.ToString());
}
