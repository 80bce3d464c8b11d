using RpcCollector.Detection;
using RpcCollector.Flows;

namespace RpcCollector.Store;

/// <summary>An activity as the store keeps it: exporters by address, because their ids end with the process.</summary>
internal sealed record StoredActivity(
    long Id, JoinBasis Basis, HostAddress Client, HostAddress Server, long StartUnixMilliseconds, FlowSpan? Mapper, FlowSpan? Endpoint,
    IReadOnlyList<string> Exporters, uint SamplingInterval, long RecordedUnixMilliseconds, double? Completeness, bool IsRefused = false,
    TranslatedEnds? Translated = null);
