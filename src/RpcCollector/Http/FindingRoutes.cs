namespace RpcCollector.Http;

/// <summary>What of the API is about findings, hosts and pairs, on one page.</summary>
internal static class FindingRoutes
{
    private const string Json = "application/json";

    private const string Writing =
        "There is no authentication: whoever reaches the port may write. The content type must be application/json, which pages of other origins cannot send.";

    public static void MapFindings(this RouteGroupBuilder api)
    {
        MapReading(api);
        MapVerdicts(api);
        MapSuppressions(api);
        MapHosts(api);
    }

    private static void MapReading(RouteGroupBuilder api)
    {
        api.MapGet("/findings", FindingEndpoints.Read).WithTags("Findings")
            .WithName("listFindings")
            .WithSummary("Findings, the last seen first.")
            .WithDescription(
                "Shows what is committed to the store: what it has shown survives a crash. What is suppressed or called benign is left out and counted in 'hidden'. "
                + "A finding that is seen again while its list is paged moves to the front: the stream tells of it.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/findings/stream", FindingStream.WriteAsync).WithTags("Findings")
            .WithName("streamFindings")
            .WithSummary("What happens to findings, as server-sent events: added, revised, withdrawn, verdict.")
            .WithDescription(
                "Each event's data is the finding. After a break Last-Event-ID gets what happened meanwhile; when that is not known any more, or another process told it, "
                + "an event 'gap' comes first: read /api/v1/findings then. A comment every 15 seconds keeps the connection alive. Who does not keep up is cut off.")
            .Produces<string>(StatusCodes.Status200OK, "text/event-stream")
            .ProducesValidationProblem()
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/findings/{id}", FindingEndpoints.ReadOne).WithTags("Findings")
            .WithName("readFinding")
            .WithSummary("One finding, hidden or not.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static void MapVerdicts(RouteGroupBuilder api)
    {
        api.MapPost("/findings/{id}/verdict", VerdictEndpoints.GiveAsync).WithTags("Findings")
            .WithName("giveVerdict")
            .WithSummary("Says what a finding is: benign hides it and lets its edge be learned; malicious keeps it and never lets it be learned.")
            .WithDescription(Writing)
            .Accepts<VerdictRequest>(Json)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/findings/{id}/verdict", VerdictEndpoints.Read).WithTags("Findings")
            .WithName("readVerdicts")
            .WithSummary("The verdict that holds, and all that were given, the latest first.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/findings/{id}/verdict", VerdictEndpoints.Withdraw).WithTags("Findings")
            .WithName("withdrawVerdict")
            .WithSummary("Takes back the verdict that holds; it stays in the history.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static void MapSuppressions(RouteGroupBuilder api)
    {
        api.MapGet("/suppressions", SuppressionEndpoints.Read).WithTags("Suppressions")
            .WithName("listSuppressions")
            .WithSummary("All suppressions, each with how many findings it hides now.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPost("/suppressions", SuppressionEndpoints.AddAsync).WithTags("Suppressions")
            .WithName("addSuppression")
            .WithSummary("Hides findings of a kind, a client, a server, or what several of these have in common.")
            .WithDescription("It takes effect when findings are asked for: nothing is lost by it. " + Writing)
            .Accepts<SuppressionRequest>(Json)
            .ProducesProblem(StatusCodes.Status409Conflict)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/suppressions/{id}", SuppressionEndpoints.ReadOne).WithTags("Suppressions")
            .WithName("readSuppression")
            .WithSummary("One suppression.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapPut("/suppressions/{id}", SuppressionEndpoints.ReplaceAsync).WithTags("Suppressions")
            .WithName("replaceSuppression")
            .WithSummary("Writes a suppression anew.")
            .WithDescription(Writing)
            .Accepts<SuppressionRequest>(Json)
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapDelete("/suppressions/{id}", SuppressionEndpoints.Delete).WithTags("Suppressions")
            .WithName("deleteSuppression")
            .WithSummary("Shows again what it hid.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }

    private static void MapHosts(RouteGroupBuilder api)
    {
        api.MapGet("/hosts", HostEndpoints.ReadAsync).WithTags("Hosts")
            .WithName("listHosts")
            .WithSummary("What each host is taken for, and why; in order of address.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/hosts/{address}", HostEndpoints.ReadOneAsync).WithTags("Hosts")
            .WithName("readHost")
            .WithSummary("One host, with the pairs that it belongs to as client and as server.")
            .ProducesProblem(StatusCodes.Status404NotFound)
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        api.MapGet("/pairs", HostEndpoints.ReadPairsAsync).WithTags("Hosts")
            .WithName("listPairs")
            .WithSummary("Who drives whom: services, first and last seen; in order of client and server.")
            .ProducesProblem(StatusCodes.Status503ServiceUnavailable);
    }
}
