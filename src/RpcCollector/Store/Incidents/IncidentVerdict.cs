using RpcCollector.Detection;
using RpcCollector.Store.Findings;

namespace RpcCollector.Store.Incidents;

/// <summary>What a person says of an incident, and how far it reaches.</summary>
internal sealed record IncidentVerdict(GivenVerdict Given, VerdictReach Reach);

/// <summary>What a verdict on an incident is said of; what is wider than the incident suppresses what comes later, too.</summary>
internal enum VerdictReach
{
    /// <summary>Its findings.</summary>
    Incident,

    /// <summary>Also all findings of the same clients with the same servers.</summary>
    Pair,

    /// <summary>Also all findings of its clients.</summary>
    Client,

    /// <summary>Also all findings of its clients that are of the same kinds.</summary>
    Kind,
}

/// <summary>What came of what a person did.</summary>
/// <param name="Refusal">Why nothing was done; null when it was.</param>
/// <param name="Verdicts">The findings with their verdicts as they are now; of those taken back as they were.</param>
/// <param name="Suppressions">Those that were made, or taken away.</param>
internal sealed record SaidOutcome(
    FoundIncident? Found, IncidentRefusal? Refusal, IReadOnlyList<IncidentEvent> Events, IReadOnlyList<StoredFinding> Verdicts,
    IReadOnlyList<Suppression> Suppressions)
{
    public static SaidOutcome Refused(IncidentRefusal refusal, FoundIncident? found = null) => new(found, refusal, [], [], []);
}

/// <summary>Why what a person wanted was not done.</summary>
internal enum IncidentRefusal
{
    NoSuchIncident,

    /// <summary>Its findings are gone: there is nothing to say something of.</summary>
    IsWithdrawn,

    /// <summary>It is closed by a verdict, which has to be taken back first.</summary>
    IsClosed,
    HasNoVerdict,
    TooManyNotes,
    TooManySuppressions,
}
