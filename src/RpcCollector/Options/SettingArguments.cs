namespace RpcCollector.Options;

/// <summary>
/// Separates the settings on a command line (<c>--Udp:Listen:0=…</c>) from its words and options: a setting's name has a colon.
/// </summary>
internal static class SettingArguments
{
    /// <summary>Splits a command line; settings come back with their full key, as <c>--RpcCollector:Udp:Listen:0=…</c>.</summary>
    public static (List<string> Words, List<string> Settings) Split(IReadOnlyList<string> arguments)
    {
        var (words, settings) = (new List<string>(), new List<string>());
        for (var i = 0; i < arguments.Count; i++)
        {
            var argument = arguments[i];
            if (argument is "--")
            {
                words.AddRange(arguments.Skip(i));
                break;
            }

            var equals = argument.IndexOf('=', StringComparison.Ordinal);
            var name = equals < 0 ? argument : argument[..equals];
            if (!name.StartsWith("--", StringComparison.Ordinal) || !name.Contains(':', StringComparison.Ordinal))
            {
                words.Add(argument);
                continue;
            }

            // The value follows the equals sign or is the next word.
            var value = equals >= 0 ? argument[(equals + 1)..] : i + 1 < arguments.Count ? arguments[++i] : "";
            settings.Add($"--{FullKey(name[2..])}={value}");
        }

        return (words, settings);
    }

    // Logging is the framework's own section, of which LogSettings names what is heeded; anything else is ours, and reported with its
    // full name if it is unknown.
    private static string FullKey(string key)
    {
        var first = key[..key.IndexOf(':', StringComparison.Ordinal)];
        return first.Equals(CollectorOptions.RootSection, StringComparison.OrdinalIgnoreCase)
            || first.Equals(LogSettings.RootSection, StringComparison.OrdinalIgnoreCase)
            ? key
            : $"{CollectorOptions.RootSection}:{key}";
    }
}
