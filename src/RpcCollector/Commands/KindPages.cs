using System.Text;
using RpcCollector.Detection;
using RpcCollector.Detection.Advice;
using RpcCollector.Naming;

namespace RpcCollector.Commands;

/// <summary>Writes what is known of kinds of findings as docs/findings.md has it: the kinds, then what several of them share.</summary>
internal static class KindPages
{
    public static string Markdown(IReadOnlyList<KindAdvice> kinds)
    {
        var text = new StringBuilder();
        foreach (var kind in kinds) Write(text, kind);
        text.Append("### Events, and what must be on for them\n\n| event | log | title | must be on | source |\n|---|---|---|---|---|\n");
        foreach (var known in kinds.SelectMany(kind => kind.Events).Select(lead => lead.Event).Distinct()
            .OrderBy(known => known.Log, StringComparer.Ordinal).ThenBy(known => known.Id))
        {
            text.Append($"| {known.Id} | {Escaped(known.Log)} | {Escaped(known.Title)} | ");
            text.Append($"{Escaped(known.Policy)} | {Link(known.Source)} |\n");
        }

        text.Append("\n### Processes\n\n| process | on | what it does | source |\n|---|---|---|---|\n");
        foreach (var process in kinds.SelectMany(kind => kind.Processes).Distinct()
            .OrderBy(process => process.Name, StringComparer.OrdinalIgnoreCase))
        {
            text.Append($"| `{process.Name}` | {Where(process.On)} | {Escaped(process.What)} | {Link(process.Source)} |\n");
        }

        text.Append("\n### Closing the door\n\nIn place of `MANAGEMENT_HOSTS` write the addresses of the hosts that may.\n");
        foreach (var hardening in kinds.SelectMany(kind => kind.Hardening).Distinct().OrderBy(one => one.Name, StringComparer.Ordinal))
        {
            text.Append($"\n**{Escaped(hardening.Name)}** (set on {Where(hardening.On)}; {Link(hardening.Source)}). ");
            text.Append($"{Escaped(hardening.Prevents)} May break: {Escaped(hardening.Caution)}\n\n");
            text.Append($"```text\n{hardening.How}\n```\n");
        }

        text.Append('\n');
        foreach (var source in kinds.SelectMany(kind => kind.Sources).Distinct().OrderBy(source => source.Name, StringComparer.Ordinal))
            text.Append($"[{source.Name}]: {source.Url}\n");
        return text.ToString();
    }

    private static void Write(StringBuilder text, KindAdvice kind)
    {
        text.Append($"### `{KebabCase<FindingKind>.Of(kind.Kind)}`\n\n{Escaped(kind.Means)}\n\n");
        foreach (var cause in kind.Harmless) text.Append($"* harmless: {Escaped(cause.Text)} {Link(cause.Source)}\n");
        foreach (var cause in kind.Malicious) text.Append($"* malicious: {Escaped(cause.Text)} {Link(cause.Source)}\n");
        text.Append($"\nFor the business: {Escaped(kind.Business)}\n\n");
        text.Append("| ask | speaks for harmless | speaks for malicious |\n|---|---|---|\n");
        foreach (var question in kind.Questions)
            text.Append($"| {Escaped(question.Ask)} | {Escaped(question.Harmless)} | {Escaped(question.Malicious)} |\n");
        text.Append("\nLook at, from two minutes before to five minutes after:\n\n| on | event | read |\n|---|---|---|\n");
        foreach (var lead in kind.Events)
            text.Append($"| {Where(lead.On)} | {lead.Event.Id} {Escaped(ShortLog(lead.Event.Log))} | {Escaped(lead.Read)} |\n");
        text.Append($"\nProcesses: {string.Join(", ", kind.Processes.Select(process => $"`{process.Name}`"))}.\n");
        text.Append($"Closes the door: {Escaped(string.Join("; ", kind.Hardening.Select(hardening => hardening.Name)))}.\n");
        text.Append($"ATT&CK: {string.Join(", ", kind.Techniques)}.\n\n");
    }

    private static string Where(AdviceHost host) => host switch
    {
        AdviceHost.Client => "the client",
        AdviceHost.Server => "the server",
        AdviceHost.DomainControllers => "domain controllers",
        _ => "certificate authorities",
    };

    /// <summary>Microsoft-Windows-Sysmon/Operational is Sysmon.</summary>
    private static string ShortLog(string log) => log.Replace("Microsoft-Windows-", "", StringComparison.Ordinal)
        .Replace("/Operational", "", StringComparison.Ordinal);

    // The addresses stand at the end.
    private static string Link(SourceDocument source) => $"[{source.Name}]";

    private static string Escaped(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal)
        .Replace("|", "\\|", StringComparison.Ordinal).Replace("*", "\\*", StringComparison.Ordinal)
        .Replace("<", "&lt;", StringComparison.Ordinal);
}
