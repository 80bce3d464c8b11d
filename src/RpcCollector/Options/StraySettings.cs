using System.Collections;
using Microsoft.Extensions.Configuration.Json;

namespace RpcCollector.Options;

/// <summary>
/// Finds settings in places where nobody reads them: in a file outside its two sections, in the environment under a name that is nearly
/// ours.
/// </summary>
internal static class StraySettings
{
    private const string Separator = "__";

    // What an editor reads of the file.
    private const string Schema = "$schema";

    /// <summary>One line for each name, with the setting that it most likely means.</summary>
    public static IEnumerable<string> Errors(IConfigurationRoot configuration) =>
        InFiles(configuration).Concat(InEnvironment(Names(Environment.GetEnvironmentVariables()))).Distinct(StringComparer.Ordinal);

    /// <summary>
    /// Those of the environment: a misspelt first part, as in <c>RpcColector__Http__Port</c>, or a single underscore where there must be
    /// two. Other programs' variables are none of our business.
    /// </summary>
    public static IEnumerable<string> InEnvironment(IEnumerable<string> names)
    {
        foreach (var name in names)
        {
            if (MeantBy(name) is { } meant) yield return $"{name}: no such setting; did you mean {meant}?";
        }
    }

    private static IEnumerable<string> InFiles(IConfigurationRoot configuration) =>
        from provider in configuration.Providers.OfType<JsonConfigurationProvider>()
        from section in provider.GetChildKeys([], parentPath: null).Distinct(StringComparer.OrdinalIgnoreCase)
        where !Is(section, CollectorOptions.RootSection) && !Is(section, LogSettings.RootSection) && !Is(section, Schema)
        from key in Leaves(provider, section)
        select Line(key, provider.Source.Path ?? "the file");

    private static string Line(string key, string file)
    {
        // The number of a list's item says nothing about its name.
        var name = int.TryParse(key[(key.LastIndexOf(':') + 1)..], out _) ? key[..key.LastIndexOf(':')] : key;
        var keys = SettingCatalog.Settings.Select(setting => setting.Key).ToList();
        var full = $"{CollectorOptions.RootSection}:{name}";
        var nearest = keys.Find(known => Is(known, full))
            ?? keys.Find(known => known.EndsWith(":" + name, StringComparison.OrdinalIgnoreCase))
            ?? (IsOfAnother(name) ? null : NearestName.Of(full, keys) ?? NearestName.Of(name, keys)) ?? LogSettings.NearestOf(name);
        var advice = nearest is null ? $"settings are below {CollectorOptions.RootSection}" : $"did you mean {nearest}?";
        return $"{name}: no such setting, in {file}; {advice}";
    }

    /// <summary>True where its section is none of ours, nor nearly: then it means none of our settings.</summary>
    private static bool IsOfAnother(string name) => name.IndexOf(':', StringComparison.Ordinal) is >= 0 and var end
        && NearestName.Of(name[..end], [CollectorOptions.RootSection, .. SettingCatalog.Sections]) is null;

    private static IEnumerable<string> Leaves(JsonConfigurationProvider provider, string key)
    {
        var children = provider.GetChildKeys([], key).Distinct(StringComparer.OrdinalIgnoreCase).ToList();
        if (children.Count == 0) return provider.TryGet(key, out var value) && value is not null ? [key] : [];
        return children.SelectMany(child => Leaves(provider, $"{key}:{child}"));
    }

    private static string? MeantBy(string name)
    {
        var end = name.IndexOf(Separator, StringComparison.Ordinal);
        if (end <= 0) return SettingCatalog.Settings.Select(setting => setting.EnvironmentName)
            .FirstOrDefault(known => Is(known.Replace(Separator, "_", StringComparison.Ordinal), name));
        var first = name[..end];
        var letters = first.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal);
        if (Is(first, CollectorOptions.RootSection) || letters.Length == 0 || char.ToUpperInvariant(letters[0]) != 'R'
            || NearestName.Of(letters, [CollectorOptions.RootSection]) is null) return null;
        var full = CollectorOptions.RootSection + name[end..];
        return NearestName.Of(full, SettingCatalog.Settings.Select(setting => setting.EnvironmentName)) ?? full;
    }

    private static IEnumerable<string> Names(IDictionary variables) => variables.Keys.Cast<string>().Order(StringComparer.Ordinal);

    private static bool Is(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
