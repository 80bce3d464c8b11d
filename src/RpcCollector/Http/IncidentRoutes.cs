using RpcCollector.Http.Access;

namespace RpcCollector.Http;

/// <summary>The part of the API about incidents, on one page.</summary>
internal static class IncidentRoutes
{
    private const string Json = "application/json";

    private const string Writing =
        "What is written keeps the name of who logged in, or of a token, and the address that it came from; 'who' counts only where " +
            "nobody " +
        "has to log in. The content type must be application/json.";

    public static void MapIncidents(this RouteGroupBuilder api)
    {
        api.MapGet("/incidents", IncidentEndpoints.Read).WithTags("Incidents")
            .WithName("listIncidents")
            .WithSummary("Incidents, the worst first: findings that tell one story.")
            .WithDescription(
                "Open and acknowledged ones, unless 'state' says otherwise. Those of which all findings are suppressed or called benign " +
                "are left out and counted in 'hidden'. An incident that changes while you page through the list may move; the stream " +
                "reports it.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/incidents/stream", IncidentStream.WriteAsync).WithTags("Incidents")
            .WithMetadata(Unqueued.Mark)
            .WithName("streamIncidents")
            .WithSummary("What happens to incidents, as server-sent events: added, revised, state, merged, withdrawn.")
            .WithDescription(
                "Each event's data is the incident as lists show it; a merged one names in 'merged_into' where its id leads from now on. " +
                "All else is as with the stream of findings.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/incidents/{id}", IncidentEndpoints.ReadOneAsync).WithTags("Incidents")
            .WithName("readIncident")
            .WithSummary("One incident: who did what in which order, its findings, its time line, where to look next, and its history.")
            .WithDescription("The id of an incident that has gone into another leads to that one, which says so in 'merged_from'.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        MapDeeds(api);
    }

    private static void MapDeeds(RouteGroupBuilder api)
    {
        Deed(api.MapPost("/incidents/{id}/state", IncidentDeedEndpoints.SetStateAsync))
            .WithName("setIncidentState")
            .WithSummary(
                "Acknowledges an incident, or opens it again. It opens by itself when it becomes worse than what was acknowledged.")
            .Accepts<IncidentStateRequest>(Json);
        Deed(api.MapPost("/incidents/{id}/assignee", IncidentDeedEndpoints.AssignAsync))
            .WithName("assignIncident")
            .WithSummary("Says whose an incident is.")
            .Accepts<IncidentAssigneeRequest>(Json);
        Deed(api.MapPost("/incidents/{id}/notes", IncidentDeedEndpoints.NoteAsync))
            .WithName("addIncidentNote")
            .WithSummary("Writes a note on an incident.")
            .Accepts<IncidentNoteRequest>(Json);
        Deed(api.MapPost("/incidents/{id}/verdict", IncidentDeedEndpoints.GiveAsync))
            .WithName("giveIncidentVerdict")
            .WithSummary("Gives a verdict on all findings of an incident, and closes it.")
            .Accepts<IncidentVerdictRequest>(Json);
        Deed(api.MapDelete("/incidents/{id}/verdict", IncidentDeedEndpoints.Withdraw))
            .WithName("withdrawIncidentVerdict")
            .WithSummary("Takes back a verdict on an incident with all that it made, and opens it.");
    }

    private static RouteHandlerBuilder Deed(RouteHandlerBuilder deed) => deed.WithTags("Incidents").ForAnalysts()
        .WithDescription(Writing)
        .ProducesProblem(StatusCodes.Status404NotFound)
        .ProducesProblem(StatusCodes.Status409Conflict)
        .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
}
