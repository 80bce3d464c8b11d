using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Benchmarks.Findings;

/// <summary>So many findings in the shape of a network: who drives whom.</summary>
internal static class FindingShape
{
    private const uint Clients = 0x0A00_0000;
    private const uint Servers = 0x0A80_0000;
    private const int Milliseconds = 2;

    /// <summary>
    /// Everybody drives anybody, as fresh flows have it; each pair alone; one client and very many servers; very many clients of one
    /// server; many clients of each some servers.
    /// </summary>
    public static IReadOnlyList<string> Names { get; } = ["any", "pairs", "client", "server", "some"];

    /// <returns>In the order of time.</returns>
    public static List<Finding> Make(string shape, int number, long nowUnixMilliseconds)
    {
        // No secret: the same in every run.
#pragma warning disable CA5394
        var random = new Random(1);
        var (found, known, first) = (new List<Finding>(number), new HashSet<long>(), nowUnixMilliseconds - (number * Milliseconds));
        for (var i = 0; found.Count < number; i++)
        {
            var (client, server) = shape switch
            {
                "any" => (Clients + (uint)random.Next(number / 2), Clients + (uint)random.Next(number / 2)),
                "pairs" => (Clients + (uint)i, Servers + (uint)i),
                "client" => (Clients, Servers + (uint)i),
                "server" => (Clients + (uint)i, Servers),
                "some" => (Clients + (uint)random.Next(1 + (number / 40)), Servers + (uint)random.Next(1 + (number / 40))),
                _ => throw new ArgumentException($"findings: no shape '{shape}'", nameof(shape)),
            };
            var (kind, severity) = random.Next(50) switch
            {
                < 40 => (FindingKind.FirstAdministration, FindingSeverity.Low),
                < 46 => (FindingKind.FirstAdministration, FindingSeverity.Medium),
                _ => (FindingKind.PeerToPeerRpc, FindingSeverity.Medium),
            };
            var finding = Of(kind, severity, HostAddress.FromIPv4(client), HostAddress.FromIPv4(server), first + (i * Milliseconds));
            if (known.Add(finding.Id)) found.Add(finding);
        }
#pragma warning restore CA5394

        return found;
    }

    /// <summary>The same after some more of it.</summary>
    public static Finding GoneOn(Finding finding) =>
        finding with { Count = finding.Count + 1, LastSeenUnixMilliseconds = finding.LastSeenUnixMilliseconds + 1_000 };

    private static Finding Of(FindingKind kind, FindingSeverity severity, HostAddress client, HostAddress server, long at) => new()
    {
        Id = FindingId.Of(kind, client, server),
        Kind = kind,
        Severity = severity,
        Confidence = FindingConfidence.Low,
        Client = client,
        Server = server,
        Count = 1,
        FirstSeenUnixMilliseconds = at,
        LastSeenUnixMilliseconds = at,
        Techniques = ["T1021.002"],
        Analytics = ["CAR-2014-05-001"],
        Reason = $"{client} administers {server} for the first time; nothing is learned yet of who administers whom",
        Flows =
        [
            new ContributingFlow(
                client, 50_000, server, 135, at, at + 1_000, CommunityId.OfTcp(client, 50_000, server, 135), ExporterSet.Of(0), 1),
        ],
    };
}
