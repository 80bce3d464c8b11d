using System.Text.Json;

namespace RpcCollector.Lab.Pages;

/// <summary>One thing that the console asks for, by addresses that are asked for in turn.</summary>
/// <param name="IsWhole">True for what is no page but everything, and so is asked for a few times alone.</param>
internal sealed record AskedPage(string Name, IReadOnlyList<string> Paths, bool IsWhole = false);

/// <summary>Everything that the console asks for.</summary>
internal static class AskedPages
{
    public static IEnumerable<AskedPage> Of(KnownThings known) =>
    [
        .. Incidents(known).Concat(Findings(known)).Concat(Hunt(known)).Concat(Others(known)).Where(page => page.Paths.Count > 0),
    ];

    private static IEnumerable<AskedPage> Incidents(KnownThings known) =>
    [
        One("incidents?limit=100"), One("incidents?sort=last-seen"), One("incidents?sort=first-seen"), One("incidents?severity=high"),
        One("incidents?confidence=high"), One("incidents?kind=remote-service"), One("incidents?technique=T1021"),
        Each("incidents?client=", known.Clients), Each("incidents?server=", known.Servers), Each("incidents?host=", known.Clients),
        One("incidents?host=10.80.0.0/16"), Each("incidents?name=", known.Names), One("incidents?name=no-such-host"),
        One("incidents?assignee=ada&state=acknowledged"), One("incidents?state=closed"), One("incidents?state=withdrawn"),
        One("incidents?suppressed=true"), One("incidents?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z"),
        One("incidents?limit=500"), Each("incidents/", known.Incidents),
    ];

    private static IEnumerable<AskedPage> Findings(KnownThings known) =>
    [
        .. ((string[])["last-seen", "first-seen", "severity", "count", "client", "server"])
            .Select(sort => One($"findings?limit=100&sort={sort}")),
        Each("findings?sort=severity&cursor=", known.FindingCursors), One("findings?limit=1000&sort=severity"),
        One("findings?severity=high"), One("findings?confidence=high&sort=count"), One("findings?kind=dc-sync"),
        One("findings?known_hosts=2"), One("findings?technique=T1021.003&sort=severity"), Each("findings?client=", known.Clients),
        Each("findings?server=", known.Servers), Each("findings?sort=severity&host=", known.Servers),
        One("findings?host=10.80.0.0/16&sort=client"), Each("findings?incident=", known.Incidents), One("findings?verdict=malicious"),
        One("findings?verdict=benign&sort=severity"), One("findings?state=withdrawn"), One("findings?suppressed=true&sort=severity"),
        One("findings?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z&sort=first-seen"), Each("findings/", known.Findings),
        Each("findings/", known.Findings, "/next"),
        new("findings/export?format=csv", ["findings/export?format=csv"], IsWhole: true),
        new("findings/export?format=ecs", ["findings/export?format=ecs"], IsWhole: true),
    ];

    private static IEnumerable<AskedPage> Hunt(KnownThings known)
    {
        var clients = KnownThings.Texts(known.Activities, "client");
        var servers = KnownThings.Texts(known.Activities, "server");
        var ports = known.Activities.Where(activity => activity.TryGetProperty("endpoint", out _))
            .Select(activity => $"{activity.GetProperty("endpoint").GetProperty("server_port").GetInt32()}")
            .Distinct(StringComparer.Ordinal).ToList();
        var exporters = known.Activities.Select(activity => activity.GetProperty("exporters")[0].GetString()!)
            .Distinct(StringComparer.Ordinal).ToList();
        var connections = known.Activities.Select(ConnectionOf).OfType<string>().ToList();
        return
        [
            One("activities?limit=100"), Each("activities?client=", clients), Each("activities?server=", servers),
            Each("activities?host=", clients, "&limit=100"), Each("activities?limit=100&host=", servers), One("activities?host=10.0.0.0/8"),
            One("activities?host=192.0.2.1"), Each("activities?port=", ports), One("activities?port=1"), One("activities?port=135"),
            Each("activities?exporter=", exporters), One("activities?exporter=192.0.2.1"), One("activities?interface=svcctl"),
            Each("activities?community_id=", connections), One("activities?community_id=1:AAAAAAAAAAAAAAAAAAAAAAAAAAA="),
            One("activities?basis=mapper-only"), One("activities?since=2020-01-01T00:00:00Z&until=2100-01-01T00:00:00Z"),
            One("activities/histogram"), One("activities/histogram?buckets=500"), Each("activities/histogram?host=", servers),
            Each("activities/histogram?client=", clients), Each("activities/histogram?port=", ports),
            One("activities/histogram?host=10.0.0.0/8&basis=car"), Each("activities/histogram?exporter=", exporters),
            Each("activities/histogram?community_id=", connections),
        ];
    }

    private static IEnumerable<AskedPage> Others(KnownThings known) =>
    [
        One("hosts?limit=100"), Each("hosts/", known.Hosts), One("pairs?limit=100"), One("role-changes"), One("suppressions"),
        One("exporters"), One("templates"), One("kinds"), One("system"), One("session"),
    ];

    private static string? ConnectionOf(JsonElement activity)
    {
        if (!activity.TryGetProperty("endpoint", out var endpoint)) return null;
        var (client, server) = (Address(activity, "client"), Address(activity, "server"));
        return Uri.EscapeDataString(Detection.CommunityId.OfTcp(
            client, (ushort)endpoint.GetProperty("client_port").GetInt32(), server, (ushort)endpoint.GetProperty("server_port")
                .GetInt32()));
    }

    private static Flows.HostAddress Address(JsonElement activity, string end) =>
        Flows.HostAddress.Parse(activity.GetProperty(end).GetString()!);

    private static AskedPage One(string path) => new(path, [path]);

    private static AskedPage Each(string before, IReadOnlyList<string> values, string after = "") =>
        new($"{before}…{after}", [.. values.Take(50).Select(value => before + value + after)]);
}
