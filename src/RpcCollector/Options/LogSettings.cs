namespace RpcCollector.Options;

/// <summary>
/// What of the framework's section <c>Logging</c> is heeded; the rest of it is refused, so that nothing is ignored in silence.
/// </summary>
internal static class LogSettings
{
    public const string RootSection = "Logging";

    public const string FormatterKey = "Logging:Console:FormatterName";

    /// <summary>One line for people.</summary>
    public const string Simple = "simple";

    /// <summary>One JSON object a line.</summary>
    public const string Json = "json";

    /// <summary>One line with the priority that the journal of systemd reads.</summary>
    public const string Systemd = "systemd";

    private const string Levels = "Logging:LogLevel:";
    private const string ConsoleLevels = "Logging:Console:LogLevel:";
    private const string StandardErrorKey = "Logging:Console:LogToStandardErrorThreshold";

    private static readonly string[] Formatters = [Simple, Json, Systemd];
    private static readonly string[] LevelNames = Enum.GetNames<LogLevel>();
    private static readonly string[] Keys = [FormatterKey, StandardErrorKey, Levels + "Default", ConsoleLevels + "Default"];

    /// <summary>The formatter that the settings name; null when they leave it open.</summary>
    public static string? Formatter(IConfiguration configuration) =>
        configuration[FormatterKey] is { Length: > 0 } name ? Formatters.FirstOrDefault(known => Is(known, name)) : null;

    /// <summary>The name that a mistyped one most likely meant; null when none is near.</summary>
    public static string? NearestOf(string key) => NearestName.Of(key, Keys);

    /// <summary>One line for each name that is no setting, and for each value that is none.</summary>
    public static IEnumerable<string> Errors(IConfiguration configuration)
    {
        foreach (var (key, value) in configuration.GetSection(RootSection).AsEnumerable())
        {
            if (value is null) continue;
            var wrong = Is(key, FormatterKey)
                ? Expect(key, value, Formatters)
                : Is(key, StandardErrorKey) || IsLevel(key) ? Expect(key, value, LevelNames) : Unknown(key);
            if (wrong is not null) yield return wrong;
        }
    }

    private static string? Expect(string key, string value, string[] known)
    {
        if (value.Length == 0 || known.Any(name => Is(name, value))) return null;
        var nearest = NearestName.Of(value, known) is { } name ? $"; did you mean {name}?" : "";
        return $"{key}: '{value}' is not one of {string.Join(", ", known)}{nearest}";
    }

    private static string Unknown(string key) =>
        $"{key}: no such setting{(NearestOf(key) is { } nearest ? $"; did you mean {nearest}?" : "")}";

    // Behind it is the name of a category, whatever that is.
    private static bool IsLevel(string key) =>
        key.StartsWith(Levels, StringComparison.OrdinalIgnoreCase) || key.StartsWith(ConsoleLevels, StringComparison.OrdinalIgnoreCase);

    private static bool Is(string left, string right) => left.Equals(right, StringComparison.OrdinalIgnoreCase);
}
