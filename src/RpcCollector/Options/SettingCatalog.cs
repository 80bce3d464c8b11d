using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Every setting, read from the declarations: the only list for docs/settings.md, <c>check</c> and validation.</summary>
[UnconditionalSuppressMessage(
    "Trimming", "IL2070",
    Justification =
    "Options classes are of the product's own assemblies, which are kept whole when the rest is trimmed (TrimmerRootAssembly in " +
    "RpcCollector.csproj).")]
internal static class SettingCatalog
{
    /// <summary>In the order of declaration; those of a list of sections once for each.</summary>
    public static IReadOnlyList<Setting> Settings { get; } = [.. Find(typeof(CollectorOptions), [])];

    /// <summary>The same, those of a list of sections once.</summary>
    public static IEnumerable<Setting> Distinct => Settings.Where(setting => setting.Index is null or 0);

    /// <summary>The names of the sections right below the root.</summary>
    public static IReadOnlyList<string> Sections { get; } = [.. SectionProperties(typeof(CollectorOptions)).Select(p => p.Name)];

    /// <summary>Each options object that validates itself, with its key, outermost first.</summary>
    public static IEnumerable<(string Key, IValidatableObject Section)> Validatable(CollectorOptions options) =>
        Validatable(CollectorOptions.RootSection, options);

    private static IEnumerable<(string Key, IValidatableObject Section)> Validatable(string key, object section)
    {
        if (section is IValidatableObject validatable) yield return (key, validatable);
        foreach (var inner in SectionProperties(section.GetType()).SelectMany(SectionsOf))
        {
            foreach (var found in Validatable($"{key}:{inner.Key}", inner.Of(section))) yield return found;
        }
    }

    private static IEnumerable<Setting> Find(Type type, SettingSection[] sections)
    {
        foreach (var property in type.GetProperties())
        {
            if (property.GetCustomAttribute<SettingAttribute>() is { } attribute) yield return new Setting(sections, property, attribute);
            else if (IsSection(property))
            {
                foreach (var section in SectionsOf(property))
                    foreach (var setting in Find(TypeOf(property), [.. sections, section])) yield return setting;
            }
        }
    }

    private static IEnumerable<PropertyInfo> SectionProperties(Type type) => type.GetProperties().Where(IsSection);

    /// <summary>The section itself, or each of a list of them.</summary>
    private static IEnumerable<SettingSection> SectionsOf(PropertyInfo property) => property.PropertyType.IsArray
        ? Enumerable.Range(0, CollectorOptions.MaxSinks).Select(index => new SettingSection(property, index))
        : [new SettingSection(property)];

    private static Type TypeOf(PropertyInfo property) => property.PropertyType.GetElementType() ?? property.PropertyType;

    // A section is an options object of ours that is made with its owner, or an array of them.
    private static bool IsSection(PropertyInfo property) =>
        property.GetIndexParameters().Length == 0
        && TypeOf(property) is { IsClass: true, Namespace: { } space }
        && space.StartsWith(nameof(RpcCollector), StringComparison.Ordinal)
        && property.GetCustomAttribute<SettingAttribute>() is null;
}
