using RpcCollector.Flows.Losses;
using RpcCollector.Flows.Messages;

namespace RpcCollector.Flows.Exporters;

/// <summary>What is kept of all exporters together.</summary>
internal sealed class CatalogBooks
{
    private readonly SequenceTally _netFlowV5 = new();
    private readonly SequenceTally _netFlowV9 = new();
    private readonly SequenceTally _ipfix = new();

    public ChangeCounter Changes { get; } = new();

    public KernelLosses KernelLosses { get; } = new();

    public SequenceTally SequenceOf(int version) => version switch
    {
        ExportMessage.NetFlowV5 => _netFlowV5,
        ExportMessage.NetFlowV9 => _netFlowV9,
        _ => _ipfix,
    };
}
