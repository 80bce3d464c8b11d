using System.ComponentModel;
using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Detection;
using RpcCollector.Names;
using RpcCollector.Store;
using RpcCollector.Store.Findings;

namespace RpcCollector.Http;

/// <summary>/api/v1/findings and one of them.</summary>
internal static class FindingEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 1000;

    // The verdicts that a filter can ask for.
    private enum VerdictFilter
    {
        None,
        Benign,
        Malicious,
    }

    public static Results<Ok<FindingsPage>, ValidationProblem, ProblemHttpResult> Read(
        HttpContext context,
        FindingStore store,
        NameBook names,
        [FromQuery, Description("The kind of finding, such as peer-to-peer-rpc; may be repeated.")] string[]? kind,
        [Description("Of this severity at least: low, medium, high or critical.")] string? severity,
        [Description("Of this confidence at least: low, medium or high.")] string? confidence,
        [FromQuery(Name = "known_hosts"),
            Description("At least so many of its hosts were known before, 1 or 2: leaves out what names unknown hosts alone.")]
            string? knownHosts,
        [Description("Address of the client, or a prefix such as 10.0.0.0/8.")] string? client,
        [Description("Address of the server, or a prefix such as 10.0.0.0/8.")] string? server,
        [Description("An ATT&CK technique, its sub-techniques included: T1021 or T1021.003.")] string? technique,
        [Description("Last seen then or later: RFC 3339 or Unix seconds.")] string? since,
        [Description("First seen before: RFC 3339 or Unix seconds.")] string? until,
        [FromQuery,
            Description("none, benign or malicious; may be repeated. Asking for benign also shows hidden findings.")] string[]? verdict,
        [Description("true also shows findings that are suppressed or called benign.")] string? suppressed,
        [Description("standing, withdrawn or all; standing when absent.")] string? state,
        [Description("Items on a page, 1 to 1000; 100 when absent.")] string? limit,
        [Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = new QueryReader(
            context.Request.Query, nameof(kind), nameof(severity), nameof(confidence), "known_hosts", nameof(client), nameof(server),
            nameof(technique), nameof(since), nameof(until),
            nameof(verdict), nameof(suppressed), nameof(state), nameof(limit), nameof(cursor));
        var verdicts = reader.AllNamed<VerdictFilter>(nameof(verdict));
        var query = new FindingQuery
        {
            Kinds = reader.AllNamed<FindingKind>(nameof(kind)),
            LeastSeverity = reader.Named<FindingSeverity>(nameof(severity)),
            LeastConfidence = reader.Named<FindingConfidence>(nameof(confidence)),
            KnownHosts = reader.Text("known_hosts") is null ? null : reader.Limit("known_hosts", byDefault: 1, most: 2),
            Client = reader.Addresses(nameof(client)),
            Server = reader.Addresses(nameof(server)),
            Technique = reader.Technique(nameof(technique)),
            SinceUnixMilliseconds = reader.Time(nameof(since)),
            UntilUnixMilliseconds = reader.Time(nameof(until)),
            Verdicts = [.. verdicts.Select(MeaningOf)],
            State = reader.Named<FindingState>(nameof(state)) ?? FindingState.Standing,
            WithHidden = reader.Flag(nameof(suppressed)) || verdicts.Contains(VerdictFilter.Benign),
            Limit = reader.Limit(nameof(limit), DefaultLimit, MaxLimit),
            After = reader.Cursor(nameof(cursor)),
        };
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            var page = store.Read(query);
            var hidden = query.WithHidden || query.After is not null ? null : HiddenJson.From(store.CountHidden(query));
            return TypedResults.Ok(
                new FindingsPage([.. page.Items.Select(finding => FindingJson.From(finding, names))], page.Next?.ToString(), hidden));
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

    public static bool TryParseId(string text, out long id) =>
        long.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out id) && text.Length == 16;

    private static VerdictMeaning? MeaningOf(VerdictFilter verdict) => verdict switch
    {
        VerdictFilter.Benign => VerdictMeaning.Benign,
        VerdictFilter.Malicious => VerdictMeaning.Malicious,
        _ => null,
    };
}
