using System.Globalization;

namespace RpcCollector.Options;

/// <summary>Reads the text of one value as the type of its setting.</summary>
internal static class SettingValue
{
    /// <summary>The value, or a sentence that says what is wrong with the text.</summary>
    public static bool TryParse(Setting setting, string text, out object? value, out string problem)
    {
        (value, problem) = (text, "");
        if (setting.Type == typeof(string)) return true;
        if (!TryRead(setting.Type, text.Trim(), out var parsed, out var size))
        {
            problem = $"'{text}' is not {Wanted(setting.Type)}{Expectation(setting)}";
            return false;
        }

        value = parsed;
        if (!(size < setting.Minimum) && !(size > setting.Maximum)) return true;
        problem = $"{text} is out of bounds{Expectation(setting)}";
        return false;
    }

    private static bool TryRead(Type type, string text, out object value, out double size)
    {
        (value, size) = (text, double.NaN);
        var culture = CultureInfo.InvariantCulture;
        if (type == typeof(int) && int.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var number))
            (value, size) = (number, number);
        else if (type == typeof(long) && long.TryParse(text, NumberStyles.AllowLeadingSign, culture, out var large))
            (value, size) = (large, large);
        else if (type == typeof(double) && double.TryParse(text, NumberStyles.Float, culture, out var real) && double.IsFinite(real))
            (value, size) = (real, real);
        // TimeSpan alone would read "2" as two days.
        else if (type == typeof(TimeSpan) && text.Contains(':') && TimeSpan.TryParse(text, culture, out var span))
            (value, size) = (span, span.TotalSeconds);
        else if (type == typeof(bool) && bool.TryParse(text, out var flag)) value = flag;
        else if (type.IsEnum && Enum.TryParse(type, text, ignoreCase: true, out var name) && Enum.IsDefined(type, name!)) value = name!;
        else return false;
        return true;
    }

    private static string Wanted(Type type) =>
        type == typeof(int) || type == typeof(long) ? "a whole number"
        : type == typeof(double) ? "a number"
        : type == typeof(TimeSpan) ? "a time span, written hh:mm:ss or d.hh:mm:ss"
        : type == typeof(bool) ? "true or false"
        : $"one of {string.Join(", ", Enum.GetNames(type).Select(name => name.ToLowerInvariant()))}";

    private static string Expectation(Setting setting)
    {
        var unit = setting.Unit is "" or "hh:mm:ss" or "d.hh:mm:ss" ? "" : $" {setting.Unit}";
        return setting.Bounds == "" ? "" : $" ({setting.Bounds}{unit})";
    }
}
