using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using RpcCollector.Detection;
using RpcCollector.Flows;
using RpcCollector.Judging;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>/api/v1/incidents and one of them.</summary>
internal static class IncidentEndpoints
{
    private const int DefaultLimit = 100;
    private const int MaxLimit = 500;
    private const int MaxText = 200;

    // Roles are an ornament here: an incident is not kept waiting for a judge that is busy.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    public static Results<Ok<IncidentsPage>, ValidationProblem, ProblemHttpResult> Read(
        HttpContext context,
        IncidentStore store,
        IncidentView view,
        [FromQuery, Description("open, acknowledged, closed or withdrawn; may be repeated. Open and acknowledged ones when absent.")]
        string[]? state,
        [Description("Of this severity at least: low, medium, high or critical.")] string? severity,
        [Description("Of this confidence at least: low, medium or high.")] string? confidence,
        [FromQuery, Description("With a finding of this kind, such as peer-to-peer-rpc; may be repeated.")] string[]? kind,
        [Description("An ATT&CK technique, its sub-techniques included: T1021 or T1021.003.")] string? technique,
        [Description("Address of a client, or a prefix such as 10.0.0.0/8.")] string? client,
        [Description("Address of a server, or a prefix such as 10.0.0.0/8.")] string? server,
        [Description("Address at either end, or a prefix such as 10.0.0.0/8.")] string? host,
        [Description("Part of the name of one of its hosts.")] string? name,
        [Description("Whose they are; empty for those that nobody has.")] string? assignee,
        [Description("Last seen then or later: RFC 3339 or Unix seconds.")] string? since,
        [Description("First seen before: RFC 3339 or Unix seconds.")] string? until,
        [Description("true also shows incidents of which all findings are suppressed or called benign.")] string? suppressed,
        [Description("severity (the worst, then the surest, then the latest), last-seen or first-seen; severity when absent.")]
        string? sort,
        [Description("Items on a page, 1 to 500; 100 when absent.")] string? limit,
        [Description("Where to continue: 'next' of the page before.")] string? cursor)
    {
        var reader = new QueryReader(
            context.Request.Query, nameof(state), nameof(severity), nameof(confidence), nameof(kind), nameof(technique), nameof(client),
            nameof(server), nameof(host), nameof(name), nameof(assignee), nameof(since), nameof(until), nameof(suppressed), nameof(sort),
            nameof(limit), nameof(cursor));
        var states = reader.AllNamed<IncidentChoice>(nameof(state));
        var query = new IncidentQuery
        {
            LeastSeverity = reader.Named<FindingSeverity>(nameof(severity)),
            LeastConfidence = reader.Named<FindingConfidence>(nameof(confidence)),
            Kinds = reader.AllNamed<FindingKind>(nameof(kind)),
            Technique = reader.Technique(nameof(technique)),
            Client = reader.Addresses(nameof(client)),
            Server = reader.Addresses(nameof(server)),
            Host = reader.Addresses(nameof(host)),
            Name = Words(reader, nameof(name), mayBeEmpty: false),
            Assignee = Words(reader, nameof(assignee), mayBeEmpty: true),
            SinceUnixMilliseconds = reader.Time(nameof(since)),
            UntilUnixMilliseconds = reader.Time(nameof(until)),

            // What is closed as benign is hidden by that: who asks for closed ones wants it, too.
            WithHidden = reader.Flag(nameof(suppressed)) || states.Contains(IncidentChoice.Closed),
            Order = reader.Named<IncidentOrder>(nameof(sort)) ?? IncidentOrder.Severity,
            Limit = reader.Limit(nameof(limit), DefaultLimit, MaxLimit),
            After = Cursor(reader, nameof(cursor)),
        };
        if (states.Count > 0) query = query with { States = states };
        if (query.After is { } after && after.Order != query.Order)
            reader.Refuse(nameof(cursor), "This is the cursor of a page in another order.");
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            var page = store.Read(query, view.NameOf);
            return TypedResults.Ok(
                new IncidentsPage(
                    [.. page.Items.Select(incident => view.Show(incident))], page.Total, page.Next?.ToString(), page.Hidden));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static async Task<Results<Ok<IncidentDetailJson>, ProblemHttpResult>> ReadOneAsync(
        HttpContext context,
        IncidentStore store,
        IncidentView view,
        JudgeThread judge,
        [Description("The incident's id: 16 hexadecimal digits. One that has gone into another leads there.")] string id)
    {
        try
        {
            if (!FindingEndpoints.TryParseId(id, out var number) || store.Find(number) is not { } found) return NoSuch(id);
            var findings = store.Findings(found.Incident.Id, IncidentDetailJson.MaxFindings);
            var roles = await RolesAsync(judge, found.Incident, context);
            return TypedResults.Ok(
                IncidentDetailJson.From(found, findings, store.History(found.Incident.Id), view, roles.GetValueOrDefault));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    public static ProblemHttpResult NoSuch(string id) => StoreProblem.NotFound($"There is no incident with the id '{id}'.");

    private static async Task<Dictionary<string, string>> RolesAsync(JudgeThread judge, StoredIncident incident, HttpContext context)
    {
        HostAddress[] hosts = [.. incident.Acts.Select(act => act.Client.Address).Distinct()];
        try
        {
            return await judge.AskAsync(
                asked => hosts.Select(host => (Host: host.ToString(), Role: asked.RoleOf(host))).Where(host => host.Role is not null)
                    .ToDictionary(host => host.Host, host => RoleName.Of(host.Role!.Value), StringComparer.Ordinal),
                unjudged: []).WaitAsync(Patience, context.RequestAborted);
        }
        catch (Exception busy) when (busy is JudgeBusyException or TimeoutException)
        {
            return [];
        }
    }

    private static string? Words(QueryReader reader, string name, bool mayBeEmpty)
    {
        if (reader.Text(name) is not { } text) return null;
        if (text.Length <= MaxText && !text.Any(char.IsControl) && (mayBeEmpty || !string.IsNullOrWhiteSpace(text))) return text.Trim();
        reader.Refuse(
            name, $"It is {(text.Length == 0 ? "empty" : $"longer than {MaxText} characters, blank, or holds control characters")}.");
        return null;
    }

    private static IncidentCursor? Cursor(QueryReader reader, string name)
    {
        if (reader.Text(name) is not { } text) return null;
        if (IncidentCursor.TryParse(text, out var cursor)) return cursor;
        reader.Refuse(name, "This is not a cursor from 'next'.");
        return null;
    }
}
