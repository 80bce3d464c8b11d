using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;

namespace RpcCollector.EndToEnd.Tests;

/// <summary>The flow starts of one scenario, decoded in process from one or several exports, and what is found in them.</summary>
internal sealed class ScenarioFlows : IFlowStartSink
{
    private const uint FirstExporter = 0xC000_0201;

    private readonly ExporterCatalog _catalog = new(new ExporterDirectory());

    public List<FlowStart> Starts { get; } = [];

    void IFlowStartSink.Offer(in FlowStart start) => Starts.Add(start);

    /// <summary>Reads an export of each sensor; each sensor is an exporter of its own.</summary>
    public static ScenarioFlows Of(Scenario scenario, params IEnumerable<string> exports)
    {
        var flows = new ScenarioFlows();
        foreach (var export in exports) flows.Read(scenario.PathOf(export));
        return flows;
    }

    /// <summary>Reads one export more, as from another exporter.</summary>
    /// <param name="clockAheadSeconds">How far that exporter's clock is ahead.</param>
    public void Read(string capture, int clockAheadSeconds = 0) => Read(CapturedDatagrams.Read(capture), clockAheadSeconds);

    public void Read(IEnumerable<CapturedDatagram> datagrams, int clockAheadSeconds = 0)
    {
        var address = HostAddress.FromIPv4(FirstExporter + (uint)_catalog.Directory.Count);
        var decoder = new DatagramDecoder(new FlowOptions(), _catalog, new HopCounters(), this);
        var first = Starts.Count;
        foreach (var datagram in datagrams)
            decoder.Decode(datagram.Payload, datagram.Session with { ExporterAddress = address }, datagram.ArrivalUnixMilliseconds);
        for (; first < Starts.Count; first++)
        {
            var start = Starts[first];
            start.StartUnixMilliseconds += clockAheadSeconds * 1000;
            start.EndUnixMilliseconds += clockAheadSeconds * 1000;
            Starts[first] = start;
        }
    }

    public List<RpcActivity> Activities() => Activities(Starts);

    public static List<RpcActivity> Activities(IEnumerable<FlowStart> starts, IKnownEndpoints? known = null)
    {
        var activities = new StandingActivities();
        var shard = new ClientShard(new JoinOptions(), activities, new HopCounters()) { KnownEndpoints = known };
        foreach (var start in starts) shard.Offer(start);
        shard.Complete();
        return [.. activities.ById.Values];
    }

    private sealed class StandingActivities : IActivitySink
    {
        public Dictionary<long, RpcActivity> ById { get; } = [];

        public void Publish(in ActivityChange change)
        {
            if (change.Kind == ActivityChangeKind.Withdrawn) ById.Remove(change.Activity.Id);
            else ById[change.Activity.Id] = change.Activity;
        }
    }
}

/// <summary>
/// What is the same about an activity whoever exported it: the connection that it is unique by, and whether an endpoint flow was found.
/// </summary>
internal readonly record struct RpcPair(HostAddress Client, HostAddress Server, ushort ClientPort, ushort ServerPort)
{
    public static RpcPair Of(RpcActivity activity)
    {
        var flow = activity.Endpoint ?? activity.Mapper!.Value;
        return new RpcPair(activity.Client, activity.Server, flow.ClientPort, flow.ServerPort);
    }

    public static RpcPair Of(in FlowStart start) => new(start.Client, start.Server, start.ClientPort, start.ServerPort);

    /// <summary>In one order, one entry an activity: twice the same pair shows as twice.</summary>
    public static List<RpcPair> Sorted(IEnumerable<RpcActivity> activities) =>
        [.. activities.Select(Of).OrderBy(pair => pair.Client).ThenBy(pair => pair.Server).ThenBy(pair => pair.ServerPort)
            .ThenBy(pair => pair.ClientPort)];

    public override string ToString() => $"{Client}:{ClientPort} > {Server}:{ServerPort}";
}
