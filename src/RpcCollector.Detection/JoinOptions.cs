using RpcCollector.Flows;

namespace RpcCollector.Detection;

/// <summary>Settings of the join.</summary>
public sealed class JoinOptions
{
    [Setting("How long after the mapper flow (car: after its start; extended: after its end) the endpoint flow may start.", Unit = "hh:mm:ss", Minimum = 0.1, Maximum = 3600)]
    public TimeSpan Window { get; set; } = TimeSpan.FromSeconds(2);
}
