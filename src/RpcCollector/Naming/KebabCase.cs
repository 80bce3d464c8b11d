using System.Text.Json;

namespace RpcCollector.Naming;

/// <summary>Names of closed lists as findings show them, in JSON and as labels: PeerToPeerRpc is peer-to-peer-rpc.</summary>
/// <remarks>Made once for each list.</remarks>
internal static class KebabCase<T>
    where T : struct, Enum
{
    private static readonly string[] Names = [.. Enum.GetNames<T>().Select(JsonNamingPolicy.KebabCaseLower.ConvertName)];
    private static readonly T[] Values = Enum.GetValues<T>();

    public static IReadOnlyList<T> All => Values;

    public static string Of(T value) => Names[Array.IndexOf(Values, value)];

    public static bool TryParse(string? name, out T value)
    {
        var index = Array.FindIndex(Names, known => known.Equals(name, StringComparison.OrdinalIgnoreCase));
        value = index < 0 ? default : Values[index];
        return index >= 0;
    }
}
