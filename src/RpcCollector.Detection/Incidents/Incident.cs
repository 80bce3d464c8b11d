using RpcCollector.Flows;

namespace RpcCollector.Detection.Incidents;

/// <summary>Findings that belong to one story; unique by its earliest finding, whose id it has.</summary>
/// <remarks>
/// One client's findings within a gap of time, and those of the hosts that it drove and that went on as clients themselves.
/// </remarks>
public sealed record Incident
{
    /// <summary>That of its earliest finding.</summary>
    public required long Id { get; init; }

    /// <summary>That of its worst finding, one step more where several things say the same.</summary>
    public required FindingSeverity Severity { get; init; }

    public required FindingConfidence Confidence { get; init; }

    /// <summary>Why the severity is above that of its worst finding; null where it is not.</summary>
    public string? RaisedBecause { get; init; }

    /// <summary>Its earliest client first, then those that went on from there, in the order of their first finding.</summary>
    public required IReadOnlyList<IncidentHost> Clients { get; init; }

    /// <summary>Distinct servers that are named by its findings, the worst and earliest first; up to <see cref="MaxServers"/>.</summary>
    public required IReadOnlyList<HostAddress> Servers { get; init; }

    /// <summary>Distinct servers behind it, those of folded findings included as far as they are counted.</summary>
    public required int NumServers { get; init; }

    /// <summary>The kinds of its findings, the worst and earliest first.</summary>
    public required IReadOnlyList<FindingKind> Kinds { get; init; }

    /// <summary>ATT&amp;CK techniques of its findings, in ordinal order.</summary>
    public required IReadOnlyList<string> Techniques { get; init; }

    /// <summary>Its findings' ids, the earliest first.</summary>
    public required IReadOnlyList<long> Findings { get; init; }

    /// <summary>Who went on from whom: a driven host that became a client, with the finding that drove it and its own first.</summary>
    public required IReadOnlyList<IncidentStep> Steps { get; init; }

    /// <summary>Activities, contacts and operations behind it.</summary>
    public required long Count { get; init; }

    public required long FirstSeenUnixMilliseconds { get; init; }

    public required long LastSeenUnixMilliseconds { get; init; }

    public const int MaxServers = 32;
}

/// <summary>A client of an incident.</summary>
/// <param name="Period">As <see cref="Finding.ClientPeriod"/>.</param>
public readonly record struct IncidentHost(HostAddress Address, long Period);

/// <summary>A host that was driven became a client.</summary>
/// <param name="From">Who drove it.</param>
/// <param name="To">The host.</param>
/// <param name="Driven">The finding that drove it.</param>
/// <param name="WentOn">Its own first finding after that.</param>
public readonly record struct IncidentStep(HostAddress From, HostAddress To, long Driven, long WentOn);

/// <summary>One step in the life of an incident.</summary>
/// <param name="Into">Where its id leads from now on, when it has gone into another; else null.</param>
/// <param name="Incident">As it is now; when it has gone or was withdrawn, as it was.</param>
public readonly record struct IncidentChange(ActivityChangeKind Kind, Incident Incident, long? Into = null);
