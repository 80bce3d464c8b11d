using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Judging;
using RpcCollector.Names;
using RpcCollector.Store;

namespace RpcCollector.Http;

/// <summary>/api/v1/activities, and how many of them began when.</summary>
internal static class ActivityEndpoint
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;
    private const int DefaultSteps = 60;
    private const int MaxSteps = 500;

    // A page and its total together answer well within what a person takes for at once.
    private static readonly TimeSpan PagePatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan TotalPatience = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan HistogramPatience = TimeSpan.FromMilliseconds(240);

    public static Results<Ok<ActivitiesPage>, ValidationProblem, ProblemHttpResult> Read(
        HttpContext context,
        ActivityStore store,
        JudgeThread judge,
        NameBook names,
        [AsParameters] ActivityFilters filters,
        [FromQuery, Description("Items on a page, 1 to 1000; 100 when absent.")] string? limit,
        [FromQuery, Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = ActivityFilters.ReaderOf(context, nameof(limit), nameof(cursor));
        var query = ActivityFilters.Read(reader, judge.KnownEndpoints) with
        {
            Limit = reader.Limit(nameof(limit), DefaultLimit, MaxLimit),
            After = reader.Cursor(nameof(cursor)),
            Patience = PagePatience,
        };
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            var page = store.Read(query);
            var total = query.After is null ? Total(store, query, page) : null;
            return TypedResults.Ok(
                new ActivitiesPage(
                    [.. page.Items.Select(activity => ActivityItemJson.From(activity, judge.KnownEndpoints, names))],
                    page.Next?.ToString(), total is { IsExact: true } ? total.Value.Count : null,
                    total is { IsExact: false } ? total.Value.Count : null,
                    page.LookedBackTo is { } time ? UtcMilliseconds.From(time) : null));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return Unreadable(failure);
        }
    }

    public static Results<Ok<ActivityHistogramJson>, ValidationProblem, ProblemHttpResult> ReadHistogram(
        HttpContext context,
        ActivityStore store,
        JudgeThread judge,
        [AsParameters] ActivityFilters filters,
        [FromQuery, Description("At most so many steps, 1 to 500; 60 when absent. Each is as long as a clock has it.")] string? buckets)
    {
        var reader = ActivityFilters.ReaderOf(context, nameof(buckets));
        var query = ActivityFilters.Read(reader, judge.KnownEndpoints) with { Patience = HistogramPatience };
        var most = reader.Limit(nameof(buckets), DefaultSteps, MaxSteps);
        if (query is { SinceUnixMilliseconds: { } since, UntilUnixMilliseconds: { } until } && since >= until)
            reader.Refuse("until", "It is not after 'since'.");
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            return TypedResults.Ok(ActivityHistogramJson.From(store.ReadHistogram(query, most)));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return Unreadable(failure);
        }
    }

    // A page that is not full has all there are, or all that was looked at.
    private static ActivityTotal? Total(ActivityStore store, ActivityQuery query, ActivityPage page) => page switch
    {
        { Next: null } => new ActivityTotal(page.Items.Count, IsExact: true),
        { LookedBackTo: not null } => new ActivityTotal(page.Items.Count, IsExact: false),
        _ => store.Count(query with { Patience = TotalPatience }),
    };

    private static ProblemHttpResult Unreadable(Exception failure) => TypedResults.Problem(
        failure.Message, statusCode: StatusCodes.Status503ServiceUnavailable, title: "The store cannot be read.");
}
