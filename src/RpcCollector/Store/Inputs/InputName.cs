using System.Globalization;

namespace RpcCollector.Store.Inputs;

/// <summary>The names of segments, NNNNNNNN-yyyyMMdd.inputs: in their order, with the day of the first arrival.</summary>
/// <remarks>What has another name is somebody else's: it is not read, not counted and never deleted.</remarks>
internal static class InputName
{
    public const string Suffix = ".inputs";

    public const int LargestNumber = 99_999_999;

    private const int NumberLength = 8;
    private const string DayForm = "yyyyMMdd";

    /// <param name="arrival">Of its first input, in Unix milliseconds.</param>
    public static string Of(int number, long arrival) => string.Create(
        CultureInfo.InvariantCulture, $"{number:D8}-{InputForm.TimeOf(arrival).ToString(DayForm, CultureInfo.InvariantCulture)}{Suffix}");

    public static bool IsOwn(string name) =>
        name.Length == NumberLength + 1 + DayForm.Length + Suffix.Length && name[NumberLength] == '-'
        && name.EndsWith(Suffix, StringComparison.Ordinal)
        && !name.AsSpan(0, NumberLength).ContainsAnyExceptInRange('0', '9')
        && DateOnly.TryParseExact(
            name.AsSpan(NumberLength + 1, DayForm.Length), DayForm, CultureInfo.InvariantCulture, DateTimeStyles.None, out _);

    /// <param name="name">One of its own.</param>
    public static int NumberOf(string name) => int.Parse(name.AsSpan(0, NumberLength), NumberStyles.None, CultureInfo.InvariantCulture);

    /// <summary>The paths of those in a folder, in their order; none where there is no folder.</summary>
    /// <exception cref="UnauthorizedAccessException">The folder may not be read.</exception>
    public static IReadOnlyList<string> PathsIn(string folder)
    {
        try
        {
            return
            [
                .. Directory.EnumerateFiles(folder).Where(static path => IsOwn(Path.GetFileName(path))).Order(StringComparer.Ordinal),
            ];
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }
}
