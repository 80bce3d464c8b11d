using System.Text.Json;
using System.Text.Json.Serialization;
using RpcCollector.Options;

namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>The table of tricks as it is printed; what has no value is null.</summary>
internal sealed record AdversaryReport(
    bool Synthetic, int Hosts, int Days, int LearningDays, IReadOnlyList<ulong> Seeds, IReadOnlyList<TrickJson> Tricks)
{
    /// <summary>The share of moves between workstations that is to be found whatever cheap trick is played.</summary>
    public const double Aim = 0.95;

    /// <summary>Tricks that are cheap, and under which less of the moves between workstations is found than is aimed for.</summary>
    public IReadOnlyList<string> ShortOfAim => [.. Tricks.Where(trick => trick.IsShort).Select(trick => trick.Name)];

    public static AdversaryReport From(AdversaryFigures figures) => new(
        Synthetic: true, figures.Shape.Hosts, figures.Shape.Days, figures.Shape.LearningDays, figures.Seeds,
        [.. figures.Rows.Select(TrickJson.From)]);

    /// <summary>Reads what <c>--format json</c> wrote.</summary>
    /// <exception cref="StartupException">It cannot be read; the file is named.</exception>
    public static AdversaryReport Read(string path)
    {
        try
        {
            using var file = File.OpenRead(path);
            return JsonSerializer.Deserialize(file, AdversaryJson.Default.AdversaryReport)
                ?? throw new StartupException($"{path}: it holds no results of evaluate adversary");
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException or JsonException)
        {
            throw new StartupException($"{path}: {failure.Message}", failure);
        }
    }

    /// <summary>Results of several seeds, run apart, as one; they must be of networks of one shape.</summary>
    /// <exception cref="StartupException">They are not, or a seed is in two.</exception>
    public static AdversaryReport Together(IReadOnlyList<AdversaryReport> reports)
    {
        var first = reports[0];
        if (reports.Any(report => (report.Hosts, report.Days, report.LearningDays) != (first.Hosts, first.Days, first.LearningDays)))
            throw new StartupException("results of networks of different hosts or days cannot be put together");
        var seeds = reports.SelectMany(report => report.Seeds).Order().ToList();
        if (seeds.Distinct().Count() != seeds.Count) throw new StartupException("results of one seed cannot be put together twice");
        var tricks = reports.SelectMany(report => report.Tricks).GroupBy(trick => trick.Name, StringComparer.Ordinal);
        return first with { Seeds = seeds, Tricks = [.. tricks.Select(trick => TrickJson.Together([.. trick]))] };
    }
}

/// <summary>Generated, so that the program can be trimmed.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, WriteIndented = true)]
[JsonSerializable(typeof(AdversaryReport))]
internal sealed partial class AdversaryJson : JsonSerializerContext;
