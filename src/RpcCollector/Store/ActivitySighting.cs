using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>Which exporters saw an activity between two hosts.</summary>
internal sealed record ActivitySighting(
    HostAddress Client, HostAddress Server, long StartUnixMilliseconds, IReadOnlyList<HostAddress> Exporters);
