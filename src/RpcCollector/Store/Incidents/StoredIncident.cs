using RpcCollector.Detection;
using RpcCollector.Detection.Incidents;

namespace RpcCollector.Store.Incidents;

/// <summary>An incident as the store keeps it, with what people did with it; unique by its id.</summary>
internal sealed record StoredIncident
{
    public required long Id { get; init; }

    public required FindingSeverity Severity { get; init; }

    public required FindingConfidence Confidence { get; init; }

    /// <summary>Why the severity is above that of its worst finding; null where it is not.</summary>
    public required string? RaisedBecause { get; init; }

    /// <summary>Why the severity is below that of its worst finding; null where it is not.</summary>
    public string? LoweredBecause { get; init; }

    /// <summary>The role that its client seems to have, for a person to tell; null for most.</summary>
    public HostRole? ProposedRole { get; init; }

    /// <summary>What each client did at worst, the earliest client first.</summary>
    public required IReadOnlyList<IncidentAct> Acts { get; init; }

    public required IReadOnlyList<IncidentHost> Servers { get; init; }

    /// <summary>Who went on from whom.</summary>
    public required IReadOnlyList<IncidentStep> Steps { get; init; }

    public required int NumClients { get; init; }

    public required int NumServers { get; init; }

    public required int NumFindings { get; init; }

    /// <summary>The worst first.</summary>
    public required IReadOnlyList<FindingKind> Kinds { get; init; }

    public required IReadOnlyList<string> Techniques { get; init; }

    public required long Count { get; init; }

    public required long FirstSeenUnixMilliseconds { get; init; }

    public required long LastSeenUnixMilliseconds { get; init; }

    /// <summary>Its worst finding.</summary>
    public required long Lead { get; init; }

    /// <summary>That of its worst finding.</summary>
    public required string Reason { get; init; }

    /// <summary>When it was stored first.</summary>
    public required long RecordedUnixMilliseconds { get; init; }

    /// <summary>When it changed last, what people did with it included.</summary>
    public required long UpdatedUnixMilliseconds { get; init; }

    /// <summary>Since when no finding of it stands; null while one does.</summary>
    public required long? WithdrawnUnixMilliseconds { get; init; }

    /// <summary>Where its id leads; null while it is an incident of its own.</summary>
    public required long? MergedInto { get; init; }

    public required IncidentState State { get; init; }

    /// <summary>Null while it is not closed.</summary>
    public required VerdictMeaning? ClosedAs { get; init; }

    public required long? ClosedUnixMilliseconds { get; init; }

    public required string? Assignee { get; init; }

    /// <summary>A closed incident of the same hosts that it follows.</summary>
    public required long? Related { get; init; }

    /// <summary>The number of the line of its history that tells the verdict which can be taken back.</summary>
    public required long? Verdict { get; init; }

    /// <summary>True when all its findings are suppressed or called benign.</summary>
    public required bool IsHidden { get; init; }

    public bool IsStanding => WithdrawnUnixMilliseconds is null && MergedInto is null;

    /// <summary>As its row is once it is written first; what its findings say of it, reason and hiding, is not known yet.</summary>
    public static StoredIncident Of(Incident incident, long? related, long nowUnixMilliseconds) => new()
    {
        Id = incident.Id,
        Severity = incident.Severity,
        Confidence = incident.Confidence,
        RaisedBecause = incident.RaisedBecause,
        LoweredBecause = incident.LoweredBecause,
        ProposedRole = incident.ProposedRole,
        Acts = incident.Acts,
        Servers = incident.Servers,
        Steps = incident.Steps,
        NumClients = incident.NumClients,
        NumServers = incident.NumServers,
        NumFindings = incident.NumFindings,
        Kinds = incident.Kinds,
        Techniques = incident.Techniques,
        Count = incident.Count,
        FirstSeenUnixMilliseconds = incident.FirstSeenUnixMilliseconds,
        LastSeenUnixMilliseconds = incident.LastSeenUnixMilliseconds,
        Lead = incident.Lead,
        Reason = "",
        RecordedUnixMilliseconds = nowUnixMilliseconds,
        UpdatedUnixMilliseconds = nowUnixMilliseconds,
        WithdrawnUnixMilliseconds = null,
        MergedInto = null,
        State = IncidentState.Open,
        ClosedAs = null,
        ClosedUnixMilliseconds = null,
        Assignee = null,
        Related = related,
        Verdict = null,
        IsHidden = false,
    };

    /// <summary>The same of one that stands, of which the facts alone were written.</summary>
    public static StoredIncident Of(Incident incident, KeptIncident known, long nowUnixMilliseconds) =>
        Of(incident, known.Related, nowUnixMilliseconds) with
        {
            RecordedUnixMilliseconds = known.Recorded,
            State = known.State,
            ClosedAs = known.ClosedAs,
            ClosedUnixMilliseconds = known.Closed,
            Assignee = known.Assignee,
            Verdict = known.Verdict,
        };

    /// <summary>The same as the judgement knows it, without the list of its findings.</summary>
    public Incident Told => new()
    {
        Id = Id,
        Severity = Severity,
        Confidence = Confidence,
        RaisedBecause = RaisedBecause,
        LoweredBecause = LoweredBecause,
        ProposedRole = ProposedRole,
        Lead = Lead,
        Acts = Acts,
        NumClients = NumClients,
        Servers = Servers,
        NumServers = NumServers,
        Kinds = Kinds,
        Techniques = Techniques,
        Findings = [],
        NumFindings = NumFindings,
        Steps = Steps,
        Count = Count,
        FirstSeenUnixMilliseconds = FirstSeenUnixMilliseconds,
        LastSeenUnixMilliseconds = LastSeenUnixMilliseconds,
    };
}

/// <summary>How far people are with an incident; what needs them more has the smaller value.</summary>
internal enum IncidentState : byte
{
    Open = 1,
    Acknowledged = 2,
    Closed = 3,
}

/// <summary>What happened to an incident.</summary>
internal enum IncidentEventKind
{
    Added,
    Revised,

    /// <summary>A person has acknowledged, closed, opened or assigned it or written a note; or it opened by itself.</summary>
    State,

    /// <summary>It went into another.</summary>
    Merged,
    Withdrawn,
}

/// <summary>One committed step in the life of an incident.</summary>
/// <param name="Before">
/// Its severity before, or that of the worst that has gone into it; null when people were shown neither.
/// </param>
internal sealed record IncidentEvent(IncidentEventKind Kind, StoredIncident Incident, FindingSeverity? Before = null);

/// <summary>The incident that an id leads to.</summary>
/// <param name="MergedFrom">The id that was asked for, when that incident has gone into this one; else null.</param>
internal sealed record FoundIncident(StoredIncident Incident, long? MergedFrom);

/// <summary>Who says something, and the address that it came from.</summary>
internal sealed record Said(string? Who, string? From);
