using System.Text.Json;

namespace RpcCollector.Naming;

/// <summary>Names of closed lists as labels and JSON show them: MissingTemplate is missing_template. Made once for each list.</summary>
internal static class SnakeCase<T>
    where T : struct, Enum
{
    private static readonly string[] Names = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.SnakeCaseLower.ConvertName)];
    private static readonly T[] Values = Enum.GetValues<T>();

    public static IReadOnlyList<T> All => Values;

    public static string Of(T value) => Names[Array.IndexOf(Values, value)];
}
