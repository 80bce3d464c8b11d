using RpcCollector.Detection;

namespace RpcCollector.Naming;

/// <summary>How the numbers of a <see cref="FindingRarity"/> are called where programs read them.</summary>
internal static class RarityWords
{
    public static double DaysOf(FindingRarity rarity) => Math.Round(rarity.KnownHours / 24.0, 1);

    /// <summary>Which way the octets went; null when none are known.</summary>
    public static string? WayOf(FindingRarity rarity) => rarity.IsUpload switch
    {
        true => "upload",
        false => "download",
        null => null,
    };

    /// <summary>Whose flows the octets were compared with; null when they were not.</summary>
    public static string? ComparedWith(FindingRarity rarity) => rarity switch
    {
        { OctetsPercentile: null } => null,
        { OctetsOfRole: null } => "this-server",
        { OctetsOfRole: HostRole.Unknown } => "hosts-of-unknown-role",
        { OctetsOfRole: { } role } => $"{KebabCase<HostRole>.Of(role)}s",
    };
}
