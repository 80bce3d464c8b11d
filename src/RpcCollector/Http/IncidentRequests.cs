using System.ComponentModel;
using System.Text.Json.Serialization;

namespace RpcCollector.Http;

/// <summary>How far somebody is with an incident.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record IncidentStateRequest(
    [property: Description("open or acknowledged; what is closed is closed by a verdict.")] string? State,
    [property: Description("Who says so.")] string? Who,
    [property: Description("Why; may be absent.")] string? Why);

/// <summary>Whose an incident is.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record IncidentAssigneeRequest(
    [property: Description("Nobody when absent.")] string? Assignee,
    [property: Description("Who says so.")] string? Who);

/// <summary>A note on an incident.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record IncidentNoteRequest(string? Note, [property: Description("Who writes it.")] string? Who);

/// <summary>A verdict on an incident.</summary>
[JsonUnmappedMemberHandling(JsonUnmappedMemberHandling.Disallow)]
internal sealed record IncidentVerdictRequest(
    [property: Description("benign or malicious.")] string? Verdict,
    [property: Description("Who says so.")] string? Who,
    [property: Description("Why.")] string? Why,
    [property: Description(
        "How far it reaches: incident (its findings), or for a benign one also all that its clients do with the same servers (pair), " +
        "all that its clients do (client), or all that its clients do of the same kinds (kind), by suppressions; incident when absent.")]
    string? Reach,
    [property: Description("When it expires, RFC 3339; never when absent. Required for what reaches beyond the incident.")]
    string? ExpiresAt);

/// <summary>What came of a verdict on an incident.</summary>
internal sealed record IncidentVerdictAnswer(
    IncidentJson Incident,
    [property: Description("The findings that have the verdict, or have it no more.")] IReadOnlyList<string> Verdicts,
    [property: Description("The suppressions that were made, or taken away.")] IReadOnlyList<string> Suppressions);
