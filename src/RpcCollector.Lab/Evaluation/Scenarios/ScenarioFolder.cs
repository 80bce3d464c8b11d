using RpcCollector.Files;
using RpcCollector.Flows;
using RpcCollector.Options;

namespace RpcCollector.Lab.Evaluation.Scenarios;

/// <summary>
/// Reads a folder of labelled scenarios: scenarios.csv, and beside it one folder for each scenario with the exports of it.
/// </summary>
internal static class ScenarioFolder
{
    private const string Table = "scenarios.csv";

    /// <exception cref="StartupException">It is no such folder, or a row cannot be read.</exception>
    public static IReadOnlyList<Scenario> Read(string folder)
    {
        var path = Path.Combine(folder, Table);
        if (!File.Exists(path)) throw new StartupException($"{folder}: there is no {Table}");
        if (RegularFile.IsOther(path)) throw new StartupException($"{path}: not a regular file");
        var lines = File.ReadAllLines(path);
        if (lines.Length == 0) throw new StartupException($"{path}: it is empty");

        // 1. Columns by name; further ones are for people.
        var header = lines[0].Split(',');
        var (name, technique, client, server, target) =
            (Column("scenario"), Column("technique"), Column("client"), Column("server"), Array.IndexOf(header, "target"));

        // 2. Rows.
        var rows = new List<(string Name, string Technique, HostAddress Client, HostAddress Server, string Target)>();
        for (var i = 1; i < lines.Length; i++)
        {
            if (string.IsNullOrWhiteSpace(lines[i])) continue;
            var cells = lines[i].Split(',');
            if (cells.Length < header.Length)
                throw new StartupException($"{path}: line {i + 1} has {cells.Length} columns, not {header.Length}");
            rows.Add(
                (cells[name], cells[technique], Address(cells[client], i), Address(cells[server], i), target < 0 ? "" : cells[target]));
        }

        // 3. A victim that is a domain controller in one scenario is one in all.
        var controllers = rows.Where(row => TargetOf(row.Target, row.Technique) == ScenarioTarget.DomainController)
            .Select(row => row.Server).ToHashSet();
        return [.. rows.Select(row => new Scenario(
            row.Name, row.Technique, row.Client, row.Server,
            controllers.Contains(row.Server) ? ScenarioTarget.DomainController : TargetOf(row.Target, row.Technique),
            Exports(Path.Combine(folder, row.Name))))];

        int Column(string wanted) =>
            Array.IndexOf(header, wanted) is >= 0 and var index
            ? index
            : throw new StartupException($"{path}: there is no column {wanted}");

        HostAddress Address(string text, int row) =>
            HostAddress.TryParse(text, out var address)
                ? address
                : throw new StartupException($"{path}: line {row + 1}: '{text}' is no address");
    }

    private static List<string> Exports(string folder)
    {
        if (!Directory.Exists(folder)) throw new StartupException($"{folder}: there is no such folder, though {Table} names it");
        return [.. Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal)];
    }

    // Where the table does not say: replication and Zerologon only make sense against a controller, PrintNightmare is used against servers.
    private static ScenarioTarget TargetOf(string stated, string technique) => stated switch
    {
        "domain-controller" => ScenarioTarget.DomainController,
        "server" => ScenarioTarget.Server,
        "workstation" => ScenarioTarget.Workstation,
        _ when technique.Contains("T1003.006", StringComparison.Ordinal) || technique.Contains("CVE-2020-1472", StringComparison.Ordinal) =>
            ScenarioTarget.DomainController,
        _ when technique.Contains("CVE-2021-1675", StringComparison.Ordinal) => ScenarioTarget.Server,
        _ => ScenarioTarget.Workstation,
    };
}
