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

    /// <summary>
    /// That of its worst finding that no role explains, one step more where several things say the same.
    /// </summary>
    public required FindingSeverity Severity { get; init; }

    public required FindingConfidence Confidence { get; init; }

    /// <summary>Why the severity is above that of its worst finding; null where it is not.</summary>
    public string? RaisedBecause { get; init; }

    /// <summary>Why the severity is below that of its worst finding; null where it is not.</summary>
    public string? LoweredBecause { get; init; }

    /// <summary>The role that its client seems to have, for a person to tell; null for most.</summary>
    public HostRole? ProposedRole { get; init; }

    /// <summary>The worst of its findings, the earliest of those: its reason is the incident's.</summary>
    public required long Lead { get; init; }

    /// <summary>What each client did at worst: the client of the earliest finding first. Up to <see cref="MaxActs"/>.</summary>
    public required IReadOnlyList<IncidentAct> Acts { get; init; }

    /// <summary>Distinct clients behind it.</summary>
    public required int NumClients { get; init; }

    /// <summary>Distinct servers that its findings name, the worst and earliest first; up to <see cref="MaxServers"/>.</summary>
    public required IReadOnlyList<IncidentHost> Servers { get; init; }

    /// <summary>Distinct servers behind it; of a finding that stands for many, as many as those of its fullest hour.</summary>
    public required int NumServers { get; init; }

    /// <summary>The kinds of its findings, the worst and earliest first.</summary>
    public required IReadOnlyList<FindingKind> Kinds { get; init; }

    /// <summary>ATT&amp;CK techniques of its findings, in ordinal order.</summary>
    public required IReadOnlyList<string> Techniques { get; init; }

    /// <summary>Its findings' ids, the earliest first; up to <see cref="MaxFindings"/>.</summary>
    public required IReadOnlyList<long> Findings { get; init; }

    public required int NumFindings { get; init; }

    /// <summary>Who went on from whom, the earliest first; up to <see cref="MaxActs"/>.</summary>
    public required IReadOnlyList<IncidentStep> Steps { get; init; }

    /// <summary>Activities, contacts and operations behind it.</summary>
    public required long Count { get; init; }

    public required long FirstSeenUnixMilliseconds { get; init; }

    public required long LastSeenUnixMilliseconds { get; init; }

    public const int MaxServers = 32;

    public const int MaxActs = 16;

    public const int MaxFindings = 64;
}

/// <summary>A host of an incident.</summary>
/// <param name="Period">As <see cref="Finding.ClientPeriod"/>.</param>
public readonly record struct IncidentHost(HostAddress Address, long Period);

/// <summary>What a client of an incident did at worst.</summary>
/// <param name="Kind">Of its worst finding, the earliest of those.</param>
/// <param name="Server">Whom that is about; null when it is about the client alone, such as a sweep.</param>
/// <param name="NumServers">Distinct servers that the client drove in this incident.</param>
/// <param name="Finding">The id of that finding.</param>
public readonly record struct IncidentAct(IncidentHost Client, FindingKind Kind, IncidentHost? Server, int NumServers, long Finding);

/// <summary>A host that was driven became a client.</summary>
/// <param name="From">Who drove it.</param>
/// <param name="To">The host.</param>
/// <param name="Driven">The finding that drove it.</param>
/// <param name="WentOn">Its own finding after that.</param>
public readonly record struct IncidentStep(IncidentHost From, IncidentHost To, long Driven, long WentOn);

/// <summary>One step in the life of an incident.</summary>
/// <param name="Kind">
/// Withdrawn when it has gone into another, or none of its findings stands; it is then as it was. Otherwise as it is now.
/// </param>
/// <param name="Joined">Findings that are new to it, from nowhere or from another.</param>
/// <param name="Into">Where its id leads from now on, when it has gone into another; else null.</param>
public sealed record IncidentChange(ActivityChangeKind Kind, Incident Incident, IReadOnlyList<long> Joined, long? Into = null);
