using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Http;

namespace RpcCollector.Commands;

/// <summary>
/// Writes the result of a replay as JSON, one object a line: each activity, each finding, each incident, then the summary.
/// </summary>
internal sealed class ReplayJson : IDisposable
{
    private readonly Stream _output;
    private readonly ReplayResult _result;
    private readonly IReadOnlyList<UnusedInputs.Unused> _unused;
    private readonly ArrayBufferWriter<byte> _lines = new(1 << 16);
    private readonly Utf8JsonWriter _json;

    private ReplayJson(Stream output, ReplayResult result, IReadOnlyList<UnusedInputs.Unused> unused)
    {
        (_output, _result, _unused) = (output, result, unused);

        // Nobody puts these lines into HTML: a Community ID keeps its '+', and can be searched for as Zeek and others write it.
        _json = new Utf8JsonWriter(_lines, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
    }

    /// <param name="unused">Inputs of which nothing could be used.</param>
    public static void Write(Stream output, ReplayResult result, IReadOnlyList<UnusedInputs.Unused>? unused = null)
    {
        using var writer = new ReplayJson(output, result, unused ?? []);
        foreach (var activity in result.Activities) writer.WriteActivity(activity);
        foreach (var finding in result.Findings) writer.WriteFinding(finding);
        foreach (var incident in result.Incidents) writer.WriteIncident(incident);
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

    private void WriteIncident(ToldIncident incident)
    {
        JsonSerializer.Serialize(_json, IncidentLineJson.From(incident), CollectorJson.Default.IncidentLineJson);
        EndLine();
    }

    private void WriteSummary()
    {
        JsonSerializer.Serialize(_json, ReplaySummaryJson.From(_result, _unused), SummaryJson.Default.ReplaySummaryJson);
        EndLine();
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
