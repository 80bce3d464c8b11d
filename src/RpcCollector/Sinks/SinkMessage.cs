using System.Globalization;
using RpcCollector.Detection;
using RpcCollector.Ecs;
using RpcCollector.Naming;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;
using RpcCollector.Store.Outbox;

namespace RpcCollector.Sinks;

/// <summary>One thing to be told: what has happened, and to what, as it is when it is told; unique by its key.</summary>
/// <param name="Incident">Null where it is about a finding.</param>
/// <param name="Findings">Some of the incident's; the one that it is about.</param>
internal sealed record SinkMessage(
    string Key, long Sequence, long AtUnixMilliseconds, OutboxEvent Event, StoredIncident? Incident, IReadOnlyList<StoredFinding> Findings)
{
    /// <summary>True for an example that stands for nothing.</summary>
    public bool IsTest { get; init; }

    public string EventName => KebabCase<OutboxEvent>.Of(Event);

    /// <summary>incident or finding.</summary>
    public string Subject => Incident is null ? "finding" : "incident";

    public long Id => Incident?.Id ?? Findings[0].Id;

    public FindingSeverity Severity => Incident?.Severity ?? Findings[0].Severity;

    public EcsOccasion Occasion => new(EventName, AtUnixMilliseconds, Key, Sequence, IsTest);

    /// <summary>The same for every attempt to tell a line of the journal, also after a restart.</summary>
    /// <param name="journal">Tells lines from those of another journal with the same numbers.</param>
    public static string KeyOf(long id, long sequence, string journal) =>
        string.Create(CultureInfo.InvariantCulture, $"{id:x16}-{sequence}-{journal}");
}
