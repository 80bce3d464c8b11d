using System.ComponentModel.DataAnnotations;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Every setting, read from the declarations: the only list for the table of docs/settings.md, <c>check</c> and validation.</summary>
[UnconditionalSuppressMessage(
    "Trimming", "IL2070",
    Justification =
    "Options classes are of the product's own assemblies, which are kept whole when the rest is trimmed (TrimmerRootAssembly in " +
    "RpcCollector.csproj).")]
internal static class SettingCatalog
{
    /// <summary>In the order of declaration.</summary>
    public static IReadOnlyList<Setting> Settings { get; } = [.. Find(typeof(CollectorOptions), [])];

    /// <summary>The names of the sections right below the root.</summary>
    public static IReadOnlyList<string> Sections { get; } = [.. SectionProperties(typeof(CollectorOptions)).Select(p => p.Name)];

    /// <summary>Each options object that validates itself, with its key, outermost first.</summary>
    public static IEnumerable<(string Key, IValidatableObject Section)> Validatable(CollectorOptions options) =>
        Validatable(CollectorOptions.RootSection, options);

    private static IEnumerable<(string Key, IValidatableObject Section)> Validatable(string key, object section)
    {
        if (section is IValidatableObject validatable) yield return (key, validatable);
        foreach (var property in SectionProperties(section.GetType()))
        {
            foreach (var inner in Validatable($"{key}:{property.Name}", property.GetValue(section)!)) yield return inner;
        }
    }

    private static IEnumerable<Setting> Find(Type type, PropertyInfo[] sections)
    {
        foreach (var property in type.GetProperties())
        {
            if (property.GetCustomAttribute<SettingAttribute>() is { } attribute) yield return new Setting(sections, property, attribute);
            else if (IsSection(property))
                foreach (var setting in Find(property.PropertyType, [.. sections, property])) yield return setting;
        }
    }

    private static IEnumerable<PropertyInfo> SectionProperties(Type type) => type.GetProperties().Where(IsSection);

    // A section is an options object of ours that is made with its owner.
    private static bool IsSection(PropertyInfo property) =>
        property.GetIndexParameters().Length == 0
        && property.PropertyType is { IsClass: true, Namespace: { } space }
        && space.StartsWith(nameof(RpcCollector), StringComparison.Ordinal)
        && property.GetCustomAttribute<SettingAttribute>() is null;
}
