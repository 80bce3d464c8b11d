using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RpcCollector.Captures;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Http;
using RpcCollector.Naming;

namespace RpcCollector.Commands;

/// <summary>Writes the result of a replay as JSON, one object a line: each activity, each finding, then the summary.</summary>
internal sealed class ReplayJson : IDisposable
{
    private readonly Stream _output;
    private readonly ReplayResult _result;
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private readonly Utf8JsonWriter _json;

    private ReplayJson(Stream output, ReplayResult result)
    {
        (_output, _result) = (output, result);

        // Nobody puts these lines into HTML: a Community ID keeps its '+', and can be searched for as Zeek and others write it.
        _json = new Utf8JsonWriter(_lines, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    public static void Write(Stream output, ReplayResult result)
    {
        using var writer = new ReplayJson(output, result);
        foreach (var activity in result.Activities) writer.WriteActivity(activity);
        foreach (var finding in result.Findings) writer.WriteFinding(finding);
        writer.WriteSummary();
        writer.Send();
    }

    public void Dispose() => _json.Dispose();

    private void WriteActivity(in RpcActivity activity)
    {
        JsonSerializer.Serialize(_json, ActivityLineJson.From(activity, _result.Catalog), CollectorJson.Default.ActivityLineJson);
        EndLine();
    }

    private void WriteFinding(Finding finding)
    {
        JsonSerializer.Serialize(_json, FindingLineJson.From(finding), CollectorJson.Default.FindingLineJson);
        EndLine();
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
        WriteCounts("activities", _result.ByBasis().Select(entry => (BasisName.Of(entry.Basis), (long)entry.Count)));
        WriteCounts("findings", _result.ByKind().Select(entry => (FindingLineJson.Name(entry.Kind), (long)entry.Count)));
        WriteCounts("rejected", _result.Rejected().Select(entry => (SnakeCase<Rejection>.Of(entry.Reason), entry.Count)));

        // Left out where there are no Zeek logs.
        if (_result.ZeekLines > 0)
        {
            _json.WriteNumber("zeek_lines", _result.ZeekLines);
            _json.WriteNumber("rpc_operations", _result.RpcOperations);
        }

        // What the files held besides exports; left out where they held nothing else.
        var losses = _result.Captures.Losses().Select(entry => (SnakeCase<CaptureLoss>.Of(entry.Loss), entry.Count)).ToList();
        if (losses.Count > 0) WriteCounts("not_read", losses);
        _json.WriteEndObject();
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
}
