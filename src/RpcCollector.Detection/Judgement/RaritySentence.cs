using System.Globalization;

namespace RpcCollector.Detection.Judgement;

/// <summary>Says how rare a finding is, as an analyst would at three in the morning.</summary>
internal static class RaritySentence
{
    // Of fewer clients a share says little.
    private const int FewClients = 5;

    // A flow that is larger than fewer of a hundred is none to speak of.
    private const int LargePercentile = 90;

    private const long Kilo = 1_000;

    /// <summary>
    /// "3 of this server's 212 known clients ever used RPC, in 21 days; this pair never; the upload of 575 KB is larger than 99 % of the
    /// 4,120 that this server got by RPC; the client used RPC with 2 other servers".
    /// </summary>
    public static string Of(FindingRarity rarity)
    {
        var parts = new List<string>(4);
        if (ServerPart(rarity) is { } server) parts.Add(server);
        if (PairPart(rarity) is { } pair) parts.Add(pair);
        if (OctetsPart(rarity) is { } octets) parts.Add(octets);
        if (ClientPart(rarity) is { } client) parts.Add(client);
        return string.Join("; ", parts);
    }

    private static string? ServerPart(FindingRarity rarity)
    {
        if (rarity.ServerClients is not { } all || rarity.ServerClientsLike is not { } like) return null;
        var known = $"in {Known(rarity.KnownHours)}";
        if (all == 0) return $"nobody was known to use this server, {known}";
        if (all == 1) return $"the only known client of this server {(like == 1 ? "used" : "never used")} {rarity.Service}, {known}";
        var clients = all < FewClients ? $"only {all} known clients" : $"{Number(all)} known clients";
        if (like == all && all == 2) return $"both known clients of this server used {rarity.Service}, {known}";
        if (like == all) return $"all of this server's {clients} used {rarity.Service}, {known}";
        return $"{(like == 0 ? "none" : Number(like))} of this server's {clients} ever used {rarity.Service}, {known}";
    }

    private static string? PairPart(FindingRarity rarity)
    {
        if (rarity.ServerClients is null) return null;
        if (rarity.PairFirstSeenUnixMilliseconds is not { } first) return "this pair never";
        var since =
            $"first on {DateTimeOffset.FromUnixTimeMilliseconds(first).UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}";
        if (rarity.PairDays is not { } days) return $"this pair {since}";
        return $"this pair on {Several(days, "day")}, " +
            $"{since}{(rarity.PairFlows is > 0 and var flows ? $", in {Several(flows, "flow")}" : "")}";
    }

    private static string? OctetsPart(FindingRarity rarity)
    {
        if (rarity.OctetsPercentile is not (>= LargePercentile and var percentile) || rarity.Octets is not { } octets) return null;
        var isUpload = rarity.IsUpload == true;
        var whose = rarity.OctetsOfRole is { } role ? Plural(role) : "this server";
        var many = percentile == 100 ? "any" : $"{percentile} %";
        return $"the {(isUpload ? "upload" : "download")} of {Size(octets)} is larger than {many} of the " +
            $"{Number(rarity.OctetsFlows ?? 0)} that {whose} {(isUpload ? "got" : "gave")} by {rarity.OctetsService}";
    }

    private static string? ClientPart(FindingRarity rarity)
    {
        if (rarity.ClientServersLike is not { } servers) return null;
        if (rarity.ServerClients is null)
            return servers == 0
                ? $"the client was not known to use {rarity.Service} at all, in {Known(rarity.KnownHours)}"
                : $"the client was known to use {rarity.Service} with {Several(servers, "server")}, in {Known(rarity.KnownHours)}";
        return servers == 0
            ? $"the client used {rarity.Service} with no other server"
            : $"the client used {rarity.Service} with {Several(servers, "other server")}";
    }

    private static string Known(int hours) => hours < 48 ? Several(hours, "hour") : Several(hours / 24, "day");

    private static string Several(long number, string noun) => number == 1 ? $"1 {noun}" : $"{Number(number)} {noun}s";

    private static string Number(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    private static string Size(long octets) => octets switch
    {
        < Kilo => $"{octets} bytes",
        < Kilo * Kilo => $"{octets / Kilo} KB",
        < Kilo * Kilo * Kilo => $"{octets / (Kilo * Kilo)} MB",
        _ => $"{octets / (Kilo * Kilo * Kilo)} GB",
    };

    private static string Plural(HostRole role) => role == HostRole.Unknown ? "hosts of unknown role" : $"{RoleName.InWords(role)}s";
}
