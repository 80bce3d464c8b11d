using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/activities.</summary>
internal static class ActivityEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    // The parameters are declared only for the API's description. Their values are read from the request, so that all mistakes are reported
    // at once.
    public static Results<Ok<ActivitiesPage>, ValidationProblem, ProblemHttpResult> Read(
        HttpContext context,
        ActivityStore store,
        JudgeThread judge,
        NameBook names,
        [Description("Earliest start, inclusive: RFC 3339 or Unix seconds.")] string? since,
        [Description("Latest start, exclusive: RFC 3339 or Unix seconds.")] string? until,
        [Description("Address of the client, or a prefix such as 10.0.0.0/8.")] string? client,
        [Description("Address of the server, or a prefix such as 10.0.0.0/8.")] string? server,
        [FromQuery, Description("car, extended, known-endpoint or mapper-only; may be repeated.")] string[]? basis,
        [Description("Items on a page, 1 to 1000; 100 when absent.")] string? limit,
        [Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = new QueryReader(
            context.Request.Query, nameof(since), nameof(until), nameof(client), nameof(server), nameof(basis), nameof(limit),
            nameof(cursor));
        var query = new ActivityQuery
        {
            SinceUnixMilliseconds = reader.Time(nameof(since)),
            UntilUnixMilliseconds = reader.Time(nameof(until)),
            Client = reader.Addresses(nameof(client)),
            Server = reader.Addresses(nameof(server)),
            Bases = reader.Bases(nameof(basis)),
            Limit = reader.Limit(nameof(limit), DefaultLimit, MaxLimit),
            After = reader.Cursor(nameof(cursor)),
        };
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            var page = store.Read(query);
            return TypedResults.Ok(
                new ActivitiesPage(
                    [.. page.Items.Select(activity => ActivityItemJson.From(activity, judge.KnownEndpoints, names))],
                    page.Next?.ToString()));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return TypedResults.Problem(
                failure.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The store cannot be read.");
        }
    }
}
