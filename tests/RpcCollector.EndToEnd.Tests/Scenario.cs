using System.Globalization;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>One recorded attack of scenarios.csv; unique by its name.</summary>
/// <param name="MapperFlows">How many connections to TCP 135 the packets show.</param>
/// <param name="DynamicFlows">How many connections to a dynamic port of the victim they show.</param>
/// <param name="BestDeltaSeconds">From a mapper flow to the endpoint flow nearest to it; null where there is no such pair.</param>
/// <param name="CarPairs">How many pairs CAR-2014-05-001's pseudocode finds in the packets.</param>
internal sealed record Scenario(
    string Name, string Client, string Server, int MapperFlows, int DynamicFlows, double? BestDeltaSeconds, int CarPairs)
{
    public static IReadOnlyList<Scenario> All { get; } = SharedData.IsPresent ? Read() : [];

    public static Scenario Named(string name) => All.Single(scenario => scenario.Name == name);

    public bool IsBetween(Activity activity) => (activity.Client, activity.Server) == (Client, Server);

    /// <summary>
    /// What softflowd exported of the scenario, without the extension: of one sensor, or of two that saw it both; not as biflows.
    /// </summary>
    public IEnumerable<string> Exports() =>
        Directory.EnumerateFiles(SharedData.PathOf("scenarios", Name), "*.pcap").Select(path => Path.GetFileNameWithoutExtension(path)!)
            .Where(export => !export.Contains("biflow", StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    /// <summary>The exports in one format: of the one sensor, or of both.</summary>
    /// <param name="format">netflow5, netflow9, ipfix or ipfix-biflow.</param>
    public string[] FilesOf(string format) =>
        [.. Directory.EnumerateFiles(SharedData.PathOf("scenarios", Name), "*.pcap")
            .Where(path => IsOf(Path.GetFileNameWithoutExtension(path), format)).Order(StringComparer.Ordinal)];

    private static bool IsOf(string export, string format) =>
        export == format || export.StartsWith(format + "-sensor-", StringComparison.Ordinal);

    public string PathOf(string export) => SharedData.PathOf("scenarios", Name, export + ".pcap");

    private static Scenario[] Read()
    {
        var lines = File.ReadAllLines(SharedData.PathOf("scenarios", "scenarios.csv"));
        var columns = lines[0].Split(',').Index().ToDictionary(column => column.Item, column => column.Index, StringComparer.Ordinal);
        return [.. lines[1..].Select(line => line.Split(',')).Select(cells =>
        {
            string Cell(string name) => cells[columns[name]];
            int Number(string name) => int.Parse(Cell(name), CultureInfo.InvariantCulture);
            double? delta = double.TryParse(Cell("best_delta_s"), CultureInfo.InvariantCulture, out var seconds) ? seconds : null;
            return new Scenario(
                Cell("scenario"), Cell("client"), Cell("server"), Number("mapper_flows"), Number("dynamic_flows"), delta,
                Number("car_pairs"));
        })];
    }
}
