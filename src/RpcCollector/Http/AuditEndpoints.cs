using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Store;
using RpcCollector.Store.People;

namespace RpcCollector.Http;

/// <summary>/api/v1/audit: who did what.</summary>
internal static class AuditEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1_000;

    public static Results<Ok<AuditPage>, ValidationProblem, ProblemHttpResult> Read(
        HttpContext context,
        AuditStore store,
        [Description("The name of who did it.")] string? who,
        [Description("What was done, such as login or verdict.")] string? what,
        [Description("RFC 3339 or Unix seconds; inclusive.")] string? since,
        [Description("RFC 3339 or Unix seconds; exclusive.")] string? until,
        [Description("Items, 1 to 1000; 100 when absent.")] string? limit,
        [Description("Of the page before: its 'next'.")] string? cursor)
    {
        var reader = new QueryReader(
            context.Request.Query, nameof(who), nameof(what), nameof(since), nameof(until), nameof(limit), nameof(cursor));
        var most = reader.Limit(nameof(limit), DefaultLimit, MaxLimit);
        var query = new AuditQuery(
            reader.Text(nameof(who)), reader.Text(nameof(what)), reader.Time(nameof(since)), reader.Time(nameof(until)), Cursor(reader),
            most + 1);
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);
        try
        {
            var entries = store.Read(query);
            var page = entries.Take(most).ToList();
            return TypedResults.Ok(new AuditPage(
                [.. page.Select(AuditJson.Of)],
                entries.Count > most ? page[^1].Id.ToString(CultureInfo.InvariantCulture) : null));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    private static long? Cursor(QueryReader reader)
    {
        if (reader.Text("cursor") is not { } text) return null;
        if (long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var id)) return id;
        reader.Refuse("cursor", "This is not a cursor from 'next'.");
        return null;
    }
}

/// <summary>A line of the audit log.</summary>
internal sealed record AuditJson(
    string Id,
    DateTimeOffset At,
    [property: Description("Absent for the appliance itself, and where nobody said who it was.")] string? Who,
    string? Role,
    [property: Description("How they were recognised: loopback, anonymous, password, token or proxy; none, file and start for the rest.")]
    string Means,
    [property: Description("The address that it came from.")] string? From,
    [property: Description("Such as login, login-failed, logout, verdict, suppression, role-told, token-created, user-added.")] string What,
    string? Target,
    string? Detail)
{
    public static AuditJson Of(AuditEntry entry) => new(
        entry.Id.ToString(CultureInfo.InvariantCulture), UtcMilliseconds.From(entry.AtUnixMilliseconds), entry.Who, entry.Role, entry.Means,
        entry.From, entry.What, entry.Target, entry.Detail);
}

/// <summary>A page of the audit log, the latest first.</summary>
internal sealed record AuditPage(
    IReadOnlyList<AuditJson> Items,
    [property: Description("The cursor of the next page; absent on the last.")] string? Next);
