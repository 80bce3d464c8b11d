using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Options;

namespace RpcCollector.Backtest;

/// <summary>The settings that a person tries: those of the judgement, and no others.</summary>
internal static class TriedSettings
{
    private const string Section = nameof(CollectorOptions.Judgement);
    private const string Prefix = $"{CollectorOptions.RootSection}:{Section}:";
    private const string Switch = $"{Prefix}{nameof(JudgementOptions.Enabled)}";

    /// <summary>All settings, with what is tried in the place of what is.</summary>
    /// <param name="settings">Those of the command line, as the other commands have them.</param>
    /// <param name="tried">Such as Judgement:SweepServers=3.</param>
    /// <exception cref="StartupException">One is no setting of the judgement, or its value is wrong.</exception>
    public static CollectorOptions Read(IReadOnlyList<string> settings, IReadOnlyList<string> tried)
    {
        string[] arguments = [.. tried.Select(Argument)];
        return EffectiveSettings.Read([.. settings, .. arguments]).Options;
    }

    /// <summary>Those of the judgement whose values differ: by name, as they are and as they are tried.</summary>
    public static IReadOnlyList<TriedSetting> Differences(CollectorOptions present, CollectorOptions tried) =>
        [
            .. SettingCatalog.Settings.Where(setting => setting.Key.StartsWith(Prefix, StringComparison.Ordinal))
                .Select(setting => new TriedSetting(
                    setting.Key[(CollectorOptions.RootSection.Length + 1)..], setting.Show(present), setting.Show(tried)))
                .Where(setting => !setting.Present.Equals(setting.Tried, StringComparison.Ordinal)),
        ];

    private static string Argument(string text)
    {
        var equals = text.IndexOf('=', StringComparison.Ordinal);
        if (equals <= 0) throw new StartupException($"--set {text}: not of the form Judgement:Name=value");
        var (name, value) = (text[..equals].Trim(), text[(equals + 1)..]);
        var full = name.StartsWith($"{CollectorOptions.RootSection}:", StringComparison.OrdinalIgnoreCase)
            ? name
            : $"{CollectorOptions.RootSection}:{name}";
        if (Find(full) is not { } key) throw new StartupException($"--set {name}: {Unknown(name, full)}");
        if (key.Equals(Switch, StringComparison.Ordinal))
            throw new StartupException($"--set {name}: without judgement there are no findings to compare");
        return $"--{key}={value}";
    }

    /// <returns>The key as the catalogue has it; null when the judgement has no such setting.</returns>
    private static string? Find(string full)
    {
        foreach (var setting in SettingCatalog.Settings)
        {
            if (!setting.Key.StartsWith(Prefix, StringComparison.Ordinal)) continue;
            if (full.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)) return setting.Key;
            if (setting.IsList && full.StartsWith(setting.Key + ":", StringComparison.OrdinalIgnoreCase)
                && int.TryParse(full.AsSpan(setting.Key.Length + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var place))
                return string.Create(CultureInfo.InvariantCulture, $"{setting.Key}:{place}");
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

/// <summary>A setting of the judgement that differs.</summary>
/// <param name="Present">Its value as it is.</param>
internal sealed record TriedSetting(string Name, string Present, string Tried);
