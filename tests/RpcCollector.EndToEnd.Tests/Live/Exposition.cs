using System.Globalization;
using System.Text.RegularExpressions;

namespace RpcCollector.EndToEnd.Tests.Live;

/// <summary>What a metrics endpoint said, in the Prometheus text format.</summary>
internal sealed partial class Exposition(string text)
{
    private readonly List<Sample> _samples =
        [.. text.Split('\n').Select(line => SampleLine().Match(line)).Where(match => match.Success).Select(Read)];

    public string Text => text;

    public IEnumerable<string> Names => _samples.Select(sample => sample.Name).Distinct();

    public IEnumerable<Sample> Samples(string name) => _samples.Where(sample => sample.Name == name);

    /// <summary>The sum over all labels.</summary>
    public double Sum(string name) => Samples(name).Sum(sample => sample.Value);

    private static Sample Read(Match match) => new(
        match.Groups["name"].Value,
        LabelPair().Matches(match.Groups["labels"].Value)
            .ToDictionary(pair => pair.Groups["label"].Value, pair => pair.Groups["value"].Value, StringComparer.Ordinal),
        double.Parse(match.Groups["value"].Value, NumberStyles.Float, CultureInfo.InvariantCulture));

    [GeneratedRegex(
        """^(?<name>[a-zA-Z_:][a-zA-Z0-9_:]*)(\{(?<labels>.*)\})? (?<value>[-+0-9.eE]+)( [0-9.]+)?$""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SampleLine();

    [GeneratedRegex("""(?<label>[a-zA-Z_][a-zA-Z0-9_]*)="(?<value>([^"\\]|\\.)*)",?""", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex LabelPair();
}

/// <summary>One series and its value.</summary>
internal sealed record Sample(string Name, IReadOnlyDictionary<string, string> Labels, double Value)
{
    /// <summary>True for a series of /metrics/findings that names these two hosts.</summary>
    public bool IsOfPair(string client, string server) =>
        Labels.GetValueOrDefault("client") == client && Labels.GetValueOrDefault("server") == server;
}
