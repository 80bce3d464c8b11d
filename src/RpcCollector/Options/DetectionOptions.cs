using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Options;

/// <summary>Settings of the way from flow start to RPC activity.</summary>
internal sealed class DetectionOptions
{
    [Setting("How many threads join flow starts; each owns the clients whose addresses fall to it. The default is one a core.", Unit = "threads", Minimum = 1, Maximum = 256)]
    public int Shards { get; set; } = Environment.ProcessorCount;

    public JoinOptions Join { get; } = new();
}
