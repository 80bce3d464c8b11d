using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>Writes the recall table of the scenarios as JSON, one object a line: each export, each row of the table, each kind of finding.</summary>
internal static class ScenarioJson
{
    public static void Write(Stream output, ScenarioFigures figures)
    {
        foreach (var run in figures.Runs)
        {
            Line(output, "export", json =>
            {
                json.WriteString("scenario", run.Scenario.Name);
                json.WriteString("technique", run.Scenario.Technique);
                json.WriteString("format", run.Format);
                json.WriteString("sensor", run.Sensor);
                json.WriteNumber("car_pairs", run.CarPairs);
                json.WriteStartArray("findings");
                foreach (var finding in run.About)
                {
                    json.WriteStartObject();
                    json.WriteString("kind", Kebab(SnakeCase<FindingKind>.Of(finding.Kind)));
                    json.WriteString("severity", SnakeCase<FindingSeverity>.Of(finding.Severity));
                    json.WriteString("confidence", SnakeCase<FindingConfidence>.Of(finding.Confidence));
                    json.WriteString("reason", finding.Reason);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
                json.WriteNumber("other_findings", run.Others.Count());
            });
        }

        Row(output, "whole", figures.Whole);
        foreach (var row in figures.ByFormat) Row(output, "format", row);
        foreach (var row in figures.ByTechnique) Row(output, "technique", row);
        foreach (var (kind, count) in figures.ByKind)
        {
            Line(output, "kind", json =>
            {
                json.WriteString("kind", Kebab(SnakeCase<FindingKind>.Of(kind)));
                json.WriteNumber("scenarios", figures.NumScenarios);
                Share(json, "found", count, figures.NumScenarios);
            });
        }
    }

    private static void Row(Stream output, string type, RecallRow row) => Line(output, type, json =>
    {
        json.WriteString("name", row.Name);
        json.WriteNumber("scenarios", row.Trials);
        Share(json, "found", row.Found, row.Trials);
        Share(json, "analytic_as_written", row.InAnalytic, row.Trials);
    });

    private static void Share(Utf8JsonWriter json, string name, int successes, int trials)
    {
        var interval = Interval.OfProportion(successes, trials);
        json.WriteStartObject(name);
        json.WriteNumber("count", successes);
        json.WriteNumber("low", Math.Round(interval.Low, 4));
        json.WriteNumber("high", Math.Round(interval.High, 4));
        json.WriteEndObject();
    }

    private static void Line(Stream output, string type, Action<Utf8JsonWriter> write)
    {
        using (var json = new Utf8JsonWriter(output))
        {
            json.WriteStartObject();
            json.WriteString("type", type);
            write(json);
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static string Kebab(string name) => name.Replace('_', '-');
}
