using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>
/// Writes the recall table of the scenarios as JSON, one object a line: exports with forged records, exports, first evenings, rows of the
/// table, kinds of findings.
/// </summary>
internal static class ScenarioJson
{
    public static void Write(Stream output, ScenarioFigures figures, IReadOnlyList<PoisonedRun> poisoned)
    {
        foreach (var run in poisoned) Line(output, PoisonedLine.From(run), ScenarioLines.Default.PoisonedLine);
        foreach (var run in figures.Runs) Line(output, ExportLine.From(run), ScenarioLines.Default.ExportLine);
        foreach (var row in figures.Evening) Line(output, EveningLine.From(row), ScenarioLines.Default.EveningLine);
        Line(output, RecallLine.From("whole", figures.Whole), ScenarioLines.Default.RecallLine);
        foreach (var row in figures.ByFormat) Line(output, RecallLine.From("format", row), ScenarioLines.Default.RecallLine);
        foreach (var row in figures.ByTechnique) Line(output, RecallLine.From("technique", row), ScenarioLines.Default.RecallLine);
        foreach (var (kind, count) in figures.ByKind)
        {
            var found = ShareJson.Of(count, figures.NumScenarios);
            var line = new KindLine("kind", KebabCase<FindingKind>.Of(kind), figures.NumScenarios, found);
            Line(output, line, ScenarioLines.Default.KindLine);
        }
    }

    private static void Line<T>(Stream output, T line, JsonTypeInfo<T> type)
    {
        JsonSerializer.Serialize(output, line, type);
        output.Write("\n"u8);
    }
}
