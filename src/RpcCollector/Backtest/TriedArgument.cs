using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Options;

namespace RpcCollector.Backtest;

/// <summary>One setting that is tried, as it was given: by its name, with its value.</summary>
/// <param name="Name">As it was typed.</param>
/// <param name="Key">As the catalogue has it, with the place in a list.</param>
/// <param name="List">The list that it is an entry of; null when it is none.</param>
/// <param name="Place">Its place in the list; null for one that is added.</param>
internal sealed record TriedArgument(string Name, string Value, string Key, Setting? List, int? Place)
{
    private const string Section = nameof(CollectorOptions.Judgement);
    private const string Prefix = $"{CollectorOptions.RootSection}:{Section}:";
    private const string Switch = $"{Prefix}{nameof(JudgementOptions.Enabled)}";

    public bool IsAdded => List is not null && Place is null;

    /// <param name="text">Such as Judgement:SweepServers=3.</param>
    /// <exception cref="StartupException">It is no setting of the judgement.</exception>
    public static TriedArgument Parse(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new StartupException($"--set {text}: not of the form Judgement:Name=value");
        var (name, value) = (text[..equals].Trim(), text[(equals + 1)..].Trim());
        var full = name.StartsWith($"{CollectorOptions.RootSection}:", StringComparison.OrdinalIgnoreCase)
            ? name
            : $"{CollectorOptions.RootSection}:{name}";
        if (Find(name, value, full) is not { } found) throw new StartupException($"--set {name}: {Unknown(name, full)}");
        if (found.Key.Equals(Switch, StringComparison.Ordinal))
            throw new StartupException($"--set {name}: cannot be tried: without judgement there are no findings to compare");
        return found;
    }

    /// <returns>Null when the judgement has no such setting.</returns>
    private static TriedArgument? Find(string name, string value, string full)
    {
        foreach (var setting in SettingCatalog.Settings)
        {
            if (!setting.Key.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            if (full.Equals(setting.Key, StringComparison.OrdinalIgnoreCase))
                return new TriedArgument(name, value, setting.Key, setting.IsList ? setting : null, Place: null);
            if (setting.IsList && full.StartsWith(setting.Key + ":", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(full.AsSpan(setting.Key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place))
            {
                var key = string.Create(CultureInfo.InvariantCulture, $"{setting.Key}:{place}");
                return new TriedArgument(name, value, key, setting, place);
            }
        }

        return null;
    }

    private static string Unknown(string name, string full)
    {
        if (SettingCatalog.Settings.Any(setting => setting.Key.Equals(full, StringComparison.OrdinalIgnoreCase)))
            return $"only settings of {Section} can be tried: the others change what comes in, or where it goes";
        var known = SettingCatalog.Settings.Select(setting => setting.Key)
            .Where(key => key.StartsWith(Prefix, StringComparison.Ordinal)).Select(key => key[Prefix.Length..]).ToList();
        var last = name[(name.IndexOf(':', StringComparison.Ordinal) + 1)..];
        var nearest = known.Find(key => key.Equals(last, StringComparison.OrdinalIgnoreCase)) ?? NearestName.Of(last, known);
        return nearest is null
            ? $"no such setting; 'check' lists those of {Section}"
            : $"no such setting of {Section}; did you mean {Section}:{nearest}?";
    }
}
