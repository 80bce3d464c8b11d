using System.Text.Json;
using RpcCollector.Detection;
using RpcCollector.Naming;

namespace RpcCollector.Lab.Evaluation.Enterprise;

/// <summary>Writes the figures of the simulated enterprise as one JSON object; what has no value is null.</summary>
internal static class EnterpriseJson
{
    public static void Write(Stream output, EnterpriseFigures figures)
    {
        using var json = new Utf8JsonWriter(output, new JsonWriterOptions { Indented = true });
        var shape = figures.Shape;
        json.WriteStartObject();
        json.WriteBoolean("synthetic", true);
        json.WriteNumber("hosts", shape.Hosts);
        json.WriteNumber("days", shape.Days);
        json.WriteNumber("learning_days", shape.LearningDays);
        json.WriteNumber("attacks_per_seed", figures.AttacksPerSeed);

        json.WriteStartObject("findings_per_day_per_thousand_hosts");
        foreach (var severity in Enum.GetValues<FindingSeverity>())
        {
            WriteInterval($"{Name(severity)}_or_above", figures.PerDay(severity, onlyWrong: false));
            WriteInterval($"{Name(severity)}_or_above_wrong", figures.PerDay(severity, onlyWrong: true));
        }

        json.WriteEndObject();
        json.WriteStartObject("recall");
        WriteInterval("workstation_to_workstation", figures.Recall(outcome => outcome.Attack.IsWorkstationToWorkstation));
        WriteInterval("workstation_to_workstation_any_severity", figures.Recall(outcome => outcome.Attack.IsWorkstationToWorkstation, FindingSeverity.Low));
        WriteInterval("workstation_to_workstation_analytic_as_written", figures.RecallOfCar(outcome => outcome.Attack.IsWorkstationToWorkstation));
        WriteInterval("all", figures.Recall(_ => true));
        WriteInterval("all_any_severity", figures.Recall(_ => true, FindingSeverity.Low));
        WriteInterval("all_analytic_as_written", figures.RecallOfCar(_ => true));
        WriteInterval("recorded", figures.Recall(outcome => !outcome.Attack.IsSimulated));
        json.WriteEndObject();
        json.WriteStartObject("precision");
        WriteInterval($"top_{EnterpriseFigures.Top}", figures.PrecisionAtTop);
        WriteInterval("high_or_above", figures.PrecisionOf(FindingSeverity.High));
        WriteInterval("medium_or_above", figures.PrecisionOf(FindingSeverity.Medium));
        json.WriteEndObject();
        WriteInterval("car_activities_per_day_per_thousand_hosts", figures.CarActivitiesPerDay);
        json.WriteStartObject("judge");
        WriteInterval("seconds", figures.JudgeSeconds);
        WriteInterval("events_per_second", figures.EventsPerSecond);
        WriteInterval("mebibytes", figures.JudgeMebibytes);
        json.WriteEndObject();

        json.WriteStartArray("attacks");
        foreach (var recall in figures.ByAttack())
        {
            json.WriteStartObject();
            json.WriteString("name", recall.Name);
            json.WriteString("technique", recall.Technique);
            json.WriteNumber("placed", recall.Placed);
            json.WriteNumber("found", recall.Found);
            json.WriteNumber("found_any_severity", recall.FoundAtAll);
            json.WriteNumber("analytic_as_written", recall.InAnalytic);
            WriteInterval("recall", Interval.OfProportion(recall.Found, recall.Placed));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("kinds");
        foreach (var (kind, severity, right, wrong) in figures.ByKind())
        {
            json.WriteStartObject();
            json.WriteString("kind", Name(kind).Replace('_', '-'));
            json.WriteString("severity", Name(severity));
            json.WriteNumber("right_per_day", right);
            json.WriteNumber("wrong_per_day", wrong);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("seeds");
        foreach (var seed in figures.Seeds) WriteSeed(seed);
        json.WriteEndArray();
        json.WriteEndObject();
        json.Flush();
        output.Write("\n"u8);

        void WriteInterval(string name, Interval interval)
        {
            json.WriteStartObject(name);
            Write("value", interval.Value);
            Write("low", interval.Low);
            Write("high", interval.High);
            json.WriteEndObject();
        }

        void Write(string name, double value)
        {
            if (double.IsFinite(value)) json.WriteNumber(name, Math.Round(value, 6));
            else json.WriteNull(name);
        }

        void WriteSeed(SeedResult seed)
        {
            json.WriteStartObject();
            json.WriteNumber("seed", seed.Seed);
            json.WriteString("digest", seed.Digest);
            json.WriteNumber("activities", seed.Activities);
            json.WriteNumber("contacts", seed.Contacts);
            json.WriteNumber("attacks", seed.Attacks.Count);
            json.WriteNumber("found", seed.Attacks.Count(outcome => outcome.IsFound(EnterpriseFigures.Looked)));
            json.WriteNumber("findings", seed.Findings.Count);
            json.WriteStartArray("looked_at");
            foreach (var judged in seed.Findings.Where(judged => judged.Finding.Severity.IsAtLeast(EnterpriseFigures.Looked))) WriteFinding(judged);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        void WriteFinding(JudgedFinding judged)
        {
            var finding = judged.Finding;
            json.WriteStartObject();
            json.WriteString("kind", Name(finding.Kind).Replace('_', '-'));
            json.WriteString("severity", Name(finding.Severity));
            json.WriteString("confidence", Name(finding.Confidence));
            json.WriteString("client", finding.Client.ToString());
            if (finding.Server is { } server) json.WriteString("server", server.ToString());
            json.WriteString("first_seen", DateTimeOffset.FromUnixTimeMilliseconds(finding.FirstSeenUnixMilliseconds));
            json.WriteString("reason", finding.Reason);
            json.WriteBoolean("right", judged.IsRight);
            json.WriteString("behind", string.Join(", ", judged.IsRight ? judged.Attacks.Select(attack => attack.Name) : judged.Causes));
            json.WriteEndObject();
        }
    }

    private static string Name<T>(T value)
        where T : struct, Enum => SnakeCase<T>.Of(value);
}
