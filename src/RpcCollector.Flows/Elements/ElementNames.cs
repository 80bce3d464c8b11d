using System.Collections.Frozen;
using System.Globalization;

namespace RpcCollector.Flows.Elements;

/// <summary>Names of Information Elements for people, from IANA's registry.</summary>
internal static class ElementNames
{
    // NetFlow v9 scope types are a number space of their own (RFC 3954, 6.1).
    private static readonly string[] ScopeNames = ["", "scopeSystem", "scopeInterface", "scopeLineCard", "scopeCache", "scopeTemplate"];

    private static readonly Lazy<FrozenDictionary<int, string>> Names = new(Load);

    /// <summary>The name of a field; elements outside the registry are named by enterprise and id.</summary>
    public static string Of(FieldSpecifier field, int version)
    {
        if (version == 9 && field.IsScope && field.ElementId < ScopeNames.Length && field.ElementId != 0)
            return ScopeNames[field.ElementId];
        var isKnown = Names.Value.TryGetValue(field.ElementId, out var name);
        return field.EnterpriseNumber switch
        {
            0 when isKnown => name!,
            InformationElement.ReverseEnterprise when isKnown => "reverse" + char.ToUpperInvariant(name![0]) + name[1..],
            0 => string.Create(CultureInfo.InvariantCulture, $"element{field.ElementId}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"enterprise{field.EnterpriseNumber}Element{field.ElementId}"),
        };
    }

    private static FrozenDictionary<int, string> Load()
    {
        using var stream = typeof(ElementNames).Assembly.GetManifestResourceStream("iana-information-elements.txt")!;
        using var reader = new StreamReader(stream);
        var names = new Dictionary<int, string>();
        while (reader.ReadLine() is { } line)
        {
            if (line.Length == 0 || line[0] == '#') continue;
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            names[int.Parse(line.AsSpan(0, space), CultureInfo.InvariantCulture)] = line[(space + 1)..];
        }

        return names.ToFrozenDictionary();
    }
}
