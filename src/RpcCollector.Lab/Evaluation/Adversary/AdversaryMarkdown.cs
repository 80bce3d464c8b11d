namespace RpcCollector.Lab.Evaluation.Adversary;

/// <summary>
/// Writes the table of docs/detection.md: each trick, its cost, and what came of it, beside what another build made of it.
/// </summary>
internal static class AdversaryMarkdown
{
    /// <param name="before">What another build made of the same; null where there is nothing to compare with.</param>
    public static void Write(TextWriter to, AdversaryReport report, AdversaryReport? before)
    {
        var header = before is null
            ? "| trick (synthetic) | own hosts | forged | days | packets | workstations | 95 % | on servers | from servers | kept |"
            : "| trick (synthetic) | own hosts | forged | days | packets | workstations: before | now | 95 % | on servers: before | now " +
                "| from servers: before | now | kept: before | now |";
        to.WriteLine(header);
        to.WriteLine(string.Concat(Enumerable.Repeat("|---", header.Count(sign => sign == '|') - 1)) + "|");
        var part = "";
        foreach (var trick in report.Tricks)
        {
            if (!trick.Part.Equals(part, StringComparison.Ordinal))
                to.WriteLine($"| *{part = trick.Part}* {string.Concat(Enumerable.Repeat("| ", header.Count(sign => sign == '|') - 2))}|");
            to.WriteLine(before is null ? Row(trick) : Row(trick, Of(before, trick.Name)));
        }
    }

    private static string Row(TrickJson trick) =>
        $"{Cost(trick)} {trick.BetweenWorkstations.Found} | {Range(trick.BetweenWorkstations.Found)} | {trick.OnServers.Found} " +
        $"| {trick.FromServers.Found} | {trick.Kept} |";

    private static string Row(TrickJson trick, TrickJson? before) =>
        $"{Cost(trick)} {before?.BetweenWorkstations.Found} | {trick.BetweenWorkstations.Found} " +
        $"| {Range(trick.BetweenWorkstations.Found)} | {before?.OnServers.Found} | {trick.OnServers.Found} " +
        $"| {before?.FromServers.Found} | {trick.FromServers.Found} | {before?.Kept} | {trick.Kept} |";

    private static TrickJson? Of(AdversaryReport report, string name) =>
        report.Tricks.FirstOrDefault(trick => trick.Name.Equals(name, StringComparison.Ordinal));

    private static string Cost(TrickJson trick) =>
        $"| {trick.Name} | {trick.Cost.OwnHosts} | {trick.Cost.ForgedHosts:#,0} | {trick.Cost.Days} | {trick.Cost.Packets:#,0} " +
        $"{(trick.Cost.IsForAll ? "in all " : "")}|";

    private static string Range(TrialsJson trials) => trials.Of == 0 ? "" : $"{trials.Low:0 %} to {trials.High:0 %}";
}
