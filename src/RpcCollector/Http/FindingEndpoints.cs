using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Names;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>/api/v1/findings and one of them.</summary>
internal static class FindingEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    public static Results<Ok<FindingsPage>, ValidationProblem, ProblemHttpResult> Read(
        HttpContext context,
        FindingStore store,
        IncidentStore incidents,
        NameBook names,
        [AsParameters] FindingFilters filters,
        [FromQuery, Description("Items on a page, 1 to 1000; 100 when absent.")] string? limit,
        [FromQuery, Description("Where to continue: 'next' of the page before, in the same order.")] string? cursor)
    {
        var reader = FindingFilters.ReaderOf(context, nameof(limit), nameof(cursor));
        try
        {
            var query = FindingFilters.Read(reader, FindingFilters.LeadsTo(incidents)) with
            {
                Limit = reader.Limit(nameof(limit), DefaultLimit, MaxLimit),
                After = Cursor(reader, nameof(cursor)),
            };
            if (query.After is { } after && after.Order != query.Order)
                reader.Refuse(nameof(cursor), "This is the cursor of a page in another order.");
            if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

            var page = store.Read(query);
            return TypedResults.Ok(
                new FindingsPage(
                    [.. page.Items.Select(finding => FindingJson.From(finding, names))], page.Total, page.Next?.ToString(),
                    page.Hidden is { } hidden ? HiddenJson.From(hidden) : null));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static Results<Ok<FindingJson>, ProblemHttpResult> ReadOne(
        FindingStore store,
        NameBook names,
        [Description("The finding's id: 16 hexadecimal digits.")] string id)
    {
        try
        {
            return TryParseId(id, out var number) && store.Find(number) is { } finding
                ? TypedResults.Ok(FindingJson.From(finding, names))
                : StoreProblem.NoSuchFinding(id);
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static bool TryParseId(string? text, out long id) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id) && text.Length == 16;

    private static FindingCursor? Cursor(QueryReader reader, string name)
    {
        if (reader.Text(name) is not { } text) return null;
        if (FindingCursor.TryParse(text, out var cursor)) return cursor;
        reader.Refuse(name, "This is not a cursor from 'next'.");
        return null;
    }
}
