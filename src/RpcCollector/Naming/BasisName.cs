using RpcCollector.Detection;

namespace RpcCollector.Naming;

/// <summary>The names of the bases as people read and write them: car, extended, known-endpoint, mapper-only.</summary>
internal static class BasisName
{
    public static IReadOnlyList<JoinBasis> All { get; } = Enum.GetValues<JoinBasis>();

    public static string Of(JoinBasis basis) => basis switch
    {
        JoinBasis.Car => "car",
        JoinBasis.Extended => "extended",
        JoinBasis.KnownEndpoint => "known-endpoint",
        _ => "mapper-only",
    };

    public static bool TryParse(string? name, out JoinBasis basis)
    {
        foreach (var known in All)
        {
            basis = known;
            if (string.Equals(Of(known), name, StringComparison.OrdinalIgnoreCase)) return true;
        }

        basis = default;
        return false;
    }
}
