using System.Text;
using RpcCollector.Captures;
using RpcCollector.Detection;
using RpcCollector.Detection.Operations;
using RpcCollector.Flows;
using RpcCollector.Flows.Exporters;
using RpcCollector.Flows.Zeek;
using RpcCollector.Names;
using RpcCollector.Options;
using RpcCollector.ZeekLogs;

namespace RpcCollector.Tests.ZeekLogs;

/// <summary>Takes what a decoder of Zeek's lines hands on, as lines that can be compared.</summary>
internal sealed class ZeekCollected : IFlowStartSink, IOperationSink
{
    public ZeekCollected()
    {
        Decoder = new ZeekDecoder(new FlowOptions(), Counters, this, this, Names);
        Sensor = ZeekSensor.Of(Catalog, ZeekSensor.DefaultAddress(0))!;
    }

    public HopCounters Counters { get; } = new();

    public NameBook Names { get; } = new(new NameOptions());

    public List<AddressLease> Leases { get; } = [];

    public ExporterCatalog Catalog { get; } = new(new ExporterDirectory());

    public ZeekDecoder Decoder { get; }

    public ZeekSensor Sensor { get; }

    public List<FlowStart> FlowStarts { get; } = [];

    public List<RpcOperation> Operations { get; } = [];

    public List<long> Arrivals { get; } = [];

    /// <summary>Client ports of the flow starts in the order in which they came, which tell a test's lines apart.</summary>
    public IEnumerable<int> ClientPorts => FlowStarts.Select(flow => (int)flow.ClientPort);

    public void Offer(in FlowStart start)
    {
        if (start.IsMirror) return;
        FlowStarts.Add(start);
        Arrivals.Add(start.ArrivalUnixMilliseconds);
    }

    public void Offer(in RpcOperation operation, long arrivalUnixMilliseconds)
    {
        Operations.Add(operation);
        Arrivals.Add(arrivalUnixMilliseconds);
    }

    public void Offer(in AddressLease lease, long arrivalUnixMilliseconds)
    {
        Leases.Add(lease);
        Arrivals.Add(arrivalUnixMilliseconds);
    }

    /// <summary>Reads as a replay does.</summary>
    public ZeekCollected Read(params string[] paths)
    {
        using var merge = new CaptureMerge(CaptureInput.Find(paths), new CaptureTally(), new FlowOptions());
        merge.Zeek!.DeliverTo(Decoder, Catalog);
        while (merge.TryRead(out var reader)) ((ZeekLogReader)reader).Deliver();
        return this;
    }

    public string Describe()
    {
        var text = new StringBuilder();
        foreach (var flow in FlowStarts)
        {
            text.AppendLine(
                $"{flow.Client} {flow.ClientPort} {flow.Server} {flow.ServerPort} {flow.StartUnixMilliseconds} " +
                $"{flow.EndUnixMilliseconds} {flow.ClientOctets} {flow.ServerOctets} {flow.ClientTcpFlags} {flow.ServerTcpFlags} " +
                $"{flow.Direction} {flow.Half} {flow.ArrivalUnixMilliseconds} {Catalog.Directory[flow.ExporterId]}");
        }

        foreach (var operation in Operations) text.AppendLine(operation.ToString());
        return text.ToString();
    }
}
