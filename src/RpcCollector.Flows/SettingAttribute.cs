namespace RpcCollector.Flows;

/// <summary>Describes one setting where it is declared: docs/settings.md, `check` and validation all read it from here.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class SettingAttribute(string meaning) : Attribute
{
    /// <summary>What the setting does and what happens beyond its bound, in one sentence.</summary>
    public string Meaning { get; } = meaning;

    /// <summary>Unit of the value, such as "bytes", "seconds", "hh:mm:ss"; empty for none.</summary>
    public string Unit { get; init; } = "";

    /// <summary>Smallest value accepted; TimeSpans in seconds. NaN for none.</summary>
    public double Minimum { get; init; } = double.NaN;

    /// <summary>Largest value accepted; TimeSpans in seconds. NaN for none.</summary>
    public double Maximum { get; init; } = double.NaN;

    /// <summary>True for an address whose path may be a secret: only its host is shown.</summary>
    public bool IsAddressWithSecrets { get; init; }
}
