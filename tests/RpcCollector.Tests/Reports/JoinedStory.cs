using RpcCollector.Detection;
using RpcCollector.Detection.Join;
using RpcCollector.Flows;
using RpcCollector.Flows.Decoding;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Tests;

namespace RpcCollector.Tests.Reports;

/// <summary>
/// What the join says in the end of datagrams that a test writes itself: decoded and joined in this thread, without judgement.
/// </summary>
internal sealed class JoinedStory : IActivitySink, IFlowStartSink
{
    private readonly SortedDictionary<string, string> _activities = new(StringComparer.Ordinal);
    private readonly ClientShard _shard;

    public JoinedStory(IEnumerable<CapturedDatagram> datagrams, FlowOptions? options = null)
    {
        var directory = new ExporterDirectory();
        _shard = new ClientShard(new JoinOptions(), this, Counters, exporters: directory);
        var decoder = new DatagramDecoder(options ?? new FlowOptions(), new ExporterCatalog(directory), Counters, this);
        foreach (var datagram in datagrams) decoder.Decode(datagram.Payload, datagram.Session, datagram.ArrivalUnixMilliseconds);
        decoder.Complete();
        _shard.Complete();
    }

    public HopCounters Counters { get; } = new();

    /// <summary>Basis, and how many milliseconds after the export that tests state mapper and endpoint flow began and ended.</summary>
    public string[] Activities => [.. _activities.Values.Order(StringComparer.Ordinal)];

    void IActivitySink.Publish(in ActivityChange change)
    {
        var activity = change.Activity;
        var id = activity.Id.ToString("x");
        if (change.Kind == ActivityChangeKind.Withdrawn) _activities.Remove(id);
        else _activities[id] = $"{activity.Basis} {Span(activity.Mapper)} {Span(activity.Endpoint)}";
    }

    void IActivitySink.Publish(in ContactChange change)
    {
    }

    void IFlowStartSink.Offer(in FlowStart start) => _shard.Offer(start);

    private static string Span(FlowSpan? flow) => flow is { } span
        ? $"{AfterExport(span.StartUnixMilliseconds)}..{AfterExport(span.EndUnixMilliseconds)}"
        : "-";

    private static long AfterExport(long unixMilliseconds) => unixMilliseconds - MessageBuilder.ExportMilliseconds;
}
