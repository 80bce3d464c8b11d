using RpcCollector.Commands;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Tests;
using RpcCollector.Options;
using RpcCollector.Transport;

namespace RpcCollector.Tests.Reports;

/// <summary>A story told in datagrams built by a test: decoded, joined and judged as <c>replay</c> does.</summary>
internal static class ToldStory
{
    /// <summary>What stands in the end, a line for each activity and each finding.</summary>
    public static List<string> Of(IEnumerable<CapturedDatagram> datagrams, params string[] roles)
    {
        var options = new CollectorOptions();
        options.Judgement.Roles = roles;
        var catalog = new ExporterCatalog(new ExporterDirectory());
        var judgement = new ReplayJudgement(options.Judgement, catalog.Directory);
        var shard = new ClientShard(options.Detection.Join, judgement, new HopCounters(), exporters: catalog.Directory);
        var decoder = new DatagramDecoder(options.Flows, catalog, new HopCounters(), new DirectRoute(shard));
        foreach (var datagram in datagrams)
        {
            judgement.AdvanceTo(datagram.ArrivalUnixMilliseconds);
            decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);
        }

        decoder.Complete();
        shard.Complete();
        judgement.Complete();
        return
        [
            .. judgement.Activities.Select(activity =>
                $"{activity.Basis}{(activity.IsRefused ? ", refused" : "")} {activity.Client}:{activity.Endpoint?.ClientPort} -> " +
                $"{activity.Server}:{activity.Endpoint?.ServerPort}, {activity.Mapper?.StartUnixMilliseconds} then " +
                $"{activity.Endpoint?.StartUnixMilliseconds}"),
            .. judgement.Findings.Select(finding => $"{finding.Kind} {finding.Client} -> {finding.Server}"),
        ];
    }
}
