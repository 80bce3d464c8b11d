using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Lab.Evaluation;

namespace RpcCollector.Lab.Filling;

/// <summary>Findings that tell so many stories, each of a client of its own; in the order of time.</summary>
internal sealed class MadeUpFindings(FillPlan plan, long nowUnixMilliseconds)
{
    private const int MostInStory = 400;
    private const long Hour = 3_600_000;

    // How often each kind is, how bad, and what it is called in ATT&CK.
    private static readonly (FindingKind Kind, FindingSeverity Severity, string Technique, string Operation)[] Kinds =
    [
        (FindingKind.PeerToPeerRpc, FindingSeverity.Medium, "T1021", ""),
        (FindingKind.PeerToPeerRpc, FindingSeverity.High, "T1021.003", ""),
        (FindingKind.NewRpcClient, FindingSeverity.Low, "T1021", ""),
        (FindingKind.NewRpcClient, FindingSeverity.Low, "T1018", ""),
        (FindingKind.FirstAdministration, FindingSeverity.Low, "T1021.002", ""),
        (FindingKind.FirstAdministration, FindingSeverity.Medium, "T1021.006", ""),
        (FindingKind.MapperBurst, FindingSeverity.Low, "T1046", ""),
        (FindingKind.Enumeration, FindingSeverity.Medium, "T1087.002", "samr SamrEnumerateUsersInDomain"),
        (FindingKind.RemoteService, FindingSeverity.High, "T1569.002", "svcctl CreateServiceW"),
        (FindingKind.RemoteTask, FindingSeverity.High, "T1053.005", "ITaskSchedulerService SchRpcRegisterTask"),
        (FindingKind.WmiInvoke, FindingSeverity.Medium, "T1047", "IWbemServices ExecMethod"),
        (FindingKind.DcSync, FindingSeverity.Critical, "T1003.006", "drsuapi DRSGetNCChanges"),
    ];

    private readonly SeededRandom _random = SeededRandom.Of(plan.Seed, "findings");
    private readonly SeededRandom _rarities = SeededRandom.Of(plan.Seed, "rarities");

    public List<Finding> Make()
    {
        var found = new List<Finding>(plan.Findings);
        var sizes = Sizes();
        for (var story = 0; story < sizes.Length; story++) Tell(story, sizes[story], found);
        found.Sort((one, other) => one.FirstSeenUnixMilliseconds.CompareTo(other.FirstSeenUnixMilliseconds));
        return found;
    }

    // Most stories are short and a few are long, as in a network; the sum is what was asked for.
    private int[] Sizes()
    {
        var sizes = new int[plan.Incidents];
        Array.Fill(sizes, 1);
        var rest = plan.Findings - sizes.Length;
        for (var story = 0; rest > 0; story = (story + 1) % sizes.Length)
        {
            var more = Math.Min(rest, Math.Min(MostInStory - sizes[story], (int)_random.LogNormal(2, 1.2)));
            sizes[story] += Math.Max(0, more);
            rest -= Math.Max(0, more);
            if (sizes.All(size => size >= MostInStory)) break;
        }

        return sizes;
    }

    private void Tell(int story, int size, List<Finding> found)
    {
        var client = MadeUpHosts.Client(story);
        var begin = nowUnixMilliseconds - (long)(_random.Uniform() * (plan.Span.TotalMilliseconds - (12 * Hour))) - (12 * Hour);
        var known = new HashSet<long>();
        for (var tries = 0; known.Count < size && tries < size * 20; tries++)
        {
            var (kind, severity, technique, operation) = _random.Pick(Kinds);
            var server = MadeUpHosts.Server(_random.Below(MadeUpHosts.NumServers));
            var id = FindingId.Of(kind, client, server);
            if (!known.Add(id)) continue;
            var first = begin + _random.Below((int)(6 * Hour));
            var last = first + _random.Below((int)(2 * Hour));
            found.Add(new Finding
            {
                Id = id,
                Kind = kind,
                Severity = severity,
                Confidence = (FindingConfidence)(1 + _random.Below(3)),
                Client = client,
                Server = server,
                Count = 1 + (int)_random.LogNormal(2, 1.5),
                FirstSeenUnixMilliseconds = first,
                LastSeenUnixMilliseconds = last,
                Techniques = [technique],
                Analytics = ["CAR-2014-05-001"],
                Reason = $"first of its kind between these hosts in {1 + _random.Below(28)} days; made up",
                Flows = Flows(client, server, first),
                Operations = operation.Length == 0 ? [] : [operation],
                KnownHosts = _random.Below(3),
                Rarity = Rarity(first),
            });
        }
    }

    private FindingRarity Rarity(long first)
    {
        var (clients, days) = (_rarities.Below(300), _rarities.Below(6));
        return new FindingRarity
        {
            Service = "RPC",
            KnownHours = 24 * (7 + _rarities.Below(38)),
            ServerClients = clients,
            ServerClientsLike = clients == 0 ? 0 : _rarities.Below(clients),
            PairFirstSeenUnixMilliseconds = days == 0 ? null : first - (days * 24 * Hour),
            PairDays = days,
            PairFlows = days * (1 + _rarities.Below(50)),
            ClientServersLike = _rarities.Below(12),
            Octets = 1_000 + _rarities.Below(2_000_000),
            IsUpload = _rarities.Below(3) > 0,
            OctetsService = "RPC",
            OctetsPercentile = _rarities.Below(101),
            OctetsFlows = 20 + _rarities.Below(9_000),
        };
    }

    private List<ContributingFlow> Flows(HostAddress client, HostAddress server, long first)
    {
        var flows = new List<ContributingFlow>();
        for (var left = 1 + _random.Below(Finding.MaxFlows); left > 0; left--)
        {
            var (from, to) = ((ushort)(49_152 + _random.Below(16_000)), (ushort)(49_664 + _random.Below(32)));
            var start = first + _random.Below(60_000);
            flows.Add(new ContributingFlow(
                client, from, server, to, start, start + 1_000 + _random.Below(20_000), CommunityId.OfTcp(client, from, server, to),
                ExporterSet.Of(_random.Below(MadeUpHosts.NumExporters)), 1));
        }

        return flows;
    }
}
