using System.Globalization;
using System.Reflection;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>One setting as its declaration describes it; unique by its key.</summary>
internal sealed class Setting
{
    private readonly IReadOnlyList<SettingSection> _sections;
    private readonly PropertyInfo _property;

    public Setting(IReadOnlyList<SettingSection> sections, PropertyInfo property, SettingAttribute attribute)
    {
        (_sections, _property) = (sections, property);
        Key = string.Join(':', [CollectorOptions.RootSection, .. sections.Select(s => s.Key), property.Name]);
        IsAddressWithSecrets = attribute.IsAddressWithSecrets;
        (Meaning, Unit, Minimum, Maximum) = (attribute.Meaning, attribute.Unit, attribute.Minimum, attribute.Maximum);
        Default = Format(Read(new CollectorOptions()));
    }

    /// <summary>The full configuration key, such as <c>RpcCollector:Udp:Listen</c>.</summary>
    public string Key { get; }

    /// <summary>The section of a list that it belongs to; null for a setting that is there once.</summary>
    public int? Index => _sections.Select(section => section.Index).FirstOrDefault(index => index is not null);

    /// <summary>True for an address whose path may be a secret: only its host is shown.</summary>
    public bool IsAddressWithSecrets { get; }

    /// <summary>The environment variable that sets it (a list: its first item).</summary>
    public string EnvironmentName => Key.Replace(":", "__", StringComparison.Ordinal) + (IsList ? "__0" : "");

    public string Meaning { get; }

    /// <summary>The unit; empty for none.</summary>
    public string Unit { get; }

    /// <summary>The smallest value accepted, TimeSpans in seconds; NaN for none.</summary>
    public double Minimum { get; }

    /// <summary>The largest value accepted, TimeSpans in seconds; NaN for none.</summary>
    public double Maximum { get; }

    /// <summary>The default as text, as it would be written in a configuration file.</summary>
    public string Default { get; }

    public bool IsList => Type == typeof(List<string>) || Type == typeof(string[]);

    public Type Type => _property.PropertyType;

    /// <summary>The bounds as text, such as <c>1 to 256</c>; empty for none.</summary>
    public string Bounds => (double.IsNaN(Minimum), double.IsNaN(Maximum)) switch
    {
        (false, false) => $"{FormatBound(Minimum)} to {FormatBound(Maximum)}",
        (false, true) => $"{FormatBound(Minimum)} or more",
        (true, false) => $"{FormatBound(Maximum)} or less",
        _ => "",
    };

    public object? Read(CollectorOptions options) => _property.GetValue(Section(options));

    public void Write(CollectorOptions options, object? value) => _property.SetValue(Section(options), value);

    /// <summary>The value as it is shown to people, without what may be a secret.</summary>
    public string Show(CollectorOptions options) =>
        IsAddressWithSecrets ? SinkUrl.Shown((string)Read(options)!) : Format(Read(options));

    /// <summary>A value as it would be written in a configuration file.</summary>
    public static string Format(object? value) => value switch
    {
        null => "",
        IEnumerable<string> list => string.Join(", ", list),
        TimeSpan span when span.Ticks % TimeSpan.TicksPerSecond != 0 => span.ToString("c", CultureInfo.InvariantCulture).TrimEnd('0'),
        TimeSpan span => span.ToString("c", CultureInfo.InvariantCulture),
        bool flag => flag ? "true" : "false",
        Enum name => name.ToString().ToLowerInvariant(),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };

    private string FormatBound(double bound) =>
        Type == typeof(TimeSpan) ? Format(TimeSpan.FromSeconds(bound)) : bound.ToString("0.###", CultureInfo.InvariantCulture);

    private object Section(object options) => _sections.Aggregate(options, (owner, section) => section.Of(owner));
}

/// <summary>A section of the options, or one of a list of them.</summary>
/// <param name="Index">Its place in the list; null for a section that is there once.</param>
internal sealed record SettingSection(PropertyInfo Property, int? Index = null)
{
    public string Key => Index is { } index ? string.Create(CultureInfo.InvariantCulture, $"{Property.Name}:{index}") : Property.Name;

    public object Of(object owner)
    {
        var value = Property.GetValue(owner)!;
        return Index is { } index ? ((Array)value).GetValue(index)! : value;
    }
}
