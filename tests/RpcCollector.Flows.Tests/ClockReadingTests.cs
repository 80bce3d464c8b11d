using System.Text.RegularExpressions;

namespace RpcCollector.Flows.Tests;

/// <summary>Two clocks would tell two times when one of them is set: the time of day is read in one place.</summary>
public sealed partial class ClockReadingTests
{
    // Who sends exports to a collector is another device, with a clock of its own. And lines of the log have the machine's time, as
    // those of all other programs on it; so have the names of backups, and what is kept when it is judged again, each by a process of
    // its own.
    private static readonly string[] MayRead =
    [
        "ArrivalClock.cs", "LineFormatter.cs", "SendCommand.cs", "SitesCommand.cs", "SyntheticSender.cs", "BackupCommand.cs",
        "RestoreCommand.cs", "BacktestCommand.cs",
    ];

    [Fact]
    public void Time_of_day_is_read_by_the_clock_of_arrivals_alone()
    {
        var source = Path.Combine(SharedData.RepositoryRoot(), "src");
        var files = Directory.EnumerateFiles(source, "*.cs", SearchOption.AllDirectories)
            .Where(file => !IsGenerated(Path.GetRelativePath(source, file))).ToList();
        var readers = files.Where(file => TimeOfDay().IsMatch(File.ReadAllText(file))).Select(Path.GetFileName).ToList();

        Assert.NotEmpty(files);
        Assert.Contains("ArrivalClock.cs", readers);
        Assert.Empty(readers.Except(MayRead));
    }

    private static bool IsGenerated(string file) =>
        file.Split(Path.DirectorySeparatorChar).Any(folder => folder is "obj" or "bin" or "Generated");

    [GeneratedRegex(@"\b(DateTimeOffset|DateTime)\s*\.\s*(UtcNow|Now|Today)\b|\.\s*(GetUtcNow|GetLocalNow)\s*\(",
        RegexOptions.ExplicitCapture, 10_000)]
    private static partial Regex TimeOfDay();
}
