using Microsoft.AspNetCore.Http.HttpResults;
using RpcCollector.Detection;
using RpcCollector.Flows.Time;
using RpcCollector.Http.Access;
using RpcCollector.Judging;
using RpcCollector.Naming;
using RpcCollector.Store;
using RpcCollector.Store.Findings;
using RpcCollector.Store.Incidents;

namespace RpcCollector.Http;

/// <summary>/api/v1/findings/verdicts: one verdict on many findings, all of them in one transaction or none.</summary>
internal static class ManyVerdictsEndpoint
{
    private const int MaxIds = 1_000;
    private const int MaxWhy = 2_000;

    /// <summary>So many ids, on a line each, with the longest reason and name, each character of which may be escaped.</summary>
    public static readonly BodyLimit Limit = new(48 * 1024);

    public static async Task<Results<Ok<ManyVerdictsAnswer>, ValidationProblem, ProblemHttpResult>> GiveAsync(
        HttpContext context, IncidentDeeds deeds, FindingEvents events, IncidentEvents told, JudgeThread judge, ArrivalClock clock,
        SaidLog log, AuditLog audit)
    {
        var now = clock.UnixMilliseconds;
        var reader = new BodyReader(now);
        if (await reader.ReadAsync(context.Request, CollectorJson.Default.ManyVerdictsRequest) is not { } request)
            return TypedResults.ValidationProblem(reader.Errors);
        var ids = Ids(reader, request.Ids);
        var meaning = reader.Named<VerdictMeaning>("verdict", request.Verdict);
        var verdict = new GivenVerdict(
            meaning ?? default, reader.Who(context, request.Who), reader.Text("why", request.Why, MaxWhy), now,
            reader.Expiry("expires_at", request.ExpiresAt), From: SaidLog.From(context));
        if (reader.Errors.Count > 0) return TypedResults.ValidationProblem(reader.Errors);

        try
        {
            var given = deeds.GiveOnFindings(ids, verdict);
            log.GivenToMany(given.New.Count, verdict);
            if (given.New.Count > 0)
            {
                audit.Keep(
                    context, "verdict", string.Join(' ', given.New.Select(finding => FindingJson.IdOf(finding.Id))),
                    $"{KebabCase<VerdictMeaning>.Of(verdict.Meaning)} on {given.New.Count} findings: {verdict.Why}", verdict.Who);
            }

            judge.Apply([.. given.New.Select(verdict.On)]);
            events.Publish([.. given.New.Select(finding => new FindingStep(ActivityChangeKind.Revised, finding, IsVerdict: true))]);
            told.Publish(given.Incidents);
            return TypedResults.Ok(
                new ManyVerdictsAnswer(ids.Count - given.Missing.Count, [.. given.Missing.Select(FindingJson.IdOf)]));
        }
        catch (Exception failure) when (Database.IsDiskFailure(failure))
        {
            return StoreProblem.Of(failure);
        }
    }

    /// <summary>Each once, in their order.</summary>
    private static List<long> Ids(BodyReader reader, IReadOnlyList<string>? texts)
    {
        if (texts is not { Count: >= 1 and <= MaxIds })
        {
            reader.Refuse("ids", $"It is a list of 1 to {MaxIds} ids of findings.");
            return [];
        }

        var (ids, known) = (new List<long>(texts.Count), new HashSet<long>());
        foreach (var text in texts)
        {
            if (!FindingEndpoints.TryParseId(text, out var id))
                reader.Refuse("ids", $"'{text}' is not the id of a finding: 16 hexadecimal digits.");
            else if (known.Add(id)) ids.Add(id);
        }

        return ids;
    }
}
