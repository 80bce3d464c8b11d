using RpcCollector.Detection;
using RpcCollector.Detection.Judgement;
using RpcCollector.Flows;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>The recorded attacks, judged by flows alone, without anything learned before.</summary>
public sealed class ScenarioFindingTests(ITestOutputHelper output)
{
    private static readonly string[] Formats = ["netflow5", "netflow9", "ipfix", "ipfix-biflow"];

    private static readonly HashSet<string> Controllers = ["172.18.38.5"];

    public static TheoryData<string> AllFormats() => [.. Formats];

    [Theory]
    [MemberData(nameof(AllFormats))]
    public void Recorded_attacks_are_found_from_client_to_server(string format)
    {
        Assert.SkipUnless(SharedData.IsPresent, "The shared test data is absent (RPC_COLLECTOR_SHARED).");
        var found = new List<string>();
        foreach (var scenario in Scenario.All)
        {
            var exports = Directory.EnumerateFiles(SharedData.PathOf("scenarios", scenario.Name), format + "*.pcap").Select(path => Path.GetFileNameWithoutExtension(path)!)
                .Where(export => export == format || export.StartsWith(format + "-sensor", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
            var findings = FindingsOf(ScenarioFlows.Of(scenario, exports).Starts);
            foreach (var finding in findings) output.WriteLine($"{scenario.Name}: {finding.Kind} {finding.Severity}/{finding.Confidence} {finding.Client} > {finding.Server}: {finding.Reason}");
            if (findings.Exists(finding => finding.Client.ToString() == scenario.Client && finding.Server?.ToString() == scenario.Server)) found.Add(scenario.Name);
            Assert.DoesNotContain(findings, finding => Controllers.Contains(finding.Client.ToString()));
        }

        output.WriteLine($"{found.Count} of {Scenario.All.Count}; missing: {string.Join(", ", Scenario.All.Select(scenario => scenario.Name).Except(found, StringComparer.Ordinal))}");
        Assert.True(found.Count >= 14, $"{found.Count} of {Scenario.All.Count}: {string.Join(", ", found)}");
        Assert.Contains("dcom-registerxll", found);
        Assert.Contains("smbexec", found);
    }

    private static List<Finding> FindingsOf(List<FlowStart> starts)
    {
        var findings = new StandingFindings();
        var judge = new Judge(new JudgementOptions(), findings);
        var feed = new Feed(judge);
        var shard = new ClientShard(new JoinOptions(), feed, new HopCounters());
        foreach (var start in starts)
        {
            feed.Arrival = start.ArrivalUnixMilliseconds;
            shard.Offer(start);
            feed.Offer(start);
        }

        shard.Complete();
        judge.Complete();
        return [.. findings.ById.Values];
    }

    private sealed class StandingFindings : IFindingSink
    {
        public SortedDictionary<long, Finding> ById { get; } = [];

        public void Publish(in FindingChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) ById.Remove(change.Finding.Id);
            else ById[change.Finding.Id] = change.Finding;
        }
    }

    /// <summary>Activities from the shard, and one contact for every connection to a port of the family.</summary>
    private sealed class Feed(Judge judge) : IActivitySink
    {
        private readonly Dictionary<(HostAddress, HostAddress, ushort, ushort), AdministrationContact> _contacts = [];

        public long Arrival { get; set; }

        public void Publish(in ActivityChange change) => judge.Take(change, Arrival);

        public void Offer(in FlowStart start)
        {
            if (start.ServerPort is not (88 or 139 or 389 or 445 or 593 or 5985 or 5986)) return;
            var key = (start.Client, start.Server, start.ClientPort, start.ServerPort);
            var kind = _contacts.TryGetValue(key, out var contact) ? ActivityChangeKind.Revised : ActivityChangeKind.Added;
            var traffic = contact.Traffic;
            contact = new AdministrationContact
            {
                Id = kind == ActivityChangeKind.Revised ? contact.Id : _contacts.Count + 1,
                Client = start.Client,
                Server = start.Server,
                Flow = kind == ActivityChangeKind.Revised
                    ? contact.Flow with { StartUnixMilliseconds = Math.Min(contact.Flow.StartUnixMilliseconds, start.StartUnixMilliseconds) }
                    : new FlowSpan(start.ClientPort, start.ServerPort, start.StartUnixMilliseconds, start.EndUnixMilliseconds),
                Exporters = ExporterSet.Of(start.ExporterId),
                SamplingInterval = start.SamplingInterval,
                Traffic = new FlowTraffic(
                    (uint)start.ClientOctets, (uint)start.ServerOctets, (byte)(start.ClientTcpFlags | traffic.ClientTcpFlags), (byte)(start.ServerTcpFlags | traffic.ServerTcpFlags),
                    start.Half | traffic.Half, start.Direction),
            };
            _contacts[key] = contact;
            judge.Take(new ContactChange(kind, contact), Arrival);
        }
    }
}
