using RpcCollector.Http.Access;

namespace RpcCollector.Http;

/// <summary>The part of the API about findings, hosts and pairs, on one page.</summary>
internal static class FindingRoutes
{
    private const string Json = "application/json";

    private const string Writing =
        "What is written keeps the name of who logged in, or of a token, and the address that it came from; 'who' counts only where " +
            "nobody " +
        "has to log in. The content type must be application/json.";

    public static void MapFindings(this RouteGroupBuilder api)
    {
        MapReading(api);
        MapAdvice(api);
        MapVerdicts(api);
        MapSuppressions(api);
        MapHosts(api);
    }

    private static void MapReading(RouteGroupBuilder api)
    {
        api.MapGet("/findings", FindingEndpoints.Read).WithTags("Findings")
            .WithName("listFindings")
            .WithSummary("Findings, the last seen first unless 'sort' says otherwise.")
            .WithDescription(
                "Shows what is committed to the store, so it survives a crash. Findings that are suppressed or called benign are left " +
                    "out and counted in 'hidden'; withdrawn ones are shown by 'state'. "
                + "A finding that is seen again while you page through the list may move; the stream reports it.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/findings/export", FindingExport.WriteAsync).WithTags("Findings")
            .WithMetadata(Unqueued.Mark)
            .WithName("exportFindings")
            .WithSummary("All findings that a filter chooses, as a file: CSV, or a document of the Elastic Common Schema a line.")
            .WithDescription(
                "Written as it is read: what is chosen is decided at the beginning. In CSV (RFC 4180) a cell that a spreadsheet would " +
                "take for a formula begins with an apostrophe. Two exports are written at once; a further one is refused (503). A file " +
                "that could not be finished ends without the end of its transfer.")
            .Produces<string>(StatusCodes.Status200OK, "text/csv", "application/x-ndjson")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/findings/stream", FindingStream.WriteAsync).WithTags("Findings")
            .WithMetadata(Unqueued.Mark)
            .WithName("streamFindings")
            .WithSummary("What happens to findings, as server-sent events: added, revised, withdrawn, verdict.")
            .WithDescription(
                "Each event's data is the finding. After a break, Last-Event-ID gets the events missed; if those are no longer known, " +
                    "or the id is from another process, "
                + "an event 'gap' comes first: then read /api/v1/findings. A comment every 15 seconds keeps the connection alive. A " +
                    "listener that is too slow is cut off, and every stream ends after a while (Http:ListenFor): connect again.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/findings/{id}", FindingEndpoints.ReadOne).WithTags("Findings")
            .WithName("readFinding")
            .WithSummary("One finding, hidden, withdrawn or neither.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static void MapAdvice(RouteGroupBuilder api)
    {
        api.MapGet("/findings/{id}/next", AdviceEndpoints.ReadNext).WithTags("Findings")
            .WithName("readNext")
            .WithSummary(
                "What to look at next for a finding, and what prevents it: events on which host in which minutes, filters to paste.")
            .WithDescription("The row of its kind in /api/v1/kinds, filled in with the finding's hosts and times. Times are UTC.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/kinds", AdviceEndpoints.ReadKinds).WithTags("Findings")
            .WithName("listKinds")
            .WithSummary("Every kind of finding: what may be behind it, what to look at next, and what prevents it, with sources.");
        api.MapGet("/kinds/{kind}", AdviceEndpoints.ReadKind).WithTags("Findings")
            .WithName("readKind")
            .WithSummary("One kind of finding.")
            .ProducesProblem(StatusCodes.Status404NotFound);
    }

    private static void MapVerdicts(RouteGroupBuilder api)
    {
        api.MapPost("/findings/{id}/verdict", VerdictEndpoints.GiveAsync).ForAnalysts().WithTags("Findings")
            .WithName("giveVerdict")
            .WithSummary(
                "Gives a verdict: benign hides the finding and lets its edge be learned as normal; malicious keeps it and prevents that.")
            .WithDescription(Writing)
            .Accepts<VerdictRequest>(Json)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/findings/verdicts", ManyVerdictsEndpoint.GiveAsync).ForAnalysts().WithTags("Findings")
            .WithMetadata(ManyVerdictsEndpoint.Limit)
            .WithName("giveManyVerdicts")
            .WithSummary("Gives the same verdict on up to 1000 findings: on all that there are, or on none.")
            .WithDescription("A finding that has this very verdict already keeps it. " + Writing)
            .Accepts<ManyVerdictsRequest>(Json)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/findings/{id}/verdict", VerdictEndpoints.Read).WithTags("Findings")
            .WithName("readVerdicts")
            .WithSummary("The current verdict, and all that were given, the latest first.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/findings/{id}/verdict", VerdictEndpoints.Withdraw).ForAnalysts().WithTags("Findings")
            .WithName("withdrawVerdict")
            .WithSummary("Withdraws the current verdict; it stays in the history.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static void MapSuppressions(RouteGroupBuilder api)
    {
        api.MapGet("/suppressions", SuppressionEndpoints.Read).WithTags("Suppressions")
            .WithName("listSuppressions")
            .WithSummary("All suppressions, each with how many findings it hides now.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/suppressions", SuppressionEndpoints.AddAsync).ForAnalysts().WithTags("Suppressions")
            .WithName("addSuppression")
            .WithSummary("Hides findings of a kind, a client, a server, or any combination of these.")
            .WithDescription("It takes effect when findings are read, so nothing is lost. " + Writing)
            .Accepts<SuppressionRequest>(Json)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/suppressions/{id}", SuppressionEndpoints.ReadOne).WithTags("Suppressions")
            .WithName("readSuppression")
            .WithSummary("One suppression.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPut("/suppressions/{id}", SuppressionEndpoints.ReplaceAsync).ForAnalysts().WithTags("Suppressions")
            .WithName("replaceSuppression")
            .WithSummary("Replaces a suppression.")
            .WithDescription(Writing)
            .Accepts<SuppressionRequest>(Json)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/suppressions/{id}", SuppressionEndpoints.Delete).ForAnalysts().WithTags("Suppressions")
            .WithName("deleteSuppression")
            .WithSummary("Deletes a suppression; what it hid is shown again.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static void MapHosts(RouteGroupBuilder api)
    {
        api.MapGet("/hosts", HostEndpoints.ReadAsync).WithTags("Hosts")
            .WithName("listHosts")
            .WithSummary("The role of each host, and why it has it; in order of address.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/hosts/{address}", HostEndpoints.ReadOneAsync).WithTags("Hosts")
            .WithName("readHost")
            .WithSummary("One host, with the pairs that it belongs to as client and as server.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/role-changes", RoleChangeEndpoint.ReadAsync).WithTags("Hosts")
            .WithName("listRoleChanges")
            .WithSummary("Learned roles that were earned, exchanged or lost, the latest first.")
            .WithDescription(
                "Such a role exempts or softens, so it rests on clients that were known before, over days. It acts on hours after " +
                "'acts_from' only: what was found before stands.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/pairs", HostEndpoints.ReadPairsAsync).WithTags("Hosts")
            .WithName("listPairs")
            .WithSummary("Who drives whom: services, first and last seen; in order of client and server.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }
}
