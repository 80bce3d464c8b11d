using System.ComponentModel.DataAnnotations;
using System.Globalization;

namespace RpcCollector.Options;

/// <summary>Turns the configuration into options, and every mistake in it into one line that names its setting.</summary>
/// <remarks>
/// Replaces the framework's binder, which stops at the first bad value, ignores unknown names, and adds to a default list instead of
/// replacing it.
/// </remarks>
internal sealed class SettingBinder(IConfiguration configuration)
{
    // What was a setting once, and what to do without it.
    private static readonly Dictionary<string, string> Gone = new(StringComparer.OrdinalIgnoreCase)
    {
        [$"{CollectorOptions.RootSection}:{nameof(CollectorOptions.Metrics)}:OtlpEndpoint"] =
            "metrics are no longer pushed over OTLP; have /metrics scraped",
    };

    private readonly List<string> _errors = [];

    public static (CollectorOptions Options, IReadOnlyList<string> Errors) Bind(IConfiguration configuration) =>
        new SettingBinder(configuration).Bind();

    private (CollectorOptions Options, IReadOnlyList<string> Errors) Bind()
    {
        var options = new CollectorOptions();

        // 1. Each setting that is given.
        foreach (var setting in SettingCatalog.Settings) BindOne(setting, options);

        // 2. Names that are no settings.
        foreach (var (key, value) in configuration.GetSection(CollectorOptions.RootSection).AsEnumerable())
        {
            if (value is not null && !IsKnown(key)) _errors.Add(Unknown(key));
        }

        // 3. Rules for a section as a whole.
        foreach (var (key, section) in SettingCatalog.Validatable(options))
        {
            foreach (var result in section.Validate(new ValidationContext(section, key, serviceProvider: null, items: null)))
            {
                var names = result.MemberNames.Select(member => $"{key}:{member}").DefaultIfEmpty(key);
                _errors.Add($"{string.Join(", ", names)}: {result.ErrorMessage}");
            }
        }

        return (options, _errors);
    }

    private void BindOne(Setting setting, CollectorOptions options)
    {
        var section = configuration.GetSection(setting.Key);
        if (setting.IsList)
        {
            BindList(setting, section, options);
        }
        else if (section.Value is { } text)
        {
            if (SettingValue.TryParse(setting, text, out var value, out var problem)) setting.Write(options, value);
            else _errors.Add($"{setting.Key}: {problem}");
        }
    }

    // A list is given as numbered keys, or as one value with commas.
    private static void BindList(Setting setting, IConfigurationSection section, CollectorOptions options)
    {
        var items = section.GetChildren().Where(item => IsNumber(item.Key) && item.Value is not null).Select(item => item.Value!.Trim())
            .ToList();
        if (items.Count == 0 && section.Value is { } text)
            items = [.. text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)];
        else if (items.Count == 0) return;
        setting.Write(options, setting.Type == typeof(string[]) ? items.ToArray() : items);
    }

    private static bool IsKnown(string key)
    {
        foreach (var setting in SettingCatalog.Settings)
        {
            if (key.Equals(setting.Key, StringComparison.OrdinalIgnoreCase)) return true;
            if (setting.IsList && key.StartsWith(setting.Key + ":", StringComparison.OrdinalIgnoreCase)
                && IsNumber(key[(setting.Key.Length + 1)..])) return true;
        }

        return false;
    }

    private static string Unknown(string key)
    {
        if (Gone.TryGetValue(key, out var advice)) return $"{key}: no such setting any more: {advice}";
        var keys = SettingCatalog.Settings.Select(s => s.Key).ToList();
        var last = key[(key.LastIndexOf(':') + 1)..];
        var nearest = keys.Find(k => k.EndsWith(":" + last, StringComparison.OrdinalIgnoreCase)) ?? NearestName.Of(key, keys)
            ?? LogSettings.NearestOf(key[(CollectorOptions.RootSection.Length + 1)..]);
        return nearest is null ? $"{key}: no such setting" : $"{key}: no such setting; did you mean {nearest}?";
    }

    private static bool IsNumber(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out _);
}
